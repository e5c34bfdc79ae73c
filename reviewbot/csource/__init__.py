"""C bytes to functions, switches and flow graphs, over a tree-sitter tree that masking keeps byte for byte in place."""

from reviewbot.csource.macros import MacroTable
from reviewbot.csource.source import Function, NotAnalysed, SourceFile, parse
from reviewbot.csource.switch import Group, Label, Switch, enclosing, read_open_switches, read_switches, switches
from reviewbot.csource.terminals import Terminals

__all__ = [
    "Function",
    "Group",
    "Label",
    "MacroTable",
    "NotAnalysed",
    "SourceFile",
    "Switch",
    "Terminals",
    "enclosing",
    "parse",
    "read_open_switches",
    "read_switches",
    "switches",
]
