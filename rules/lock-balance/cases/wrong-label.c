/* goto a label behind the unlock. */
int bind_port(struct domain *d, unsigned int port)
{
    int rc;

    rc = check_port(d, port);
    if ( rc )
        goto out;

    write_lock(&d->event_lock);
    rc = reserve_port(d, port);
    if ( rc )
        goto out; /* bad: lock-balance */
    rc = announce_port(d, port);
    if ( rc )
        goto unlock;
    d->ports++;

 unlock:
    write_unlock(&d->event_lock);
 out:
    return rc;
}
