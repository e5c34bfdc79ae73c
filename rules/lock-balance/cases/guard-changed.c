/* The condition may change between taking and dropping: then it proves nothing. */
void toggle(struct domain *d, bool locked)
{
    if ( locked )
        spin_lock(&d->lock);

    locked = work(d);

    if ( locked )
        spin_unlock(&d->lock); /* bad: lock-balance */
} /* bad: lock-balance */
