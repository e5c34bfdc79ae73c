long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = xsm_domctl(XSM_OTHER, d, op->cmd);

    if ( ret )
        return ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_createdomain:
        return domain_create(op->domain);

    case XEN_DOMCTL_getdomaininfo:
        ret = xsm_getdomaininfo(XSM_HOOK, d);
        if ( ret )
            return ret;
        return collect(d, op);

    case XEN_DOMCTL_scheduler_op:
        return sched_adjust(d, &op->u.scheduler_op);
    }

    return -ENOSYS;
}
