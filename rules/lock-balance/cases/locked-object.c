/* A helper gives back an object with its lock held, or NULL. */
static struct object *find_object(struct pool *pool, unsigned int id)
{
    struct object *obj;

 again:
    read_lock(&pool->lock);
    obj = lookup(pool, id);
    if ( obj )
    {
        if ( !spin_trylock(&obj->lock) )
        {
            read_unlock(&pool->lock);
            goto again;
        }
        read_unlock(&pool->lock);
        return obj;
    }
    read_unlock(&pool->lock);

    return NULL;
}

/* What belongs to an object gives the object's lock back. */
static int store_page(struct page *pg, unsigned long mfn)
{
    struct object *obj = pg->us.obj;
    int rc = copy_page(pg, mfn);

    spin_unlock(&obj->lock);

    return rc;
}

int put_page_at(struct pool *pool, unsigned int id, unsigned long mfn)
{
    struct object *obj;
    struct page *pg;
    int rc = 0;

    if ( (obj = find_object(pool, id)) != NULL )
    {
        pg = first_page(obj);
        if ( pg )
            return store_page(pg, mfn);
        spin_unlock(&obj->lock);
    }

    return rc;
}

int get_page_at(struct pool *pool, unsigned int id, unsigned long mfn)
{
    struct object *obj = find_object(pool, id);
    int rc;

    if ( obj == NULL )
        return 0;
    rc = copy_out(obj, mfn);
    if ( rc < 0 )
        return rc; /* bad: lock-balance */
    spin_unlock(&obj->lock);

    return 1;
}

/* The result of a lookup is handed on at once. */
struct domain *input_domain(void)
{
    if ( !input_id )
        return NULL;

    return rcu_lock_domain_by_id(input_id - 1);
}

/* A lock and an unlock function that name the same two locks in different ways. */
static void pt_vcpu_unlock(struct vcpu *v)
{
    spin_unlock(&v->arch.tm_lock);
    read_unlock(&v->domain->migrate_lock);
}

static void pt_lock(struct timer *pt)
{
    read_lock(&pt->vcpu->domain->migrate_lock);
    spin_lock(&pt->vcpu->arch.tm_lock);
}

static void pt_unlock(struct timer *pt)
{
    pt_vcpu_unlock(pt->vcpu);
}

void tick(struct timer *pt)
{
    pt_lock(pt);
    pt->ticks++;
    pt_unlock(pt);
}
