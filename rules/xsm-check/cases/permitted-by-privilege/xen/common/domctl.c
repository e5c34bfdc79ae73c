long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = xsm_domctl(d, op->cmd);

    if ( ret )
        return ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_settscinfo:
        ret = set_tsc(d, op->u.tsc);
        break;

    case XEN_DOMCTL_pausedomain:
        ret = pause(d);
        break;

    default:
        ret = -ENOSYS;
        break;
    }

    return ret;
}
