int iommu_do_domctl(struct xen_domctl *domctl, struct domain *d)
{
    int ret = -ENODEV;

    if ( !(d ? is_iommu_enabled(d) : iommu_enabled) )
        return -EOPNOTSUPP;

#ifdef CONFIG_HAS_PCI
    ret = iommu_do_pci_domctl(domctl, d);
#endif

    return ret;
}
