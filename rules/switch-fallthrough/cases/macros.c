/* Macros that hold a label, or that end a clause. */
#define PROGRESS(x)                             \
        d->teardown.val = PROG_ ## x;           \
        fallthrough;                            \
    case PROG_ ## x

#define STAGE(x) case STAGE_ ## x

#define FAIL(rc) do { d->failed = true; return (rc); } while ( false )

#define CHECK(rc) do { if ( rc ) return (rc); } while ( false )

#define RAISE(x) ({ record(x); goto done; })

static int teardown(struct domain *d)
{
    switch ( d->teardown.val )
    {
    case PROG_none:
        first(d);

    PROGRESS(maps):
        second(d);

    PROGRESS(done):
        break;

    STAGE(one):
        third(d); /* bad: switch-fallthrough */

    STAGE(two):
        FAIL(-EINVAL);

    STAGE(three):
        CHECK(fourth(d)); /* bad: switch-fallthrough */

    STAGE(four):
        RAISE(4);

    default:
        BUG();
    }

 done:
    return 0;
}
