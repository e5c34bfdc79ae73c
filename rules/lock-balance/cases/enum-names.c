/* A name whose first word is in capitals is a constant: what was switched on before is what is compared later. */
int add_page(struct domain *d, unsigned int space, unsigned long idx)
{
    unsigned long gfn = 0;
    p2m_type_t t;
    int rc = 0;

    switch ( space )
    {
    case MAPSPACE_frame:
        gfn = idx;
        get_gfn(d, gfn, &t);
        if ( is_shared(t) )
        {
            put_gfn(d, gfn);
            return -ENOMEM;
        }
        break;

    case MAPSPACE_table:
        rc = map_table(d, idx);
        break;
    }

    if ( space == MAPSPACE_frame )
        put_gfn(d, gfn);

    return rc;
}

/* Success by another name than 0, which tells where the lock stays with the caller. */
int acquire_entry(struct table *t, unsigned int id)
{
    int rc;

    spin_lock(&t->lock);
    rc = find_entry(t, id);
    if ( rc != GNTST_okay )
    {
        spin_unlock(&t->lock);
        return rc;
    }

    return rc;
}
