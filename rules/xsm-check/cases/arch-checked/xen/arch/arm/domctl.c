/* Knows neither operation. */
long arch_do_domctl(struct xen_domctl *domctl, struct domain *d)
{
    switch ( domctl->cmd )
    {
    case XEN_DOMCTL_cacheflush:
        return p2m_cache_flush_range(d, domctl->u.cacheflush.start_pfn);
    default:
        return subarch_do_domctl(domctl, d);
    }
}
