/* The operation asks its own hook and looks at the answer before it does anything. */
long do_domctl(struct xen_domctl *op)
{
    struct domain *d = rcu_lock_domain_by_id(op->domain);
    long ret = 0;

    if ( !d )
        return -ESRCH;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_getdomaininfo:
        ret = xsm_getdomaininfo(XSM_XS_PRIV, d);
        if ( !ret )
            fill_domain_info(d, &op->u.getdomaininfo);
        goto out;

    default:
        break;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        goto out;

    ret = carry_out(d, op);

 out:
    rcu_unlock_domain(d);
    return ret;
}
