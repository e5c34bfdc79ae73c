/* rcu_lock_live_remote_domain_by_id() holds where it gives 0; its domain is the second argument's. */
int remote_op(domid_t id, unsigned int what)
{
    struct domain *d;
    int rc = rcu_lock_live_remote_domain_by_id(id, &d);

    if ( rc )
        return rc;

    if ( what > MAX_WHAT )
        return -EINVAL; /* bad: lock-balance */

    rc = do_what(d, what);
    if ( rc )
        goto out;
    rc = finish(d);

 out:
    rcu_unlock_domain(d);

    return rc;
}

/* So it is for a domain that the caller may name or mean itself. */
int resize(domid_t id, unsigned int pages)
{
    struct domain *d;
    int rc = rcu_lock_target_domain_by_id(id, &d);

    if ( rc )
        return rc;
    if ( pages > d->max_pages )
        return -EINVAL; /* bad: lock-balance */
    d->pages = pages;
    rcu_unlock_domain(d);

    return 0;
}
