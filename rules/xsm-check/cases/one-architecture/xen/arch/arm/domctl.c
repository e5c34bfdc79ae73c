/* The same operation, without the hook that x86 asks. */
long arch_do_domctl(struct xen_domctl *domctl, struct domain *d)
{
    switch ( domctl->cmd )
    {
    case XEN_DOMCTL_bind_pt_irq:
        return route_irq_to_guest(d, domctl->u.bind_pt_irq.machine_irq);
    }

    return -ENOSYS;
}
