/* A break in an inner switch ends the inner clause only. */
static int access(struct ioreq *ioreq)
{
    switch ( ioreq->addr )
    {
    case PIT_CH2:
        switch ( ioreq->dir )
        {
        case IOREQ_READ:
            return 1;
        default:
            return 0;
        }

    case PIT_MODE:
        switch ( ioreq->dir )
        {
        case IOREQ_READ:
            ioreq->data = read_mode();
            break;
        default:
            return 0;
        } /* bad: switch-fallthrough */

    case 0x61:
        return 2;
    }

    return 0;
}
