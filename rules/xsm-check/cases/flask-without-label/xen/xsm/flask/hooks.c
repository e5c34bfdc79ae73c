static int flask_domctl(struct domain *d, struct xen_domctl *op)
{
    switch ( op->cmd )
    {
    case XEN_DOMCTL_createdomain:
        return avc_current_has_perm(op->ssidref, SECCLASS_DOMAIN, DOMAIN__CREATE, NULL);

    case XEN_DOMCTL_pausedomain:
        return current_has_perm(d, SECCLASS_DOMAIN, DOMAIN__PAUSE);

    default: /* bad: xsm-check */
        return avc_unknown_permission("domctl", op->cmd);
    }
}
