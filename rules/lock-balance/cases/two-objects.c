/* Two locks in the order of their addresses, equal objects locked once. */
void double_lock(struct evtchn *l, struct evtchn *r)
{
    if ( l == r )
        spin_lock(&l->lock);
    else if ( l < r )
    {
        spin_lock(&l->lock);
        spin_lock(&r->lock);
    }
    else
    {
        spin_lock(&r->lock);
        spin_lock(&l->lock);
    }

    exchange(l, r);

    if ( l != r )
        spin_unlock(&r->lock);
    spin_unlock(&l->lock);
}
