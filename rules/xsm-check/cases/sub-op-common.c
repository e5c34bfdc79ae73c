/* Two sub-operations pass the common check early, the rest goes on to it. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_shadow_op:
        if ( op->u.shadow_op.op == XEN_DOMCTL_SHADOW_OP_CLEAN ||
             op->u.shadow_op.op == XEN_DOMCTL_SHADOW_OP_PEEK )
        {
            ret = xsm_domctl(XSM_OTHER, d, op);
            if ( ret )
                goto out;

            ret = log_dirty_op(d, &op->u.shadow_op);
            goto out;
        }
        break;
    }

    ret = xsm_domctl(XSM_OTHER, d, op);
    if ( ret )
        goto out;

    domctl_lock_acquire();
    ret = carry_out(d, op);
    domctl_lock_release();

 out:
    return ret;
}
