/* A plain return between lock and unlock, and a default: that returns. */
int set_limit(struct domain *d, unsigned int limit)
{
    spin_lock(&d->limit_lock);
    if ( limit > MAX_LIMIT )
        return -EINVAL; /* bad: lock-balance */
    d->limit = limit;
    spin_unlock(&d->limit_lock);

    return 0;
}

int set_param(struct scheduler *s, unsigned int cmd)
{
    unsigned long flags;

    spin_lock_irqsave(&s->lock, flags);
    switch ( cmd )
    {
    case PARAM_GET:
        break;

    default:
        return -EOPNOTSUPP; /* bad: lock-balance */
    }
    spin_unlock_irqrestore(&s->lock, flags);

    return 0;
}
