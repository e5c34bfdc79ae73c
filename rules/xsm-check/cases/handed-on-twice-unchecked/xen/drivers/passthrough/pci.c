int iommu_do_pci_domctl(struct xen_domctl *domctl, struct domain *d)
{
    int ret = 0;

    switch ( domctl->cmd )
    {
    case XEN_DOMCTL_get_device_group:
        ret = iommu_get_device_group(d, domctl->u.get_device_group.machine_sbdf);
        break;

    default:
        ret = -ENOSYS;
        break;
    }

    return ret;
}
