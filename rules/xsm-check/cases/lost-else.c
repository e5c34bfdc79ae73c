/* The hook is asked for one kind of domain only; the other kind goes through unasked. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = 0;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_bind_pt_irq: /* bad: xsm-check */
        if ( is_hvm_domain(d) )
            ret = xsm_bind_pt_irq(XSM_DM_PRIV, d, &op->u.bind_pt_irq);

        if ( !ret )
            ret = pt_irq_create_bind(d, &op->u.bind_pt_irq);
        return ret;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    return carry_out(d, op);
}
