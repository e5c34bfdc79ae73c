/* A store into the domain is a deed like any call. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_max_mem: /* bad: xsm-check */
        d->max_pages = op->u.max_mem.max_memkb;
        return 0;

    case XEN_DOMCTL_get_address_size:
        op->u.address_size.size = 64;
        break;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    d->last_op = op->cmd;
    return 0;
}
