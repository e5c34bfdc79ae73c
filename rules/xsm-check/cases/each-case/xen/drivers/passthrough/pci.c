int pci_add_device(int seg, int bus)
{
    int ret = xsm_resource_plug_pci(XSM_PRIV, bus);

    return ret ?: add(seg, bus);
}
