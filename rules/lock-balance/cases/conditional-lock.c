/* spin_lock_if() takes where its first argument holds. */
void update(struct table *t, bool need)
{
    spin_lock_if(need, &t->lock);
    change(t);
    if ( need )
        spin_unlock(&t->lock);
}

int update_leaking(struct table *t, bool need)
{
    spin_lock_if(need, &t->lock);
    if ( change(t) )
        return -EIO; /* bad: lock-balance */
    if ( need )
        spin_unlock(&t->lock);

    return 0;
}
