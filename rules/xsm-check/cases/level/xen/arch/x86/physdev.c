/* xsm_map_domain_pirq(XSM_TARGET, d) in a comment is no call. */
int physdev_map_pirq(struct domain *d, int type)
{
    int ret = xsm_evtchn_reset(XSM_TARGET, current->domain, d);

    if ( ret )
        return ret;

    ret = xsm_map_domain_pirq(XSM_TARGET, d); /* bad: xsm-check */
    if ( ret )
        return ret;

    return map_pirq(d, type);
}
