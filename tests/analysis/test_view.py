"""The view of the switches: groups with locks, checks and handlers, and the table of operations."""

from __future__ import annotations

import pytest

from reviewbot.analysis import MemoryTree, load_rules, switch_view
from reviewbot.errors import InputError
from reviewbot.resources import rules_dir
from tests.analysis.trees import MACROS

COMMON = b"""\
long do_domctl(struct xen_domctl *op, struct domain *d)
{
    long ret = 0;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_getdomaininfo:
        ret = xsm_getdomaininfo(XSM_XS_PRIV, d);
        if ( !ret )
            fill(d, op);
        goto out;

    case XEN_DOMCTL_irq_permission:
    case XEN_DOMCTL_getpageframeinfo3:
        ret = arch_do_domctl(op, d);
        goto out;

    default:
        break;
    }

    ret = xsm_domctl(XSM_PRIV, d, op);
    if ( ret )
        goto out;

    if ( !domctl_lock_acquire() )
        return -ERESTART;

    switch ( op->cmd )
    {
    case XEN_DOMCTL_pausedomain:
        ret = pause(d);
        break;

#ifdef CONFIG_VM_EVENT
    case XEN_DOMCTL_set_access_required:
        ret = require(d);
        break;
#endif

    default:
        ret = arch_do_domctl(op, d);
        break;
    }

    domctl_lock_release();
 out:
    return ret;
}
"""

X86 = b"""\
long arch_do_domctl(struct xen_domctl *domctl, struct domain *d)
{
    switch ( domctl->cmd )
    {
    case XEN_DOMCTL_irq_permission:
        if ( xsm_irq_permission(XSM_PRIV, d, 1, true) )
            return -EPERM;
        return permit(d);
    case XEN_DOMCTL_getpageframeinfo3:
        return frames(d);
    case XEN_DOMCTL_psr_alloc:
        return psr(d);
    default:
        return -ENOSYS;
    }
}
"""

FLASK = b"""\
static int flask_domctl(struct domain *d, struct xen_domctl *op)
{
    switch ( op->cmd )
    {
    case XEN_DOMCTL_getdomaininfo:
        ASSERT_UNREACHABLE();
        return -EILSEQ;
    case XEN_DOMCTL_pausedomain:
        return current_has_perm(d, SECCLASS_DOMAIN,
                                DOMAIN__PAUSE);
    default:
        return avc_unknown_permission("domctl", op->cmd);
    }
}
"""

TREE = MemoryTree({"xen/common/domctl.c": COMMON, "xen/arch/x86/domctl.c": X86, "xen/xsm/flask/hooks.c": FLASK})
RULES = load_rules(rules_dir())


def test_groups_say_their_ends_locks_checks_and_handlers() -> None:
    view = switch_view(TREE, RULES, MACROS).to_dict()
    assert [(s["path"], s["function"], s["line"], s["on"]) for s in view["switches"]] == [
        ("xen/common/domctl.c", "do_domctl", 5, "op->cmd"),
        ("xen/common/domctl.c", "do_domctl", 29, "op->cmd"),
        ("xen/arch/x86/domctl.c", "arch_do_domctl", 3, "domctl->cmd"),
        ("xen/xsm/flask/hooks.c", "flask_domctl", 3, "op->cmd"),
    ]
    before, after = view["switches"][0]["groups"], view["switches"][1]["groups"]
    assert before[0] == {
        "labels": [{"text": "case XEN_DOMCTL_getdomaininfo", "line": 7, "arm": None}],
        "line": 7,
        "end_line": 11,
        "ends": "goto",
        "into": "out",
        "locks_held": [],
        "checks": ["xsm_getdomaininfo"],
        "handed_to": [],
    }
    assert before[1]["handed_to"] == ["arch_do_domctl"]
    assert before[1]["checks"] == []
    assert [group["locks_held"] for group in after] == [["domctl lock"]] * 3
    assert [group["checks"] for group in after] == [["xsm_domctl"]] * 3
    assert "CONFIG_VM_EVENT" in after[1]["labels"][0]["arm"]


def test_the_table_follows_each_operation_to_its_handlers() -> None:
    table = {op["op"]: op for op in switch_view(TREE, RULES, MACROS).to_dict()["ops"]}
    assert list(table) == [
        "XEN_DOMCTL_getdomaininfo",
        "XEN_DOMCTL_irq_permission",
        "XEN_DOMCTL_getpageframeinfo3",
        "XEN_DOMCTL_pausedomain",
        "XEN_DOMCTL_set_access_required",
        "XEN_DOMCTL_psr_alloc",
    ]
    in_x86 = [h for h in table["XEN_DOMCTL_irq_permission"]["handlers"] if h["arch"] == "x86"]
    assert in_x86 == [
        {
            "path": "xen/arch/x86/domctl.c",
            "line": 5,
            "function": "arch_do_domctl",
            "arch": "x86",
            "locks_held": [],
            "checks": ["xsm_irq_permission"],
        }
    ]
    assert [h["checks"] for h in table["XEN_DOMCTL_getpageframeinfo3"]["handlers"]] == [[], []]
    (psr,) = table["XEN_DOMCTL_psr_alloc"]["handlers"]
    assert (psr["locks_held"], psr["checks"]) == (["domctl lock"], ["xsm_domctl"])
    assert table["XEN_DOMCTL_pausedomain"]["flask"] == {
        "path": "xen/xsm/flask/hooks.c",
        "line": 8,
        "action": "current_has_perm(d, SECCLASS_DOMAIN, DOMAIN__PAUSE)",
    }
    assert table["XEN_DOMCTL_psr_alloc"]["flask"] is None


def test_one_file_and_one_function() -> None:
    view = switch_view(TREE, RULES, MACROS, path="xen/arch/x86/domctl.c").to_dict()
    assert [len(s["groups"]) for s in view["switches"]] == [4]
    assert view["ops"] == []
    only = switch_view(TREE, RULES, MACROS, function="flask_domctl").to_dict()
    assert [s["function"] for s in only["switches"]] == ["flask_domctl"]


def test_what_is_not_there_is_an_error_and_what_cannot_be_read_is_listed() -> None:
    with pytest.raises(InputError, match=r"xen/common/domctl.c: no do_domctl\(\) in this tree"):
        switch_view(MemoryTree({}), RULES, MACROS)
    with pytest.raises(InputError, match="no such file"):
        switch_view(TREE, RULES, MACROS, path="a.c")
    with pytest.raises(InputError, match="no function named nope"):
        switch_view(TREE, RULES, MACROS, path="xen/common/domctl.c", function="nope")
    files = {**TREE.files, "xen/arch/x86/domctl.c": X86.replace(b"return permit(d);", b"return 1 +;")}
    view = switch_view(MemoryTree(files), RULES, MACROS)
    assert [entry.function for entry in view.not_analysed] == ["arch_do_domctl"]
