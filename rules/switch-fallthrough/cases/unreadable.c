/* What the parser cannot read is never clean. */
static int broken(unsigned int op) /* not analysed */
{
    switch ( op )
    {
    case 1:
        if ( op = = 2 )
            first();
    default:
        break;
    }

    return 0;
}

static int whole(unsigned int op)
{
    return op;
}
