/* What a helper of the same file takes or drops is known in its callers. */
static void table_enter(struct table *t)
{
    spin_lock(&t->lock);
    t->users++;
}

static void table_leave(struct table *t)
{
    t->users--;
    spin_unlock(&t->lock);
}

int use_table(struct table *t)
{
    table_enter(t);
    if ( t->broken )
        return -EIO; /* bad: lock-balance */
    table_leave(t);

    return 0;
}

static void queue_and_unlock(struct vgic_irq *irq, unsigned long flags)
{
    enqueue(irq);
    spin_unlock_irqrestore(&irq->irq_lock, flags);
}

void inject(struct vgic_irq *irq)
{
    unsigned long flags;

    spin_lock_irqsave(&irq->irq_lock, flags);
    if ( irq->idle )
    {
        spin_unlock_irqrestore(&irq->irq_lock, flags);
        return;
    }
    queue_and_unlock(irq, flags);
}
