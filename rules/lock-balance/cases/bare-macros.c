/* Locks taken by macros without parentheses. */
int load_policy(void *data, size_t len)
{
    int rc;

    LOAD_LOCK;

    rc = read_policy(data, len);
    if ( rc )
    {
        LOAD_UNLOCK;
        return rc;
    }

    if ( validate_classes(data) )
        return -EINVAL; /* bad: lock-balance */

    POLICY_WRLOCK;
    swap_policy(data);
    POLICY_WRUNLOCK;
    LOAD_UNLOCK;

    return 0;
}
