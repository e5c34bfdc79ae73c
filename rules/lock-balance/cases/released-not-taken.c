/* The error label unlocks, also for those who come before the lock. */
int lookup_page(struct p2m_domain *p2m, paddr_t addr)
{
    int rc = -EINVAL;

    if ( addr > MAX_ADDR )
        goto err;

    spin_lock(&p2m->lock);
    rc = walk(p2m, addr);

 err:
    spin_unlock(&p2m->lock); /* bad: lock-balance */

    return rc;
}

/* The caller's lock, dropped for a while and taken again: nothing to say. */
void run_unlocked(struct queue *q)
{
    spin_unlock(&q->lock);
    run_entry(q);
    spin_lock(&q->lock);
}
