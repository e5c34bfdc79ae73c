/* Arms that ask for the same condition go together, also where they cut a statement. */

int paired(int op)
{
    switch ( op )
    {
    case 1:
        prepare();
#ifdef CONFIG_X
        act();
        break;
#endif
#ifndef CONFIG_X
        other();
        return 1;
#endif

    case 2:
        prepare();
#ifdef CONFIG_X
        act();
        break;
#endif
#ifndef CONFIG_Y
        other();      /* bad: switch-fallthrough */
#endif

    case 3:
        if ( ready() )
#ifdef CONFIG_X
            return 1;
#else
            return 2;
#endif
        else
            return 3;

    case 4:
#ifdef CONFIG_X
        if ( ready() )
            return 1;
        else
#endif
            act();    /* bad: switch-fallthrough */

    case 5:
        if ( ready()
#ifdef CONFIG_X
             && act()
#endif
           )
            return 1;
        return 2;

    default:
        break;
    }

    return 0;
}
