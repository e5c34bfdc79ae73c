/* A lock of one object is released under the name of a variable that is set to it, or to another one. */
int copy_entry(struct domain *d, unsigned long addr, bool other)
{
    unsigned long gfn = addr >> PAGE_SHIFT;
    struct p2m_domain *p2m, *host = p2m_get_hostp2m(d);
    int rc = 0;

    get_gfn_type_access(host, gfn, &t, &a, 0, NULL);
    if ( other )
    {
        p2m = p2m_get_altp2m(d->vcpu[0]);
        get_gfn_type_access(p2m, gfn, &t, &a, 0, NULL);
    }
    else
        p2m = host;

    if ( t == p2m_invalid )
    {
        rc = -EINVAL;
        goto out;
    }
    set_entry(p2m, gfn, t);

 out:
    __put_gfn(p2m, gfn);
    if ( other )
        __put_gfn(host, gfn);

    return rc;
}

int drop_entry(struct domain *d, unsigned long gfn, bool other)
{
    struct p2m_domain *p2m, *host = p2m_get_hostp2m(d);

    get_gfn_type_access(host, gfn, &t, &a, 0, NULL);
    if ( other )
    {
        p2m = p2m_get_altp2m(d->vcpu[0]);
        get_gfn_type_access(p2m, gfn, &t, &a, 0, NULL);
    }
    else
        p2m = host;
    clear_entry(p2m, gfn);
    __put_gfn(p2m, gfn);

    return 0; /* bad: lock-balance */
}
