/* Dropped and taken anew until it works out. */
int grab_queue(struct queue *q)
{
    unsigned int attempts = 0;

 retry:
    spin_lock(&q->lock);
    if ( q->busy )
    {
        spin_unlock(&q->lock);
        if ( ++attempts > 3 )
            return -EBUSY;
        cpu_relax();
        goto retry;
    }
    q->busy = true;
    spin_unlock(&q->lock);

    return 0;
}

void *grab_memory(struct heap *h)
{
    unsigned int attempts = 0;
    void *p;

 again:
    spin_lock(&h->lock);
    p = first_free(h);
    if ( p )
    {
        spin_unlock(&h->lock);
        return p;
    }

    if ( attempts++ < 4 )
    {
        spin_unlock(&h->lock);
        reclaim(h);
        goto again;
    }

    printk("out of memory\n");

    return NULL; /* bad: lock-balance */
}
