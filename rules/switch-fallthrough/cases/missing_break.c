/* The plain defect: a statement, and the next label. */
static int get_width(unsigned int mode)
{
    int width = 0;

    switch ( mode )
    {
    case 2:
        width = 16; /* bad: switch-fallthrough */
    case 4:
        width = 32;
        break;
    default:
        return -EINVAL;
    }

    return width;
}
