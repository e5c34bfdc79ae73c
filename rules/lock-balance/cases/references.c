/* A reference is told of only where the function gives it back on another path, and nothing keeps it. */
int get_size(domid_t id, unsigned long *size)
{
    struct domain *d = get_domain_by_id(id);

    if ( !d )
        return -ESRCH;
    if ( d->is_dying )
        return -EINVAL; /* bad: lock-balance */
    *size = d->size;
    put_domain(d);

    return 0;
}

int set_target(struct domain *d, domid_t id)
{
    struct domain *e = get_domain_by_id(id);
    int rc;

    if ( !e )
        return -ESRCH;
    rc = may_target(d, e);
    if ( !rc && cmpxchgptr(&d->target, NULL, e) )
        rc = -EINVAL;
    if ( rc )
        put_domain(e);

    return rc;
}

int keep(struct binding *b, domid_t id)
{
    struct domain *d = get_domain_by_id(id);

    if ( !d )
        return -ESRCH;
    if ( !b->free )
    {
        put_domain(d);
        return -EBUSY;
    }
    b->domain = d;

    return 0;
}

void drop(struct binding *b)
{
    put_domain(b->domain);
    put_domain(b->domain);
}

int use_until_dropped(domid_t id)
{
    struct domain *d = get_domain_by_id(id);

    return d ? use(d) : -ESRCH;
}
