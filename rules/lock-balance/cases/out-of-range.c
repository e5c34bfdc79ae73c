/* A value that a range check has let pass is none of those outside the range, nor is a copy of it. */
int next_id(struct op *op, struct domain *d)
{
    domid_t id = DOMID_INVALID;

    if ( !d )
    {
        if ( op->id >= DOMID_FIRST_RESERVED )
            return -EINVAL;

        read_lock(&list_lock);
        id = op->id;
        d = first_from(id);
    }

    if ( d )
        tell(d, op);

    if ( id == DOMID_INVALID )
        return 0;

    read_unlock(&list_lock);
    return 1;
}

/* Without the check it may well be one of them. */
int any_id(struct op *op, struct domain *d)
{
    domid_t id = DOMID_INVALID;

    if ( !d )
    {
        read_lock(&list_lock);
        id = op->id;
    }

    if ( id == DOMID_INVALID )
        return 0; /* bad: lock-balance */

    read_unlock(&list_lock);
    return 1;
}

/* The check was of what the field held before. */
int changed_id(struct op *op, struct domain *d)
{
    domid_t id = DOMID_INVALID;

    if ( op->id >= DOMID_FIRST_RESERVED )
        return -EINVAL;

    if ( !d )
    {
        read_lock(&list_lock);
        op->id = other_id();
        id = op->id;
    }

    if ( id == DOMID_INVALID )
        return 0; /* bad: lock-balance */

    read_unlock(&list_lock);
    return 1;
}

/* A number will do for a name. */
int small_number(struct op *op, int kind)
{
    int number = 8;

    if ( kind )
    {
        if ( op->number > 7 )
            return -EINVAL;
        spin_lock(&list_lock);
        number = op->number;
    }

    if ( number == 8 )
        return 0;

    spin_unlock(&list_lock);
    return 1;
}

/* Found, but not told: the way past the end of the search keeps the lock. */
int not_told(struct op *op, struct domain *d)
{
    domid_t id = DOMID_INVALID;
    int rc = -ESRCH;

    if ( !d )
    {
        if ( op->id >= DOMID_FIRST_RESERVED )
            return -EINVAL;
        read_lock(&list_lock);
        id = op->id;
        d = first_from(id);
    }

    if ( !d )
        goto out;

    rc = may_tell(d);
    if ( !rc )
    {
        tell(d, op);
 out:
        if ( id == DOMID_INVALID )
            return rc;
        read_unlock(&list_lock);
    }

    return rc; /* bad: lock-balance */
}
