/* Taken by a function that gives the lock, released as a plain lock; an alias; interrupts given back separately. */
void reschedule(unsigned int cpu)
{
    spinlock_t *lock = pcpu_schedule_lock_irq(cpu);

    if ( !cpu_online(cpu) )
    {
        spin_unlock_irq(lock);
        return;
    }
    pick_next(cpu);
    pcpu_schedule_unlock_irq(lock, cpu);
}

void through_alias(struct vcpu *v)
{
    struct domain *d = v->domain;
    spinlock_t *lock = &d->lock;

    spin_lock(lock);
    work(d);
    spin_unlock(&v->domain->lock);
}

void irq_forms(struct irq_desc *desc)
{
    unsigned long flags;

    spin_lock_irqsave(&desc->lock, flags);
    work(desc);
    spin_unlock(&desc->lock);
    local_irq_restore(flags);
}

int by_value(struct domain *d, gfn_t gfn)
{
    p2m_type_t t;
    mfn_t mfn = get_gfn(d, gfn_x(gfn), &t);
    int rc = mfn_valid(mfn) ? map(d, mfn) : -EINVAL;

    put_gfn(d, (unsigned long)gfn_x(gfn));

    return rc;
}
