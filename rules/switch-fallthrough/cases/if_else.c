/* if and else that both leave are an end; an if alone, or a chain without else, is none. */
static int pick(unsigned int op, bool a, bool b)
{
    int rc = 0;

    switch ( op )
    {
    case 1:
        if ( a )
            return 1;
        else
            break;
    case 2:
        if ( a )
        {
            rc = 2;
            break;
        }
        else if ( b )
            return 2;
        else
        {
            if ( rc )
                goto out;
            else
                fallthrough;
        }
    case 3:
        if ( a )
            return 3;
        else if ( b )
        {
            return 4;
        } /* bad: switch-fallthrough */
    case 4:
        if ( true )
            return 4;
        else
            rc = 4;
    case 5:
        rc = 5;
        break;
    }

 out:
    return rc;
}
