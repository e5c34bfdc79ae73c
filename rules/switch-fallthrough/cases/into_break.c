/* Running into a lone break changes nothing today; it is said all the same. */
static int lone(unsigned int op)
{
    int rc = 0;

    switch ( op )
    {
    case 1:
        rc = 1; /* bad: switch-fallthrough */
    case 2:
        break;
    default:
        rc = -EINVAL;
        break;
    }

    return rc;
}
