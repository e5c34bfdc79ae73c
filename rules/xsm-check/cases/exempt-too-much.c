/* The exemption covers one sub-operation, not its neighbour. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_vm_event_op: /* bad: xsm-check */
        if ( op->u.vm_event_op.op == XEN_VM_EVENT_GET_VERSION ||
             op->u.vm_event_op.op == XEN_VM_EVENT_RESUME )
            return vm_event_domctl(d, &op->u.vm_event_op);
        break;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        return ret;
    return vm_event_domctl(d, &op->u.vm_event_op);
}
