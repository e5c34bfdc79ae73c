/* Comments that say the same in words that are not accepted, or too far below. */
static int count(unsigned int n)
{
    int sum = 0;

    switch ( n )
    {
    case 4:
        sum++; /* bad: switch-fallthrough */
        /* FALLTHROUGH */
    case 3:
        sum++; /* bad: switch-fallthrough */
        /* fall-through */
    case 2:
        sum++; /* bad: switch-fallthrough */



        /* fall through */
    case 1:
        sum++; /* bad: switch-fallthrough */
        /* This must not fall through. */
    case 0:
        sum++;
        break;
    }

    return sum;
}
