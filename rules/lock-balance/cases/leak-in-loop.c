/* One turn keeps what it took; the ends that come after the next turn has taken it again say nothing new. */
int transfer(struct domain *d, const struct op *ops, unsigned int count)
{
    struct op op;
    p2m_type_t t;
    unsigned int i;

    for ( i = 0; i < count; i++ )
    {
        if ( copy_op(&op, ops, i) )
            return -EFAULT;
        get_gfn(d, op.gfn, &t);
        if ( !is_valid(t) )
        {
            put_gfn(d, op.gfn);
            return -EINVAL;
        }
        if ( !steal(d, op.gfn) )
        {
            put_gfn(d, op.gfn);
            return -EBUSY;
        }
        if ( !hand_over(op.to, op.gfn) )
            continue; /* bad: lock-balance */
        put_gfn(d, op.gfn);
    }

    return 0;
}
