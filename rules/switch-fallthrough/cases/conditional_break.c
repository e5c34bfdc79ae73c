/* A break on one path only. */
static void intercept(struct ioreq *p, void *buf)
{
    switch ( p->type )
    {
    case IOREQ_TYPE_COPY:
        buf = copy(p);
        if ( buf )
        {
            done(p);
            break;
        } /* bad: switch-fallthrough */
    default:
        gdprintk(XENLOG_WARNING, "unsupported type %d\n", p->type);
    }
}
