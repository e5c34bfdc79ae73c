/* Unlocked in the loop, and again behind it when the loop is left early. */
int setup_vectors(struct irq_desc *desc, unsigned int nr)
{
    unsigned long flags;
    unsigned int i;
    int rc = 0;

    spin_lock_irqsave(&desc->lock, flags);

    for ( i = 0; i < nr; i++ )
    {
        spin_unlock_irqrestore(&desc->lock, flags);
        rc = allocate_vector(i);
        if ( rc < 0 )
            break;
        spin_lock_irqsave(&desc->lock, flags);
    }

    spin_unlock_irqrestore(&desc->lock, flags); /* bad: lock-balance */

    return rc;
}
