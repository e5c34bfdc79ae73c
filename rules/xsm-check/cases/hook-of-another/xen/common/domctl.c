/* Taking a device away asks for the permission to give it. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = -ENOSYS;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_assign_device:
        if ( !d )
            return -ESRCH;
        fallthrough;
    case XEN_DOMCTL_test_assign_device:
        ret = xsm_assign_device(XSM_HOOK, d, op->u.device.sbdf);
        if ( !ret )
            ret = assign(d, op->u.device.sbdf);
        break;

    case XEN_DOMCTL_deassign_device:
        ret = xsm_assign_device(XSM_HOOK, d, op->u.device.sbdf); /* bad: xsm-check */
        if ( !ret )
            ret = deassign(d, op->u.device.sbdf);
        break;

    case XEN_DOMCTL_irq_permission:
        ret = xsm_irq_permission(XSM_PRIV, d, op->u.irq.irq, true);
        if ( !ret )
            ret = allow(d, op->u.irq.irq);
        break;

    case XEN_DOMCTL_gsi_permission:
        ret = xsm_irq_permission(XSM_PRIV, d, op->u.irq.irq, true);
        if ( !ret )
            ret = allow(d, op->u.irq.irq);
        break;
    }

    return ret;
}
