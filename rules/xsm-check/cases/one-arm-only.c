/* The check is compiled in for one architecture; the other acts without it. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = 0;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_gsi_permission: /* bad: xsm-check */
        if ( !irq_access_permitted(current->domain, op->u.gsi.gsi) )
            return -EPERM;
#ifdef CONFIG_X86
        ret = xsm_irq_permission(XSM_PRIV, d, op->u.gsi.gsi, true);
        if ( ret )
            return ret;
#endif
        return irq_permit_access(d, op->u.gsi.gsi);
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    return carry_out(d, op);
}
