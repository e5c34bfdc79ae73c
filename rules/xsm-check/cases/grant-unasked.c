/* Who gives a domain a resource must have it, or is Xen itself while it boots. */
static int allow_irq(struct domain *d, unsigned int irq)
{
    return irq_permit_access(d, irq); /* bad: xsm-check */
}

static int allow_asked(struct domain *d, unsigned int irq)
{
    if ( !irq_access_permitted(current->domain, irq) )
        return -EPERM;

    return irq_permit_access(d, irq);
}

static int allow_late(struct domain *d, unsigned long mfn)
{
    int rc = iomem_permit_access(d, mfn, mfn); /* bad: xsm-check */

    return iomem_access_permitted(current->domain, mfn, mfn) ? rc : -EPERM;
}

static bool may_give(unsigned int first, unsigned int last)
{
    return ioports_access_permitted(current->domain, first, last);
}

static int allow_ports(struct domain *d, unsigned int first, unsigned int last, bool deny)
{
    if ( first > last )
        return -EINVAL;

    if ( !may_give(first, last) )
        return -EPERM;

    return deny ? ioports_deny_access(d, first, last) : ioports_permit_access(d, first, last);
}

static int show(struct domain *d, int cmd, unsigned long mfn)
{
    switch ( cmd )
    {
    case SHOW_ASKED:
        if ( !iomem_access_permitted(d, mfn, mfn) )
            return -EPERM;
        return map_mmio_regions(d, mfn, 1, mfn);

    case SHOW:
        return map_mmio_regions(d, mfn, 1, mfn); /* bad: xsm-check */
    }

    return -ENOSYS;
}

static int __init build(struct domain *d)
{
    return irqs_permit_access(d, 1, 15);
}
