/* What the other files of this case call is defined in ring.c, here, and in each architecture. */
struct ring;

struct ring *ring_acquire(unsigned int id);
void ring_release(struct ring *ring);
bool arch_slot_begin(struct ring *ring);

static inline void ring_stats_begin(struct ring *ring)
{
    spin_lock(&ring->stats_lock);
}

#define ring_stats_end(ring) spin_unlock(&(ring)->stats_lock)
