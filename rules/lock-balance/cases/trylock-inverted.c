/* The sense of a trylock is wrong: held where it is thought not to be. */
void dump_payloads(void)
{
    if ( spin_trylock(&payload_lock) )
    {
        printk("Lock is held elsewhere, try again\n");
        return; /* bad: lock-balance */
    }

    print_payloads();
    spin_unlock(&payload_lock);
}
