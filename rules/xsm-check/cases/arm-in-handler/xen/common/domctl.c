/* No check in common: each case asks, wherever it stands. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = 0;

    if ( !IS_PRIV(current->domain) )
        return -EPERM;

    spin_lock(&domctl_lock);

    switch ( op->cmd )
    {
    case XEN_DOMCTL_pausedomain:
        ret = xsm_pausedomain(d);
        if ( !ret )
            domain_pause_by_systemcontroller(d);
        break;

    default:
        ret = arch_do_domctl(op, d);
        break;
    }

    spin_unlock(&domctl_lock);

    return ret;
}
