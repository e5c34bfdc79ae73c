int iommu_do_pci_domctl(struct xen_domctl *domctl, struct domain *d)
{
    int ret = 0;

    switch ( domctl->cmd )
    {
    case XEN_DOMCTL_get_device_group:
        ret = xsm_get_device_group(XSM_PRIV, domctl->u.get_device_group.machine_sbdf);
        if ( ret )
            break;

        ret = iommu_get_device_group(d, domctl->u.get_device_group.machine_sbdf);
        break;

    default:
        ret = -ENOSYS;
        break;
    }

    return ret;
}
