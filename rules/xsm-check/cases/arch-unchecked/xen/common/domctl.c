long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_irq_permission:
    case XEN_DOMCTL_getpageframeinfo3: /* bad: xsm-check */
        return arch_do_domctl(op, d);

    default:
        break;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;

    if ( !domctl_lock_acquire() )
        return -ERESTART;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_pausedomain:
        ret = domain_pause_by_systemcontroller(d);
        break;

    default:
        ret = arch_do_domctl(op, d);
        break;
    }

    domctl_lock_release();
    return ret;
}
