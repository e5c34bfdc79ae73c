/* Every way to the deed leads through the hook: the others have `ret` set. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    bool copyback = false;
    long ret = 0;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_set_target:
    {
        struct domain *e = get_domain_by_id(op->u.set_target.target);

        ret = -ESRCH;
        if ( !e )
            goto out;

        if ( d == e )
            ret = -EINVAL;
        else if ( !is_hvm_domain(e) )
            ret = -EOPNOTSUPP;
        else
            ret = xsm_set_target(XSM_PRIV, d, e);

        if ( !ret && cmpxchgptr(&d->target, NULL, e) )
            ret = -EINVAL;

        if ( ret )
            put_domain(e);
        goto out;
    }
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( !ret )
        ret = carry_out(d, op);

 out:
    if ( copyback && copy_to_guest(op->handle, op, 1) )
        ret = -EFAULT;

    return ret;
}
