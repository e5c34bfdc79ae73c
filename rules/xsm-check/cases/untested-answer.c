/* The answer is fetched, but looked at only after the deed. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_memory_mapping: /* bad: xsm-check */
        if ( !iomem_access_permitted(current->domain, 0, 1) )
            return -EPERM;
        ret = xsm_iomem_mapping(XSM_DM_PRIV, d, 0, 1, true);
        map_mmio_regions(d, op->u.memory_mapping.first_gfn);
        if ( ret )
            return ret;
        return 0;

    case XEN_DOMCTL_get_domain_state:
        ret = xsm_get_domain_state(XSM_XS_PRIV, d);
        if ( ret < 0 )
            return ret;
        return get_state(d, &op->u.get_domain_state);
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    return carry_out(d, op);
}
