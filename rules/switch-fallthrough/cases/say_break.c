/* An explicit fall into nothing but a break takes along whatever is put between the two later. */
static void dispatch(struct domain *d, unsigned int op)
{
    switch ( op )
    {
    case XEN_DOMCTL_pausedomain:
        domain_pause_by_systemcontroller(d);
        break;

    case XEN_DOMCTL_shadow_op:
        if ( d == current->domain )
            return;

        fallthrough; /* bad: switch-fallthrough */
    default:
        /* Everything else is handled further down. */
        break;
    }
}
