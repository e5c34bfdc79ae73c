#include <xen/lib.h>
#include <xen/ring.h>

int ring_push(unsigned int id, unsigned int value)
{
    struct ring *ring = ring_acquire(id);

    if ( !ring )
        return -ENOENT;
    if ( ring->head == ring->tail )
        return -ENOSPC; /* bad: lock-balance */
    ring->slot[ring->head++] = value;
    ring_release(ring);

    return 0;
}

int ring_count(struct ring *ring, unsigned int *count)
{
    ring_stats_begin(ring);
    if ( !ring->counts )
        return -EOPNOTSUPP; /* bad: lock-balance */
    *count = ring->count;
    ring_stats_end(ring);

    return 0;
}

/* Which of the two definitions is meant nobody knows: they do not do the same. */
int ring_slots(struct ring *ring)
{
    if ( !arch_slot_begin(ring) )
        return -EBUSY;

    return ring->nr;
}
