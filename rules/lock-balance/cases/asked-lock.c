/* A lock function that a condition asks may fail, though its name does not say so. */
int bring_up(unsigned int cpu)
{
    int rc;

    if ( !cpu_hotplug_begin() )
        return -EBUSY;
    rc = start(cpu);
    cpu_hotplug_done();

    return rc;
}

int bring_down(unsigned int cpu)
{
    if ( !cpu_hotplug_begin() )
        return -EBUSY;
    if ( !is_up(cpu) )
        return -EINVAL; /* bad: lock-balance */
    stop(cpu);
    cpu_hotplug_done();

    return 0;
}
