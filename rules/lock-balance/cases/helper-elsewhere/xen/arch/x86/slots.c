#include <xen/ring.h>

bool arch_slot_begin(struct ring *ring)
{
    return spin_trylock(&ring->slots_lock);
}

int slot_set(struct ring *ring, unsigned int slot, unsigned int value)
{
    if ( !arch_slot_begin(ring) )
        return -EBUSY;
    if ( slot >= NR_SLOTS )
        return -EINVAL; /* bad: lock-balance */
    ring->slots[slot] = value;
    spin_unlock(&ring->slots_lock);

    return 0;
}

int slot_reset_begin(struct ring *ring)
{
    ring_reset_begin(ring); /* some other function: the one of ring.c is static */

    return 0;
}
