/* The dispatcher hands on unasked; each case asks. */
long arch_do_domctl(struct xen_domctl *domctl, struct domain *d)
{
    long ret = 0;

    switch ( domctl->cmd )
    {
    case XEN_DOMCTL_shadow_op:
        ret = paging_domctl(d, &domctl->u.shadow_op);
        break;

    case XEN_DOMCTL_irq_permission:
    {
        unsigned int irq = domain_pirq_to_irq(d, domctl->u.irq.pirq);

        ret = -EPERM;
        if ( irq )
            ret = xsm_irq_permission(XSM_PRIV, d, irq, true);
        if ( ret )
            break;

        ret = allow_irq(d, irq);
        break;
    }

    case XEN_DOMCTL_getpageframeinfo3:
        ret = xsm_domctl(XSM_PRIV, d, domctl);
        if ( ret )
            break;

        ret = page_types(d, domctl);
        break;

    default:
        ret = -ENOSYS;
        break;
    }

    return ret;
}
