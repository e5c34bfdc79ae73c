/* Taken and dropped under the same unchanged condition: in order. */
int paging_op(struct domain *d, struct op *op)
{
    bool lock = !(op->cmd == OP_CLEAN || op->cmd == OP_PEEK);
    int rc;

    if ( !lock || domctl_lock_acquire() )
    {
        rc = do_paging_op(d, op);
        if ( lock )
            domctl_lock_release();
    }
    else
        rc = -ERESTART;

    return rc;
}

void flush_view(struct p2m_domain *hostp2m, struct p2m_domain *ap2m)
{
    p2m_lock(hostp2m);
    if ( ap2m )
        p2m_lock(ap2m);

    flush_tables(hostp2m, ap2m);

    if ( ap2m )
        p2m_unlock(ap2m);
    p2m_unlock(hostp2m);
}

int guarded_by_flags(struct vcpu *v, unsigned int flags)
{
    int rc;

    if ( flags & OP_LOCKED )
        spin_lock(&v->lock);
    rc = touch(v);
    if ( rc )
        goto out;
    rc = touch_again(v);
 out:
    if ( flags & OP_LOCKED )
        spin_unlock(&v->lock);

    return rc;
}
