/* Every end of a clause that is a statement of C. */
static int ends(unsigned int op, int *rc)
{
    for ( ; ; )
    {
        switch ( op )
        {
        case 1:
            *rc = 1;
            break;
        case 2:
            *rc = 2;
            continue;
        case 3:
            *rc = 3;
            goto out;
        case 4:
            return 4;
        case 5:
            *rc = 5;
            panic("no such operation\n");
        case 6:
            *rc = 6;
            BUG();
        case 7:
        case 8:
            *rc = 7;
            fallthrough;
        default:
            *rc = -EINVAL;
            return 0;
        }

        op++;
    }

 out:
    return *rc;
}
