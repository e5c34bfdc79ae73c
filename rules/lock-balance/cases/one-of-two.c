/* Which of two locks a call gives back depends on a condition that was asked before. */
int fix_fault(struct domain *d, gfn_t gfn, bool alternate)
{
    struct p2m_domain *host = host_p2m(d), *p2m = alternate_p2m(d);
    p2m_access_t a;
    p2m_type_t t;

    get_gfn_type_access(host, gfn, &t, &a, 0, NULL);
    if ( alternate )
        get_gfn_type_access(p2m, gfn, &t, &a, 0, NULL);
    else
        p2m = host;
    if ( is_logdirty(t) )
    {
        if ( alternate )
            __put_gfn(p2m, gfn);
        change_type(d, gfn);
        __put_gfn(alternate ? host : p2m, gfn);
        return 1;
    }
    __put_gfn(p2m, gfn);
    if ( alternate )
        __put_gfn(host, gfn);

    return 0;
}

int fix_fault_leaking(struct table *t, struct table *other, bool both)
{
    spin_lock(&t->lock);
    spin_lock(&other->lock);
    spin_unlock(both ? &t->lock : &other->lock);
    if ( both )
        spin_unlock(&other->lock);

    return 0; /* bad: lock-balance */
}
