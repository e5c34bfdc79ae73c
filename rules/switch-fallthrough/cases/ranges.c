/* Case ranges, loops and labels that goto enters. */
static int number(unsigned int n)
{
    switch ( n )
    {
    case 0 ... 9:
        one(n); /* bad: switch-fallthrough */
    case 10 ... 99:
        for ( ; ; )
        {
            if ( two(n) )
                return 2;
        }
    case 100:
        while ( three(n) )
            break; /* bad: switch-fallthrough */
    case 101:
        do {
            return 3;
        } while ( 0 );
    case 102:
        if ( four(n) )
            goto fail;
        break;
    fail:
        report(n); /* bad: switch-fallthrough */
    default:
        return -1;
    }

    return 0;
}
