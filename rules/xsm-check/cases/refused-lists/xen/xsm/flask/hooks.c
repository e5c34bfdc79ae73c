/* Refuses an operation that does come here, and not the one that does not. */
static int flask_domctl(struct domain *d, struct xen_domctl *op)
{
    switch ( op->cmd )
    {
    case XEN_DOMCTL_getdomaininfo:
    case XEN_DOMCTL_pausedomain: /* bad: xsm-check */ /* bad: xsm-check */
        ASSERT_UNREACHABLE();
        return -EILSEQ;

    case XEN_DOMCTL_set_target:
    case XEN_DOMCTL_destroydomain:
        return current_has_perm(d, SECCLASS_DOMAIN, DOMAIN__DESTROY);

    default:
        return avc_unknown_permission("domctl", op->cmd);
    }
}
