long arch_do_domctl(struct xen_domctl *domctl, struct domain *d)
{
    switch ( domctl->cmd )
    {
    case XEN_DOMCTL_bind_pt_irq:
        if ( xsm_bind_pt_irq(XSM_DM_PRIV, d, &domctl->u.bind_pt_irq) )
            return -EPERM;
        return pt_irq_create_bind(d, &domctl->u.bind_pt_irq);
    }

    return -ENOSYS;
}
