/* No common check here: each case asks, or what it calls does. */
static int map_pirq(struct domain *d, int index)
{
    int ret = xsm_map_domain_pirq(XSM_DM_PRIV, d);

    return ret ?: map(d, index);
}

long do_physdev_op(int cmd, void *arg)
{
    long ret;

    switch ( cmd )
    {
    case PHYSDEVOP_eoi:
        ret = acknowledge(current->domain, arg);
        break;

    case PHYSDEVOP_map_pirq:
        ret = map_pirq(current->domain, index_of(arg));
        break;

    case PHYSDEVOP_manage_pci_add:
        ret = pci_add_device(0, bus_of(arg));
        break;

    case PHYSDEVOP_setup_gsi:
        ret = xsm_resource_setup_gsi(XSM_PRIV, index_of(arg));
        if ( ret )
            break;
        ret = register_gsi(arg);
        break;

    case PHYSDEVOP_prepare_msix: /* bad: xsm-check */
    case PHYSDEVOP_release_msix: { /* bad: xsm-check */
        struct physdev_pci_device dev;

        if ( copy_from_guest(&dev, arg, 1) )
            ret = -EFAULT;
        else
            ret = prepare_msix(dev.bus, dev.devfn, cmd != PHYSDEVOP_prepare_msix);
        break;
    }

    default:
        ret = -ENOSYS;
        break;
    }

    return ret;
}
