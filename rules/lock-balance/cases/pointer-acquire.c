/* rcu_lock_domain_by_id() holds where it gives a domain. */
int query_domain(domid_t id, unsigned int *pages)
{
    struct domain *d = rcu_lock_domain_by_id(id);

    if ( d == NULL )
        return -ESRCH;

    if ( d->is_dying )
        return -EINVAL; /* bad: lock-balance */

    *pages = d->tot_pages;
    rcu_unlock_domain(d);

    return 0;
}

int query_in_condition(domid_t id)
{
    struct domain *d;

    if ( (d = rcu_lock_domain_by_any_id(id)) == NULL )
        return -ESRCH;
    work(d);
    rcu_unlock_domain(d);

    return 0;
}

int query_special(domid_t id)
{
    struct domain *d = id == DOMID_IO ? dom_io : rcu_lock_domain_by_id(id);

    if ( !d )
        return -ESRCH;
    work(d);
    if ( d != dom_io )
        rcu_unlock_domain(d);

    return 0;
}
