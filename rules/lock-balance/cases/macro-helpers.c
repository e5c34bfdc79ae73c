/* Macros that call helpers of the file, or several lock functions in a row. */
#define TAKE(b)      take(b)
#define GIVE(b)      give(b, false)
#define GIVE_BOTH(b) do { spin_unlock(&(b)->inner); spin_unlock(&(b)->lock); } while ( 0 )
#define PEEK(b, n)   do { spin_lock(&(b)->lock); n = (b)->count; spin_unlock(&(b)->lock); } while ( 0 )
#define FIND(id)     rcu_lock_domain_by_id(id)

static void take(struct box *b)
{
    spin_lock(&b->lock);
}

static void give(struct box *b, bool quiet)
{
    if ( !quiet )
        printk("box %u\n", b->id);
    spin_unlock(&b->lock);
}

int box_add(struct box *b, unsigned int n)
{
    TAKE(b);
    if ( n > b->room )
        return -ENOSPC; /* bad: lock-balance */
    b->count += n;
    GIVE(b);

    return 0;
}

int box_move(struct box *b, struct box *to, unsigned int n)
{
    TAKE(b);
    spin_lock(&b->inner);
    if ( n > b->count )
    {
        GIVE_BOTH(b);
        return -EINVAL;
    }
    b->count -= n;
    GIVE_BOTH(b);
    GIVE(b); /* bad: lock-balance */

    return 0;
}

unsigned int box_count(struct box *b)
{
    unsigned int n;

    PEEK(b, n);
    if ( n > b->room )
        return 0;

    return n;
}

int box_owner(domid_t id)
{
    struct domain *d = FIND(id);

    if ( !d )
        return -ESRCH;
    if ( d->is_dying )
        return -EINVAL; /* bad: lock-balance */
    rcu_unlock_domain(d);

    return 0;
}
