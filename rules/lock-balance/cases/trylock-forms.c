/* Every way to ask whether a lock was got. */
int by_not(struct domain *d)
{
    if ( !spin_trylock(&d->lock) )
        return -EBUSY;
    work(d);
    spin_unlock(&d->lock);

    return 0;
}

int by_variable(struct domain *d)
{
    bool got = write_trylock(&d->rwlock);

    if ( got )
    {
        work(d);
        write_unlock(&d->rwlock);
    }

    return got ? 0 : -EBUSY;
}

int by_likely(struct domain *d)
{
    if ( unlikely(!read_trylock(&d->rwlock)) )
        return -ERESTART;
    read_unlock(&d->rwlock);

    return 0;
}

int by_loop(struct domain *d)
{
    while ( !spin_trylock(&d->lock) )
        if ( hypercall_preempt_check() )
            return -ERESTART;
    spin_unlock(&d->lock);

    return 0;
}

int by_and(struct domain *d)
{
    if ( d->ready && spin_trylock(&d->lock) )
    {
        work(d);
        spin_unlock(&d->lock);
    }

    return 0;
}

int by_or(struct domain *d)
{
    if ( !d->ready || !get_cpu_maps() )
        return -EBUSY;
    work(d);
    put_cpu_maps();

    return 0;
}
