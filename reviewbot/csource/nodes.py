"""Small helpers over tree-sitter nodes; all iterative, since a hostile tree can be as deep as its file is long."""

from __future__ import annotations

from tree_sitter import Node


def declarator_name(node: Node | None) -> Node | None:
    """The identifier that a declarator declares: through pointers, arrays, parentheses and parameter lists."""
    while node is not None:
        if node.type in ("identifier", "field_identifier", "type_identifier"):
            return node
        inner = node.child_by_field_name("declarator")
        if inner is None:
            inner = next((c for c in node.named_children if c.type.endswith(("declarator", "identifier"))), None)
        node = inner
    return None


def stripped(node: Node) -> Node:
    """The expression inside any parentheses around it."""
    while node.type == "parenthesized_expression":
        inner = [child for child in node.named_children if child.type != "comment"]
        if len(inner) != 1:
            break
        node = inner[0]
    return node
