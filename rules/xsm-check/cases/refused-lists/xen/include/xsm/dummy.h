static XSM_INLINE int xsm_domctl(
    xsm_default_t action, struct domain *d, struct xen_domctl *op)
{
    XSM_ASSERT_ACTION(XSM_PRIV);
    switch ( op->cmd )
    {
    case XEN_DOMCTL_getdomaininfo:
        ASSERT_UNREACHABLE();
        return -EILSEQ;

    default:
        return xsm_default_action(action, current->domain, d);
    }
}
