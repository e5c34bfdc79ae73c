"""xsm-check on changes: what depends on a function that the change does not touch is seen, and nothing else is read."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reviewbot.analysis import MemoryTree, check_change, load_rules
from reviewbot.resources import rules_dir
from tests.analysis.trees import MACROS

XSM = load_rules(rules_dir(), ["xsm-check"])
FLASK, PHYSDEV, PCI = "xen/xsm/flask/hooks.c", "xen/arch/x86/physdev.c", "xen/drivers/passthrough/pci.c"

HELPER = """static int has_box_perm(struct domain *d, u32 perms)
{
    return avc_has_perm(d->ssid, SECINITSID_BOX, SECCLASS_BOX, perms, NULL);
}

"""
CALLER = "static int flask_open(struct domain *d)\n{\n    return has_box_perm(d, BOX__OPEN);\n}\n"

CASES = """static int setup(struct domain *d, int gsi)
{
    int ret = xsm_resource_setup_gsi(XSM_PRIV, gsi);

    return ret ?: register_gsi(gsi);
}

static int unrelated(int x)
{
    return x;
}

long do_physdev_op(int cmd, void *arg)
{
    switch ( cmd )
    {
    case PHYSDEVOP_setup_gsi:
        return setup(current->domain, index_of(arg));
    }

    return -ENOSYS;
}
"""


class Counting(MemoryTree):
    """A tree that remembers what was read."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(files)
        object.__setattr__(self, "asked", set())

    def read(self, path: str) -> bytes | None:
        self.asked.add(path)  # type: ignore[attr-defined]
        return super().read(path)


def added(path: str, old: str, new: str) -> list[tuple[int, str]]:
    before, after = MemoryTree({path: old.encode()}), MemoryTree({path: new.encode()})
    return [(f.line, f.severity) for f in check_change(before, after, [path], XSM, MACROS).findings]


def test_the_class_that_an_untouched_helper_fixes_is_known() -> None:
    assert added(FLASK, HELPER + CALLER, HELPER + CALLER.replace("BOX__OPEN", "CHEST__OPEN")) == [(8, "error")]
    assert added(FLASK, HELPER + CALLER, HELPER + CALLER.replace("BOX__OPEN", "BOX__SHUT")) == []


def test_a_case_is_judged_by_a_helper_that_loses_its_hook() -> None:
    without = CASES.replace("xsm_resource_setup_gsi(XSM_PRIV, gsi)", "may_set_up(gsi)")
    assert added(PHYSDEV, CASES, without) == [(17, "warning")]
    assert added(PHYSDEV, without, without.replace("return x;", "return x + 1;")) == []


@pytest.mark.parametrize(("old", "new", "wanted"), [("return x;", "return x + 1;", False), ("index_of", "at", True)])
def test_other_files_are_read_only_where_a_case_is_concerned(old: str, new: str, wanted: bool) -> None:
    before, after = MemoryTree({PHYSDEV: CASES.encode()}), Counting({PHYSDEV: CASES.replace(old, new).encode()})
    assert check_change(before, after, [PHYSDEV], XSM, MACROS).findings == ()
    assert (PCI in after.asked) == wanted  # type: ignore[attr-defined]
