/* Asking for the interface version needs no permission: rule.toml says so, with the reason. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_vm_event_op:
        if ( op->u.vm_event_op.op == XEN_VM_EVENT_GET_VERSION )
            return vm_event_domctl(d, &op->u.vm_event_op);
        if ( !d )
            return -ESRCH;
        break;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    return vm_event_domctl(d, &op->u.vm_event_op);
}
