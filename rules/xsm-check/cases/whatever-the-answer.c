/* The answer is looked at, but the deed follows either way; tidying up after a refusal is something else. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_bind_pt_irq: /* bad: xsm-check */
        ret = xsm_bind_pt_irq(XSM_DM_PRIV, d, &op->u.bind_pt_irq);
        if ( ret )
            printk(XENLOG_G_ERR "%pd: refused\n", d);

        return pt_irq_create_bind(d, &op->u.bind_pt_irq);

    case XEN_DOMCTL_unbind_pt_irq:
        ret = xsm_unbind_pt_irq(XSM_DM_PRIV, d, &op->u.bind_pt_irq);
        if ( ret )
        {
            count_refusals(d);
            return ret;
        }

        return pt_irq_destroy_bind(d, &op->u.bind_pt_irq);
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    return carry_out(d, op);
}
