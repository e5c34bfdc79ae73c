/* Functions that fix the class, and a permission kept in a variable. */
static int has_box_perm(struct domain *d, u32 perms)
{
    return avc_has_perm(d->ssid, SECINITSID_BOX, SECCLASS_BOX, perms, NULL);
}

static int flask_open(struct domain *d)
{
    return has_box_perm(d, BOX__OPEN);
}

static int flask_shut(struct domain *d)
{
    return has_box_perm(d, SECCLASS_BOX); /* bad: xsm-check */
}

static int flask_lift(struct domain *d)
{
    return has_box_perm(d, BOX2__LIFT); /* bad: xsm-check */
}

static int flask_turn(struct domain *d, int way)
{
    u32 perm = BOX__TURN;

    if ( way )
        perm = CHEST__TURN; /* bad: xsm-check */

    return current_has_perm(d, SECCLASS_BOX, perm);
}

static int flask_move(struct domain *d, int chest)
{
    u32 perm = chest ? CHEST__MOVE : BOX__MOVE;

    if ( chest )
        return current_has_perm(d, SECCLASS_CHEST, perm);

    return current_has_perm(d, SECCLASS_BOX, perm);
}
