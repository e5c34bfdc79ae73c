/* An explicit fall into a group that does something is what fallthrough is for. */
static int find(struct domain *d, unsigned int op)
{
    switch ( op )
    {
    case 1:
        if ( !d )
            return -ESRCH;
        fallthrough;
    case 2:
        break;
    case 3:
        d = NULL;
        fallthrough;
    default:
        return lookup(d);
    }

    return 0;
}
