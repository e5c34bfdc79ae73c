/* Paths that end in a call which does not return hold what they like. */
void check_state(struct domain *d)
{
    spin_lock(&d->lock);
    if ( d->corrupt )
        panic("corrupt\n");
    BUG_ON(d->busy);
    spin_unlock(&d->lock);
}

void must_exist(domid_t id)
{
    struct domain *d = rcu_lock_domain_by_id(id);

    BUG_ON(!d);
    work(d);
    rcu_unlock_domain(d);
}
