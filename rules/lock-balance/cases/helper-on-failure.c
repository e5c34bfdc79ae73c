/* A helper that drops its caller's lock only where it fails. */
static int try_step(struct work *w)
{
    if ( w->cancelled )
    {
        spin_unlock(&w->lock);
        return -EINTR;
    }
    w->step++;

    return 0;
}

int run_steps(struct work *w)
{
    int rc;

    spin_lock(&w->lock);
    rc = try_step(w);
    if ( rc )
        return rc;
    finish_step(w);
    spin_unlock(&w->lock);

    return 0;
}
