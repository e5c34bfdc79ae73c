/* A function listed in `by_design` comes back locked, but not where it has found nothing. */
mfn_t dbg_hvm_va2mfn(struct domain *d, unsigned long va, unsigned long *gfn)
{
    p2m_type_t t;
    mfn_t mfn;

    *gfn = translate(d, va);
    if ( *gfn == INVALID_GFN )
        return INVALID_MFN;
    mfn = get_gfn(d, *gfn, &t);
    if ( is_readonly(t) )
        return INVALID_MFN; /* bad: lock-balance */

    return mfn;
}
