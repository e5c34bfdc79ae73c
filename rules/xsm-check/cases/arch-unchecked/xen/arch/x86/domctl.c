/* One operation was moved out from under the common check, and nothing was put in its place. */
long arch_do_domctl(struct xen_domctl *domctl, struct domain *d)
{
    long ret = 0;

    switch ( domctl->cmd )
    {
    case XEN_DOMCTL_irq_permission:
        ret = xsm_irq_permission(XSM_PRIV, d, domctl->u.irq.pirq, true);
        if ( ret )
            break;

        ret = allow_irq(d, domctl->u.irq.pirq);
        break;

    case XEN_DOMCTL_getpageframeinfo3:
    {
        unsigned int num = domctl->u.getpageframeinfo3.num;

        if ( num > 1024 )
        {
            ret = -E2BIG;
            break;
        }

        ret = page_types(d, domctl);
        break;
    }

    default:
        ret = -ENOSYS;
        break;
    }

    return ret;
}
