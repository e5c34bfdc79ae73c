/* A label that stands first in a branch was put there to be run into; one behind a statement was not. */
static int check(unsigned int op, bool hw)
{
    int rc = 0;

    switch ( op )
    {
    case 1:
        if ( hw )
        {
    case 2:
            rc = 2;
        }
        break;

    case 3:
        if ( parse(op) )
            rc = 3;
        else
    default:
            rc = -EINVAL;
        break;

    case 4:
        if ( hw )
    case 5:
            return 0; /* bad: switch-fallthrough */
    case 6:
        rc = 6;
        break;
    }

    return rc;
}
