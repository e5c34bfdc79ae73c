long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_get_device_group:
        return iommu_do_domctl(op, d);
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    return carry_out(d, op);
}
