/* ASSERT_UNREACHABLE() does nothing in a release build, and domain_crash() returns. */
static void crash(struct domain *d, unsigned int op)
{
    switch ( op )
    {
    case 1:
        ASSERT_UNREACHABLE(); /* bad: switch-fallthrough */
    case 2:
        domain_crash(d); /* bad: switch-fallthrough */
    case 3:
        notify(d);
        break;
    }
}
