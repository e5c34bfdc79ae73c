/* The last group of a switch runs into nothing. */
static int last(unsigned int op)
{
    int rc = 0;

    switch ( op )
    {
    case 1:
        rc = 1;
        break;
    default:
        rc = -EINVAL;
    }

    switch ( op )
    {
    default:
    }

    return rc;
}
