#include <xen/ring.h>

static struct ring rings[NR_RINGS];

struct ring *ring_acquire(unsigned int id)
{
    struct ring *ring;

    if ( id >= NR_RINGS )
        return NULL;

    ring = &rings[id];
    spin_lock(&ring->lock);

    return ring;
}

void ring_release(struct ring *ring)
{
    spin_unlock(&ring->lock);
}

static void ring_reset_begin(struct ring *ring)
{
    spin_lock(&ring->lock);
}

void ring_reset(struct ring *ring)
{
    ring_reset_begin(ring);
    ring->head = 0;
    ring_release(ring);
}
