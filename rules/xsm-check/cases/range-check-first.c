/* Arguments may be read, computed with and refused before the hook. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_ioport_mapping:
    {
        struct xen_domctl_ioport_mapping *map = &op->u.ioport_mapping;
        unsigned int last = map->first + map->nr - 1;

        ASSERT(d);
        map->flags &= ~1U;
        if ( unlikely(last < map->first) || last >= 0x10000 )
        {
            printk(XENLOG_G_ERR "%pd: bad range\n", d);
            return -EINVAL;
        }

        ret = xsm_ioport_mapping(XSM_DM_PRIV, d, map->first, last, true);
        if ( unlikely(ret != 0) )
            return ret;

        return map_ports(d, map);
    }
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    return ret ?: carry_out(d, op);
}
