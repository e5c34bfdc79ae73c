/* Lets three operations pass for hooks of their own; one of them has none. */
static int flask_domctl(struct domain *d, int cmd)
{
    switch ( cmd )
    {
    case XEN_DOMCTL_createdomain: /* bad: xsm-check */
    case XEN_DOMCTL_getdomaininfo:
    case XEN_DOMCTL_scheduler_op:
        return 0;

    default:
        return avc_unknown_permission("domctl", cmd);
    }
}
