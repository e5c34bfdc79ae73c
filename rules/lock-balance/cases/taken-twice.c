/* Taken while held: a deadlock, unless the lock is recursive. */
void poll(struct port *port)
{
    spin_lock(&port->lock);
    while ( port->pending )
    {
        handle(port);
        spin_lock(&port->lock); /* bad: lock-balance */
    }
    spin_unlock(&port->lock);
}

void nested(struct domain *d)
{
    domain_lock(d);
    rcu_read_lock(&domlist_read_lock);
    domain_lock(d);
    rcu_read_lock(&domlist_read_lock);
    work(d);
    rcu_read_unlock(&domlist_read_lock);
    domain_unlock(d);
    rcu_read_unlock(&domlist_read_lock);
    domain_unlock(d);
}
