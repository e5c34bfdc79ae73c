/* Something is done to the domain on the way to the common check, whatever the operation. */
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret;

    if ( op->interface_version != 1 )
        return -EACCES;

    domain_pause(d); /* bad: xsm-check */

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( !ret )
        ret = carry_out(d, op);

    domain_unpause(d);
    return ret;
}
