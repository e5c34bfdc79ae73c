/* Macros of the file itself, one of them with a condition. */
#define stats_lock(s)   spin_lock(&(s)->lock)
#define stats_unlock(s) spin_unlock(&(s)->lock)
#define obj_lock(l)     do { if ( !one_big_lock ) spin_lock(l); } while ( 0 )
#define obj_unlock(l)   do { if ( !one_big_lock ) spin_unlock(l); } while ( 0 )

int add_sample(struct stats *s, int value)
{
    stats_lock(s);
    if ( value < 0 )
        return -ERANGE; /* bad: lock-balance */
    s->sum += value;
    stats_unlock(s);

    return 0;
}

int drop_object(struct object *obj)
{
    int rc = 0;

    if ( one_big_lock )
        spin_lock(&big_lock);
    obj_lock(&obj->lock);
    if ( obj->pinned )
    {
        rc = -EBUSY;
        goto out;
    }
    obj->gone = true;
 out:
    obj_unlock(&obj->lock);
    if ( one_big_lock )
        spin_unlock(&big_lock);

    return rc;
}
