static int flask_sysctl(struct domain *d, int cmd)
{
    uint32_t perm = cmd ? XEN2__PSR_ALLOC : XEN2__PSR_CMT_OP;

    switch ( cmd )
    {
    case XEN_SYSCTL_psr_alloc:
        return avc_current_has_perm(SECINITSID_XEN, SECCLASS_XEN2, perm, NULL);

    case XEN_SYSCTL_physinfo:
        return current_has_perm(d, SECCLASS_DOMAIN2, DOMAIN2__SETCLAIM | DOMAIN2__GETTSC);

    case XEN_SYSCTL_availheap:
        return current_has_perm(d, SECCLASS_DOMAIN, DOMAIN2__SET_VNUMAINFO); /* bad: xsm-check */

    default:
        return avc_unknown_permission("sysctl", cmd);
    }
}
