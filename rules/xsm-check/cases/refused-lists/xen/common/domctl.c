long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_getdomaininfo:
        ret = xsm_getdomaininfo(XSM_XS_PRIV, d);
        if ( !ret )
            fill_domain_info(d, op);
        return ret;

    case XEN_DOMCTL_set_target: /* bad: xsm-check */ /* bad: xsm-check */
        ret = xsm_set_target(XSM_PRIV, d, NULL);
        if ( !ret )
            set_target(d, op);
        return ret;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_pausedomain:
    case XEN_DOMCTL_destroydomain:
        return carry_out(d, op);
    }

    return -ENOSYS;
}
