/* Privilege is not what a policy is there to decide by. */
static int flask_domctl(struct domain *d, int cmd)
{
    switch ( cmd )
    {
    case XEN_DOMCTL_settscinfo: /* bad: xsm-check */
        if ( !IS_PRIV(current->domain) )
            return -EPERM;
        return 0;

    case XEN_DOMCTL_pausedomain:
        if ( d == current->domain )
            return 0;
        return current_has_perm(d, SECCLASS_DOMAIN, DOMAIN__PAUSE);

    default:
        return avc_unknown_permission("domctl", cmd);
    }
}
