/* For some operations no domain was looked up: their hooks must not be asked about one that is not there. */
long do_domctl(struct xen_domctl *op)
{
    struct domain *d;
    long ret = 0;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_createdomain:
    case XEN_DOMCTL_readconsole:
        d = NULL;
        break;

    case XEN_DOMCTL_sendtrigger:
        if ( op->domain == DOMID_INVALID )
            return -ESRCH;
        op->domain = op->u.trigger.domain;
        if ( op->domain == DOMID_INVALID )
        {
            d = NULL;
            break;
        }
        d = rcu_lock_domain_by_id(op->domain);
        if ( !d )
            return -ESRCH;
        break;

    case XEN_DOMCTL_assign_device:
        if ( op->domain == DOMID_INVALID )
            return -ESRCH;
        op->u.device.node = NULL;
        fallthrough;
    case XEN_DOMCTL_test_assign_device:
    case XEN_DOMCTL_getdomaininfo:
    case XEN_DOMCTL_scheduler_op:
    case XEN_DOMCTL_vm_event_op:
    case XEN_DOMCTL_monitor_op:
    case XEN_DOMCTL_set_target:
        if ( op->domain == DOMID_INVALID )
        {
            d = NULL;
            break;
        }
        fallthrough;
    default:
        d = rcu_lock_domain_by_id(op->domain);
        if ( !d )
            return -ESRCH;
    }

    switch ( op->cmd )
    {
    case XEN_DOMCTL_getdomaininfo:
        ret = xsm_getdomaininfo(XSM_XS_PRIV, d); /* bad: xsm-check */
        if ( !ret )
            fill(d, op);
        goto out;

    case XEN_DOMCTL_scheduler_op:
        ret = xsm_scheduler_op(XSM_HOOK, d, op->u.scheduler.cmd);
        if ( !ret )
            schedule(d, op);
        goto out;

    case XEN_DOMCTL_vm_event_op:
        ret = d ? 0 : -ESRCH;
        if ( !d )
            goto out;
        ret = xsm_vm_event(XSM_PRIV, d, ret);
        if ( !ret )
            event(d, op);
        goto out;

    case XEN_DOMCTL_monitor_op:
        ret = xsm_monitor(XSM_PRIV, d, op->u.monitor.event); /* bad: xsm-check */
        if ( !ret )
            monitor(d, op);
        goto out;

    case XEN_DOMCTL_set_target:
        ret = xsm_set_target(XSM_HOOK, d);
        if ( !ret )
            target(d, op);
        goto out;

    case XEN_DOMCTL_sendtrigger:
        ret = xsm_trigger(XSM_PRIV, d); /* bad: xsm-check */
        if ( !ret )
            trigger(d, op);
        goto out;

    case XEN_DOMCTL_pausedomain:
        ret = xsm_pause(XSM_PRIV, d);
        if ( !ret )
            pause(d);
        goto out;
    }

    /* Reading the console asks about the domain; creating one does not, and the test of a device knows that it may. */
    ret = xsm_domctl(XSM_PRIV, d, op); /* bad: xsm-check */
    if ( !ret )
        ret = carry_out(d, op);

 out:
    return ret;
}
