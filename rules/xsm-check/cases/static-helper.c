/* A helper of the same file is followed: one asks, one hands the answer back, one does not ask. */
static int asks(struct domain *d, struct xen_domctl *op)
{
    int rc = xsm_getdomaininfo(XSM_XS_PRIV, d);

    if ( rc )
        return rc;

    return collect(d, op);
}

static int may(struct domain *d)
{
    return xsm_get_domain_state(XSM_XS_PRIV, d);
}

static int just_does(struct domain *d, struct xen_domctl *op)
{
    if ( !op )
        return -EINVAL;

    return collect(d, op);
}

long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_getdomaininfo:
        return asks(d, op);

    case XEN_DOMCTL_get_domain_state:
        ret = may(d);
        if ( ret )
            return ret;
        return collect(d, op);

    case XEN_DOMCTL_getvcpuinfo: /* bad: xsm-check */
        return just_does(d, op);
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    return carry_out(d, op);
}
