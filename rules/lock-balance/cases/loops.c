/* One lock for each object, in one loop or in two; and a turn that forgets its own. */
void visit_vcpus(struct domain *d)
{
    struct vcpu *v;

    domain_lock(d);
    for_each_vcpu ( d, v )
    {
        spin_lock(&v->lock);
        if ( v->is_running )
        {
            spin_unlock(&v->lock);
            continue;
        }
        work(v);
        spin_unlock(&v->lock);
    }
    domain_unlock(d);
}

void stop_all(struct domain *d)
{
    struct vcpu *v;

    for_each_vcpu ( d, v )
        spin_lock(&v->lock);
    freeze(d);
    for_each_vcpu ( d, v )
        spin_unlock(&v->lock);
}

void sync_tables(struct domain *first)
{
    struct domain *d;

    for ( d = first; d; d = d->next ) /* bad: lock-balance */
    {
        spin_lock(&d->table_lock);
        if ( !d->table )
            continue;
        sync(d);
        spin_unlock(&d->table_lock);
    }
}
