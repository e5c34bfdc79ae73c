/* Nobody asks for permission. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = 0;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_set_target: /* bad: xsm-check */
        ret = set_target(d, op->u.set_target.target);
        goto out;

    default:
        break;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( !ret )
        ret = carry_out(d, op);

 out:
    return ret;
}
