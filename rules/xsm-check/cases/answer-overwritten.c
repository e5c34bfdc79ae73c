/* The answer is in the variable, and the variable gets another value before anybody has looked. */
int drop_device(struct domain *d, struct device *dev)
{
    int ret;

    ret = xsm_drop_device(XSM_HOOK, d, dev->name); /* bad: xsm-check */
    ret = detach(d, dev);

    return ret;
}

int drop_twice(struct domain *d, struct device *dev)
{
    int ret = xsm_drop_device(XSM_HOOK, d, dev->name);

    ret = ret ?: detach(d, dev);
    if ( !ret )
        ret = xsm_free_device(XSM_HOOK, d);

    return ret;
}

int drop_late(struct domain *d, struct device *dev)
{
    int ret = xsm_drop_device(XSM_HOOK, d, dev->name);

    dev = first_of(dev);
    if ( ret || !dev )
        return -EPERM;
    ret = detach(d, dev);

    return ret;
}
