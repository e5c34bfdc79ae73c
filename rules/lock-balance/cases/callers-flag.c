/* The caller says whether it holds the lock; every end of the function has it released. */
static void drop_entry(struct table *t, struct entry *e, bool have_lock)
{
    if ( !have_lock )
        spin_lock(&t->lock);
    list_del(&e->list);
    if ( --t->count )
    {
        spin_unlock(&t->lock);
        return;
    }
    free_page(t->page);
    spin_unlock(&t->lock);
}

void teardown(struct domain *d)
{
    if ( !paging_locked_by_me(d) )
        paging_lock(d);
    free_tables(d);
    paging_unlock(d);
}

/* Here the caller that holds the lock keeps it, but for one end. */
int add_entry(struct table *t, struct entry *e, bool have_lock)
{
    if ( !have_lock )
        spin_lock(&t->lock);
    if ( t->full )
    {
        spin_unlock(&t->lock); /* bad: lock-balance */
        return -ENOSPC;
    }
    list_add(&e->list, &t->entries);
    if ( !have_lock )
        spin_unlock(&t->lock);

    return 0;
}

/* A pointer is no word of the caller's about the lock. */
int read_entry(struct table *t, struct entry *e)
{
    int rc = -EINVAL;

    if ( !e )
        goto out;
    spin_lock(&t->lock);
    rc = e->value;
 out:
    spin_unlock(&t->lock); /* bad: lock-balance */

    return rc;
}
