/* The eight comments that are accepted in existing code. */
static int count(unsigned int n)
{
    int sum = 0;

    switch ( n )
    {
    case 8:
        sum++;
        /* fall through */
    case 7:
        sum++;
        /* fall through. */
    case 6:
        sum++;
        /* fallthrough */
    case 5:
        sum++; /* fallthrough. */
    case 4:
        sum++;
        /* Fall through */
    case 3:
        sum++;

        /* Fall through. */
    case 2:
        sum++;
        /* Fallthrough */

    case 1:
        sum++;
        /* Fallthrough. */
    case 0:
        sum++;
        break;
    }

    return sum;
}
