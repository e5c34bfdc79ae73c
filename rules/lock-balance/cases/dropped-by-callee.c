/* The callee gives up its caller's lock on one way out, and the caller gives it up again. */
static int init_server(struct server *s, struct domain *d)
{
    int rc = alloc_ranges(s);

    if ( rc )
        goto fail;

    return 0;

 fail:
    spin_unlock(&d->server_lock); /* bad: lock-balance */
    return rc;
}

int create_server(struct domain *d, struct server *s)
{
    int rc;

    spin_lock(&d->server_lock);
    rc = init_server(s, d);
    if ( rc )
        goto out;
    list_add(&s->list, &d->servers);
 out:
    spin_unlock(&d->server_lock); /* bad: lock-balance */

    return rc;
}
