/* An acquire that is no statement: get_cpu_maps() is held where it is true. */
int update_all(struct domain *d)
{
    if ( !get_cpu_maps() )
        return -EBUSY;

    if ( !is_control_domain(d) )
        return -EPERM; /* bad: lock-balance */

    update_cpus();
    put_cpu_maps();

    return 0;
}
