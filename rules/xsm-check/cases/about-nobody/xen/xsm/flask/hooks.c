static uint32_t domain_sid(const struct domain *dom)
{
    struct security *security = dom->ssid;

    return security->sid;
}

static int domain_has_perm(const struct domain *dom1, const struct domain *dom2, uint16_t class, uint32_t perms)
{
    return avc_has_perm(domain_sid(dom1), domain_sid(dom2), class, perms);
}

static int current_has_perm(struct domain *d, uint16_t class, uint32_t perms)
{
    return domain_has_perm(current->domain, d, class, perms);
}

/* Hands the domain on to what follows the pointer. */
static int flask_getdomaininfo(struct domain *d)
{
    return current_has_perm(d, SECCLASS_DOMAIN, DOMAIN__GETDOMAININFO);
}

/* Knows that there may be none. */
static int flask_scheduler_op(struct domain *d, int cmd)
{
    if ( !d )
        return current_has_perm(current->domain, SECCLASS_DOMAIN, DOMAIN__GETSCHEDULER);

    return current_has_perm(d, SECCLASS_DOMAIN, DOMAIN__GETSCHEDULER);
}

static int flask_vm_event(struct domain *d, int mode)
{
    return current_has_perm(d, SECCLASS_DOMAIN2, DOMAIN2__VM_EVENT);
}

/* Follows the pointer itself. */
static int flask_monitor(struct domain *d, unsigned int event)
{
    if ( event == 0 )
        return 0;

    return avc_has_perm(current->sid, d->sid, SECCLASS_DOMAIN2, DOMAIN2__MONITOR);
}

/* Has no interest in the domain. */
static int flask_set_target(struct domain *d)
{
    return avc_has_perm(current->sid, xen_sid, SECCLASS_DOMAIN, DOMAIN__SET_TARGET);
}

static int flask_trigger(struct domain *d)
{
    return current_has_perm(d, SECCLASS_DOMAIN, DOMAIN__TRIGGER);
}

static int flask_pause(struct domain *d)
{
    return current_has_perm(d, SECCLASS_DOMAIN, DOMAIN__PAUSE);
}

static int flask_assign_device(struct domain *d, uint32_t sbdf)
{
    return d ? current_has_perm(d, SECCLASS_RESOURCE, RESOURCE__ADD) : device_has_perm(sbdf);
}

static int flask_deassign_device(struct domain *d, uint32_t sbdf)
{
    return current_has_perm(d, SECCLASS_RESOURCE, RESOURCE__REMOVE);
}

static int flask_domctl(struct domain *d, struct xen_domctl *op)
{
    switch ( op->cmd )
    {
    case XEN_DOMCTL_readconsole:
        return current_has_perm(d, SECCLASS_DOMAIN2, DOMAIN2__READCONSOLE);

    case XEN_DOMCTL_assign_device:
        return current_has_perm(d, SECCLASS_DOMAIN2, DOMAIN2__ASSIGN);

    case XEN_DOMCTL_test_assign_device:
        return op->cmd != XEN_DOMCTL_deassign_device
               ? flask_assign_device(d, op->u.device.sbdf)
               : flask_deassign_device(d, op->u.device.sbdf);

    case XEN_DOMCTL_createdomain:
        return avc_has_perm(current->sid, xen_sid, SECCLASS_DOMAIN, DOMAIN__CREATE);

    /* These have hooks of their own. */
    case XEN_DOMCTL_getdomaininfo:
    case XEN_DOMCTL_scheduler_op:
    case XEN_DOMCTL_vm_event_op:
    case XEN_DOMCTL_monitor_op:
    case XEN_DOMCTL_set_target:
    case XEN_DOMCTL_sendtrigger:
    case XEN_DOMCTL_pausedomain:
        return 0;

    default:
        return avc_unknown_permission("domctl", op->cmd);
    }
}
