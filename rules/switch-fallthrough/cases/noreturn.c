/* A function that the file itself declares not to return. */
void noreturn stop_here(unsigned int why);
static void __attribute__((noreturn)) stop_there(unsigned int why);

static void stop(unsigned int op)
{
    switch ( op )
    {
    case 1:
        stop_here(1);
    case 2:
        stop_there(2);
    case 3:
        stop_everywhere(3); /* bad: switch-fallthrough */
    default:
        stop_here(0);
    }
}
