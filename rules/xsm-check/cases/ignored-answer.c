/* A hook called as a statement guards nothing. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    switch ( op->cmd )
    {
    case XEN_DOMCTL_irq_permission: /* bad: xsm-check */
        xsm_irq_permission(XSM_PRIV, d, op->u.irq.pirq, true); /* bad: xsm-check */
        return allow_irq(d, op->u.irq.pirq);
    }

    if ( xsm_domctl(XSM_PRIV, d, op) )
        return -EPERM;

    return carry_out(d, op);
}
