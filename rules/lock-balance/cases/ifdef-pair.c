/* Both halves of a pair under the same #ifdef, in blocks of their own. */
int remove_page(struct domain *d, unsigned long gfn)
{
    mfn_t mfn;
    int rc;

#ifdef CONFIG_X86
    p2m_type_t t;

    mfn = get_gfn_query(d, gfn, &t);
#else
    mfn = gfn_to_mfn(d, _gfn(gfn));
#endif

    rc = drop_page(d, mfn);

#ifdef CONFIG_X86
    put_gfn(d, gfn);
#endif

    return rc;
}

int remove_page_leaking(struct domain *d, unsigned long gfn)
{
#ifdef CONFIG_X86
    p2m_type_t t;
    mfn_t mfn = get_gfn_query(d, gfn, &t);

    if ( !mfn_valid(mfn) )
        return -EINVAL; /* bad: lock-balance */
    put_gfn(d, gfn);
#endif

    return 0;
}
