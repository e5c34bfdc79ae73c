"""Small C trees that the tests of this folder share: a rule of their own, and a dispatcher to break in many ways."""

from __future__ import annotations

from pathlib import Path

from reviewbot.analysis import MemoryTree, Rule
from reviewbot.csource import MacroTable

MACROS = MacroTable.load()

RULE = Rule(
    "guard",
    "guarded-dispatch",
    "error",
    "t",
    {
        "hooks": r"ask_\w+",
        "harmless": ["look"],
        "dispatch": [
            {
                "path": "core.c",
                "function": "go",
                "on": ["op"],
                "prefix": "OP_",
                "common": "ask_common",
                "handler": [{"function": "arch_go", "paths": ["arch/*.c"]}],
            }
        ],
    },
    Path("rules/guard"),
)

ASKED = "    case OP_A:\n        if ( ask_a() )\n            return -1;\n        return act();\n"
UNASKED = "    case OP_B:\n        return act();\n"
HANDED = "    case OP_C:\n        return arch_go(op);\n"


def core(*cases: str, before: str = "") -> bytes:
    """A dispatcher with these cases before its common check."""
    body = "".join(cases)
    return (
        f"{before}int go(int op)\n{{\n    switch ( op )\n    {{\n{body}    }}\n"
        "    if ( ask_common() )\n        return -1;\n    return act();\n}\n"
    ).encode()


def arch(*cases: str) -> bytes:
    """A handler with these cases."""
    return f"int arch_go(int op)\n{{\n    switch ( op )\n    {{\n{''.join(cases)}    }}\n    return 0;\n}}\n".encode()


def tree(**files: bytes) -> MemoryTree:
    """A tree; `__` in a name is a slash, `.c` is added."""
    return MemoryTree({name.replace("__", "/") + ".c": data for name, data in files.items()})
