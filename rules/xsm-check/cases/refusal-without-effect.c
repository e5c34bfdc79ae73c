/* A refusal is noticed, and what was refused is done all the same. */
int resize(struct domain *d, unsigned int bits)
{
    int ret = xsm_resize(XSM_PRIV, d); /* bad: xsm-check */

    if ( ret )
        rcu_unlock_domain(d);

    ret = -EBUSY;
    if ( d->pages )
        goto out;

    d->bits = bits;
    ret = 0;

 out:
    rcu_unlock_domain(d);
    return ret;
}

int log_only(struct domain *d)
{
    if ( xsm_log_only(XSM_PRIV, d) ) /* bad: xsm-check */
        printk("not permitted\n");

    return carry_out(d);
}

int log_and_tell(struct domain *d)
{
    int ret = xsm_log_only(XSM_PRIV, d);

    if ( ret )
        printk("not permitted\n");
    if ( !ret )
        ret = carry_out(d);

    return ret;
}

int count(struct domain *d, unsigned int *refused)
{
    if ( xsm_count(XSM_PRIV, d) )
        ++*refused;

    return 0;
}
