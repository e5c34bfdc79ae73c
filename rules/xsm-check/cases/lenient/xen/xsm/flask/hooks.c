static int flask_map_irq(struct domain *d)
{
    return current_has_perm(d, SECCLASS_RESOURCE, RESOURCE__ADD);
}

static int flask_unmap_irq(struct domain *d)
{
    return current_has_perm(d, SECCLASS_RESOURCE, RESOURCE__REMOVE);
}

/* A domain's own memory is no resource of the machine's, whatever a comment on RESOURCE__ADD says. */
static int flask_populate(struct domain *d)
{
    return current_has_perm(d, SECCLASS_MMU, MMU__ADJUST); /* not RESOURCE__ADD */
}
