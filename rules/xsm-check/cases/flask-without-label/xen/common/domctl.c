/* Three operations, one of them unknown to the policy; a retired number needs no label. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = xsm_domctl(XSM_PRIV, d, op);

    if ( ret )
        return ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_createdomain:
        return domain_create(op);
    case XEN_DOMCTL_pausedomain:
        return domain_pause_by_systemcontroller(d);
    case XEN_DOMCTL_vuart_op:
        return vuart_op(d, op);
    default:
        return -ENOSYS;
    }
}
