long arch_do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = 0;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_shadow_op:
        ret = xsm_shadow_op(d);
        if ( !ret )
            ret = shadow(d);
        break;

    case XEN_DOMCTL_audit_p2m: /* bad: xsm-check */
        ret = audit(d);
        break;

    case XEN_DOMCTL_debug_op: /* bad: xsm-check */
        d->debugged = true;
        break;

    default:
        ret = -ENOSYS;
        break;
    }

    return ret;
}
