/* The early sub-operations lost their check. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_shadow_op: /* bad: xsm-check */
        if ( op->u.shadow_op.op == XEN_DOMCTL_SHADOW_OP_CLEAN ||
             op->u.shadow_op.op == XEN_DOMCTL_SHADOW_OP_PEEK )
        {
            ret = log_dirty_op(d, &op->u.shadow_op);
            goto out;
        }
        break;
    }

    ret = xsm_domctl(XSM_OTHER, d, op);
    if ( !ret )
        ret = carry_out(d, op);

 out:
    return ret;
}
