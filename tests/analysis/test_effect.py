"""What a change does to a dispatch: said once, in words, and only where the table of operations really changes."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest

from reviewbot.analysis import MemoryTree, load_rules
from reviewbot.analysis.dispatch.effect import Effect, effect
from reviewbot.report.terminal import Page
from reviewbot.report.text import effect as text
from reviewbot.resources import rules_dir
from tests.analysis.test_view import COMMON, FLASK, TREE, X86
from tests.analysis.trees import MACROS

RULES = load_rules(rules_dir())
COMMON_C, X86_C, FLASK_C = "xen/common/domctl.c", "xen/arch/x86/domctl.c", "xen/xsm/flask/hooks.c"
ASKS = b"if ( xsm_domctl(XSM_PRIV, d, domctl) )\n            return -EPERM;\n        return frames(d);"


def texts(changes: dict[str, bytes | None], base: MemoryTree = TREE) -> list[str]:
    files = {path: data for path, data in {**base.files, **changes}.items() if data is not None}
    return [one.text for one in effect(base, MemoryTree(files), list(changes), RULES, MACROS)]


def put(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


BEFORE_LOCK = MemoryTree(
    {
        **TREE.files,
        COMMON_C: put(COMMON, b"    case XEN_DOMCTL_getpageframeinfo3:\n        ret = arch", b"        ret = arch"),
    }
)


def test_an_operation_that_moves_before_the_lock_with_its_own_check() -> None:
    changes = {COMMON_C: COMMON, X86_C: put(X86, b"return frames(d);", ASKS)}
    assert texts(changes, BEFORE_LOCK) == [
        "getpageframeinfo3: domctl lock dropped, check moved to arch_do_domctl() (x86)"
    ]
    back = MemoryTree({**BEFORE_LOCK.files, **changes})
    assert texts(dict(BEFORE_LOCK.files), back) == [
        "getpageframeinfo3: now under the domctl lock, check moved to do_domctl()"
    ]


def test_the_same_without_a_check_of_its_own_is_said_so() -> None:
    assert texts({COMMON_C: COMMON}, BEFORE_LOCK) == [
        "getpageframeinfo3: domctl lock dropped, check xsm_domctl() no longer asked by do_domctl(), no check left"
    ]


EARLY = b"""\
    case XEN_DOMCTL_psr_alloc:
        if ( op->u.psr.cmd == PSR_READ || op->u.psr.cmd == XEN_DOMCTL_PSR_LIST )
        {
            ret = xsm_domctl(XSM_PRIV, d, op);
            if ( !ret )
                ret = arch_do_domctl(op, d);
            goto out;
        }
        break;

    default:
        break;
    }

    ret = xsm"""


def test_sub_operations_before_the_lock_are_named() -> None:
    early = put(COMMON, b"    default:\n        break;\n    }\n\n    ret = xsm", EARLY)
    assert texts({COMMON_C: early}) == ["psr_alloc: sub-ops handled before the domctl lock (PSR_READ, PSR_LIST)"]
    unasked = put(early, b"            ret = xsm_domctl(XSM_PRIV, d, op);\n            if ( !ret )\n    ", b"        ")
    assert texts({COMMON_C: unasked}) == [
        "psr_alloc: sub-ops handled before the domctl lock (PSR_READ, PSR_LIST), "
        "check xsm_domctl() no longer asked for sub-ops (PSR_READ, PSR_LIST)"
    ]


def test_a_new_operation_says_its_handler_its_check_and_its_flask_case() -> None:
    case = b"    case XEN_DOMCTL_fresh:\n        return fresh(d);\n    case XEN_DOMCTL_psr_alloc:"
    more = put(X86, b"    case XEN_DOMCTL_psr_alloc:", case)
    head = "fresh: new, handled by arch_do_domctl() (x86), under the domctl lock, checked by xsm_domctl(), "
    assert texts({X86_C: more}) == [head + "no Flask case"]
    flask = put(FLASK, b"    default:", b"    case XEN_DOMCTL_fresh:\n        return may(d);\n\n    default:")
    assert texts({X86_C: more, FLASK_C: flask}) == [head + "Flask: `may(d)`"]
    base = MemoryTree({**TREE.files, X86_C: more})
    assert texts({X86_C: X86}, base) == ["fresh: removed"]


def test_what_flask_does_is_compared() -> None:
    gone = put(FLASK, b"    case XEN_DOMCTL_pausedomain:\n", b"    case XEN_DOMCTL_unpausedomain:\n")
    assert texts({FLASK_C: gone}) == [
        "pausedomain: Flask case removed",
        "unpausedomain: Flask case added: `current_has_perm(d, SECCLASS_DOMAIN, DOMAIN__PAUSE)`",
    ]
    refused = put(
        FLASK,
        b"    case XEN_DOMCTL_getdomaininfo:\n",
        b"    case XEN_DOMCTL_getdomaininfo:\n    case XEN_DOMCTL_irq_permission:\n",
    )
    assert texts({FLASK_C: refused}) == [
        "irq_permission: Flask case added: refused with -EILSEQ, as it has a hook of its own"
    ]


def test_checks_and_handlers() -> None:
    other = put(X86, b"xsm_irq_permission(", b"xsm_map_domain_irq(")
    assert texts({X86_C: other}) == ["irq_permission: check xsm_map_domain_irq() instead of xsm_irq_permission()"]
    arm = put(X86, b"    case XEN_DOMCTL_irq_permission:\n", b"    case XEN_DOMCTL_cacheflush:\n")
    arm = put(arm, b"    case XEN_DOMCTL_getpageframeinfo3:\n        return frames(d);\n", b"")
    assert texts({"xen/arch/arm/domctl.c": arm})[-1] == "psr_alloc: also handled by arch_do_domctl() (arm)"
    moved = put(COMMON, b"        ret = pause(d);\n", b"        ret = arch_do_domctl(op, d);\n")
    case = b"    case XEN_DOMCTL_pausedomain:\n        return pause(d);\n    case XEN_DOMCTL_psr_alloc:"
    assert texts({COMMON_C: moved, X86_C: put(X86, b"    case XEN_DOMCTL_psr_alloc:", case)}) == [
        "pausedomain: moved from do_domctl() to arch_do_domctl() (x86)"
    ]
    bare = put(COMMON, b"#ifdef CONFIG_VM_EVENT\n", b"#ifdef CONFIG_MEM_ACCESS\n")
    assert texts({COMMON_C: bare}) == [
        "set_access_required: now under `#ifdef CONFIG_MEM_ACCESS`, no longer under `#ifdef CONFIG_VM_EVENT`"
    ]


class Unread(MemoryTree):
    def read(self, path: str) -> bytes | None:
        raise AssertionError(f"{path} was read")

    def paths(self, prefix: str = "", suffix: str = "") -> Iterable[str]:
        raise AssertionError("the paths were listed")


def test_no_file_is_read_where_no_file_of_a_dispatch_is_touched() -> None:
    nothing = Unread({})
    assert effect(nothing, nothing, ["xen/common/memory.c", "docs/a.txt"], RULES, MACROS) == ()
    assert effect(TREE, TREE, [COMMON_C], (), MACROS) == ()


def test_what_moves_no_operation_has_no_effect() -> None:
    assert texts({COMMON_C: b"/* above */\n\n" + COMMON}) == []
    assert (
        texts(
            {COMMON_C: put(COMMON, b"        ret = pause(d);\n", b"        /* stop it */\n        ret = pause(d);\n")}
        )
        == []
    )
    assert texts({COMMON_C: None}) == []


def test_what_cannot_be_read_is_said_and_nothing_is_claimed() -> None:
    broken = put(X86, b"return permit(d);", b"return 1 +;")
    (one,) = effect(TREE, MemoryTree({**TREE.files, X86_C: broken}), [X86_C], RULES, MACROS)
    assert (one.op, one.path) == ("", X86_C)
    assert one.text.startswith("the effect on the dispatch is not known: arch_do_domctl() in xen/arch/x86/domctl.c")


def test_an_effect_names_its_place_in_the_new_tree() -> None:
    changes = {COMMON_C: COMMON, X86_C: put(X86, b"return frames(d);", ASKS)}
    (one,) = effect(BEFORE_LOCK, MemoryTree({**TREE.files, **changes}), list(changes), RULES, MACROS)
    assert one.to_dict() == {
        "op": "XEN_DOMCTL_getpageframeinfo3",
        "text": "getpageframeinfo3: domctl lock dropped, check moved to arch_do_domctl() (x86)",
        "path": X86_C,
        "line": 9,
    }


@pytest.mark.parametrize(
    ("effects", "lines"),
    [
        ([], ""),
        ([Effect("P_a", "a: gone", "x.c", 3, "gone")], "a: gone (x.c:3)\n"),
        (
            [Effect("P_a", "a: gone", "x.c", 3, "gone"), Effect("P_b", "b: gone", "x.c", 4, "gone")],
            "a, b: gone\n",
        ),
        ([Effect("", "not known: why", "x.c", 1, "not known: why")], "not known: why (x.c:1)\n"),
        (
            [Effect(f"P_{n}", f"{n}: gone", "x.c", n, "gone") for n in range(20)],
            "0, 1, 2, 3, 4, 5, 6, 7 and 12 more: gone\n",
        ),
    ],
)
def test_operations_of_which_the_same_is_said_share_a_line(effects: list[Effect], lines: str) -> None:
    out = io.StringIO()
    text.write(Page(out, {}), [one.to_dict() for one in effects])
    assert out.getvalue() == lines
