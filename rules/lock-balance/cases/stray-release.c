/* Gives back what it has not taken, and no caller or sister in the file takes it either. */
int demand_page(struct p2m_domain *p2m, unsigned long gfn, unsigned int order)
{
    if ( order == ORDER_1G )
    {
        split_entry(p2m, gfn);
        p2m_unlock(p2m); /* bad: lock-balance */
        return 0;
    }

    return populate(p2m, gfn);
}

void queue_request(struct queue *q, struct request *r)
{
    list_add(&r->list, &q->requests);
    spin_unlock(&q->lock); /* bad: lock-balance */
}

/* Its caller takes the lock, by way of another function. */
static void finish_off(struct timer *t)
{
    list_del(&t->list);
    spin_unlock(&t->base->lock);
}

static void run_off(struct timer *t)
{
    t->function(t);
    finish_off(t);
}

static void run_timer(struct timer *t)
{
    run_off(t);
}

void run_timers(struct base *base)
{
    struct timer *t;

    while ( (t = first_timer(base)) != NULL )
    {
        spin_lock(&base->lock);
        run_timer(t);
    }
}

/* The lock is kept by a sister, or by a function called from here. */
static bool device_mem_accept(struct device *dev, paddr_t addr)
{
    spin_lock(&dev->lock);
    if ( addr < dev->start )
    {
        spin_unlock(&dev->lock);
        return false;
    }

    return true;
}

static void device_mem_ready(struct device *dev)
{
    spin_unlock(&dev->lock);
}

/* The name says so. */
void queue_end(struct queue *q)
{
    spin_unlock(&q->end_lock);
}
