/* The body in braces, the break inside, behind, or missing. */
static int body(unsigned int op)
{
    int rc = 0;

    switch ( op )
    {
    case 1:
    {
        int tmp = first();

        rc = tmp;
        break;
    }

    case 2:
    {
        int tmp = second();

        rc = tmp;
    }
    break;

    case 3:
    {
        int tmp = third();

        rc = tmp;
    } /* bad: switch-fallthrough */

    case 4:
    {
        rc = fourth();
        /* fall through */
    }

    default:
        rc++;
        break;
    }

    return rc;
}
