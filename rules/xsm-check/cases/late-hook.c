/* The domain is paused before permission to touch it is asked. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = 0;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_iomem_permission: /* bad: xsm-check */
        if ( !iomem_access_permitted(current->domain, op->u.iomem.first, op->u.iomem.last) )
            return -EPERM;
        domain_pause(d);
        ret = xsm_iomem_permission(XSM_PRIV, d, op->u.iomem.first, op->u.iomem.last, true);
        if ( !ret )
            ret = iomem_permit_access(d, op->u.iomem.first, op->u.iomem.last);
        domain_unpause(d);
        return ret;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    return ret ? ret : carry_out(d, op);
}
