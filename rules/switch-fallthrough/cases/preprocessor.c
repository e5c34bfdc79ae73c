/* Arms of #if are alternatives; a label under #ifdef may not be there. */
static int arms(unsigned int op)
{
    int rc = 0;

    switch ( op )
    {
    case 1:
#ifdef CONFIG_ARM_64
    case 2:
#endif
        rc = 1;
        break;

    case 3:
#ifdef CONFIG_X86
        rc = 3;
        fallthrough;
#endif
    case 4:
#ifdef CONFIG_PV
        rc = 4;
        break;
#else
        return 4;
#endif

    case 5:
        rc = 5;
#ifdef CONFIG_HVM
        break;
#endif
        rc++; /* bad: switch-fallthrough */

#ifdef CONFIG_MEM_SHARING
    case 6:
        rc = 6; /* bad: switch-fallthrough */
#endif
    case 7:
        rc = 7;
        break;
    }

    return rc;
}
