static int flask_assign_device(struct domain *d, uint32_t sbdf)
{
    return current_has_perm(d, SECCLASS_RESOURCE, RESOURCE__ADD_DEVICE);
}

static int flask_deassign_device(struct domain *d, uint32_t sbdf)
{
    return current_has_perm(d, SECCLASS_RESOURCE, RESOURCE__REMOVE_DEVICE);
}

static int flask_test_assign_device(uint32_t sbdf)
{
    return current_has_perm(NULL, SECCLASS_RESOURCE, RESOURCE__STAT_DEVICE);
}

static int flask_domctl(struct domain *d, int cmd)
{
    switch ( cmd )
    {
    /* These have hooks of their own. */
    case XEN_DOMCTL_assign_device:
    case XEN_DOMCTL_test_assign_device:
    case XEN_DOMCTL_deassign_device:
    case XEN_DOMCTL_irq_permission:
    case XEN_DOMCTL_gsi_permission:
        return 0;

    default:
        return avc_unknown_permission("domctl", cmd);
    }
}
