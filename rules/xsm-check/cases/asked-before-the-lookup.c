/* The hook comes first and does not need the domain; and get_pg_owner() only finds it for its callers. */
long do_mca(unsigned int domid)
{
    struct domain *d;
    int rc = xsm_do_mca(XSM_PRIV);

    if ( rc )
        return rc;

    d = rcu_lock_domain_by_any_id(domid);
    if ( !d )
        return -ESRCH;

    inject(d);
    rcu_unlock_domain(d);
    return 0;
}

struct domain *get_pg_owner(unsigned int domid)
{
    return rcu_lock_domain_by_any_id(domid);
}
