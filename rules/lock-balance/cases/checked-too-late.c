/* The lock is taken through a pointer that is only then compared with NULL. */
int write_register(struct vcpu *v, unsigned int reg)
{
    struct vgic_irq_rank *rank = rank_of(v, reg);

    vgic_lock_rank(v, rank, flags);
    if ( rank == NULL )
        goto ignore;
    rank->cfg = reg;
    vgic_unlock_rank(v, rank, flags);

    return 1;

 ignore:
    return 0; /* bad: lock-balance */
}

/* The same question asked where the pointer may well be NULL. */
void finish(struct irq_desc *desc, bool more)
{
    if ( more )
    {
        desc = next_desc(desc);
        spin_lock(&desc->lock);
    }
    else
        desc = NULL;

    account(more);

    if ( desc )
        spin_unlock(&desc->lock);
}
