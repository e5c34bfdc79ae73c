long sched_adjust(struct domain *d, struct xen_domctl_scheduler_op *op)
{
    long ret = xsm_domctl_scheduler_op(XSM_HOOK, d, op->cmd);

    if ( ret )
        return ret;

    return adjust(d, op);
}
