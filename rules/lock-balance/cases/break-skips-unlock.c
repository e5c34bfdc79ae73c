/* break out of a switch, and out of a loop, past the unlock. */
int handle_op(struct domain *d, unsigned int op)
{
    int rc = 0;

    switch ( op )
    {
    case OP_ASSIGN:
        pcidevs_lock();
        rc = assign(d);
        if ( rc )
            break; /* bad: lock-balance */
        pcidevs_unlock();
        break;

    case OP_QUERY:
        rc = query(d);
        break;
    }

    return rc;
}

void drain(struct queue *q)
{
    while ( q->entries )
    {
        spin_lock(&q->lock);
        if ( q->stopped )
            break; /* bad: lock-balance */
        pop_entry(q);
        spin_unlock(&q->lock);
    }
}
