/* Comes back with the lock held on purpose: told by the name, by the object handed over, or by a sister function. */
struct entry *find_entry_locked(struct table *t, unsigned int id)
{
    struct entry *e;

    spin_lock(&t->lock);
    e = lookup(t, id);
    if ( !e )
        spin_unlock(&t->lock);

    return e;
}

static struct domain *current_target(void)
{
    struct domain *d = rcu_lock_domain_by_id(target_id);

    if ( !d )
        return NULL;
    if ( d->accepts_input )
        return d;
    rcu_unlock_domain(d);

    return NULL;
}

static void report_prologue(void)
{
    spin_lock(&report_lock);
    printk("----\n");
}

static void report_epilogue(void)
{
    printk("----\n");
    spin_unlock(&report_lock);
}
