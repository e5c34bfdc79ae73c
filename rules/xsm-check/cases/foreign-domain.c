/* A domain that the caller names: asked about in one arm, not in the other. */
static int asked_about(struct domain *d)
{
    return xsm_add_to_physmap(XSM_TARGET, current->domain, d);
}

long arch_memory_op(unsigned long op, unsigned int domid, struct page *page)
{
    struct domain *d;
    int rc;

    switch ( op )
    {
    case XENMEM_add_to_physmap:
        d = rcu_lock_domain_by_any_id(domid);
        if ( !d )
            return -ESRCH;

        rc = asked_about(d);
        if ( !rc )
            rc = add_to_physmap(d, page);
        rcu_unlock_domain(d);
        return rc;

    case XENMEM_get_vnumainfo: /* bad: xsm-check */
        d = rcu_lock_domain_by_any_id(domid);
        if ( !d )
            return -ESRCH;

        rc = copy_vnuma(d, page);
        rcu_unlock_domain(d);
        return rc;
    }

    return -ENOSYS;
}
