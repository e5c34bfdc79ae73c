long subarch_do_domctl(struct xen_domctl *domctl, struct domain *d)
{
    switch ( domctl->cmd )
    {
    case XEN_DOMCTL_set_address_size:
        return switch_mode(d, domctl->u.address_size.size);
    default:
        return -ENOSYS;
    }
}
