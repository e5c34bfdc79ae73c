/* The handler is in another file, which is not there: not known, and said so. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_ioport_permission:
        return arch_do_domctl(op, d); /* not analysed */
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    return carry_out(d, op);
}
