/* What is released is another lock than what was taken. */
int unassign(struct cpupool *c)
{
    int rc = 0;

    rcu_read_lock(&sched_res_rculock);
    if ( !c->n_dom )
        goto out;

    rcu_read_lock(&domlist_read_lock);
    rc = move_domains(c);
    rcu_read_unlock(&domlist_read_lock);

 out:
    rcu_read_unlock(&domlist_read_lock); /* bad: lock-balance */ /* bad: lock-balance */

    return rc; /* bad: lock-balance */
}

int read_then_write(struct table *t)
{
    read_lock(&t->lock);
    work(t);
    write_unlock(&t->lock);

    return 0; /* bad: lock-balance */
}
