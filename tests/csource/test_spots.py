"""Nodes at given places, with what is around them."""

from __future__ import annotations

import re

import pytest
import tree_sitter_c
from tree_sitter import Language, Parser

from reviewbot.csource.spots import Spot, spots

TEXT = b"""int f(int a)
{
    switch ( a )
    {
    case 1:
        /* a */ g(a, h(a + a));
        break;
    }
    return a;
}
"""
TREE = Parser(Language(tree_sitter_c.language())).parse(TEXT)


def found(offsets: list[int]) -> list[Spot]:
    return list(spots(TREE.root_node, offsets, "case_statement".__eq__))


def test_what_is_around_a_node_is_what_the_parser_says() -> None:
    places = [match.start() for match in re.finditer(rb"\ba\b", TEXT)]
    inside = found(places)
    assert [spot.node.start_byte for spot in inside if spot.node.type == "identifier"] == [
        place for place in places if TEXT[place - 3 : place] != b"/* "
    ]
    for spot in inside:
        node, around = spot.node, spot.around
        assert node == TREE.root_node.descendant_for_byte_range(node.start_byte, node.end_byte)
        while around is not None:
            assert around.node == node.parent
            node, around = around.node, around.around
        assert node.parent is None


def test_the_nearest_of_the_kind_that_is_wanted() -> None:
    inner, outer = TEXT.index(b"a + a"), TEXT.rindex(b"a;")
    in_case, behind = found([inner, outer])
    assert in_case.within is not None
    assert in_case.within.node.type == "case_statement"
    assert behind.within is None


@pytest.mark.parametrize("offsets", [[], [len(TEXT)], [TEXT.index(b"    switch")]])
def test_a_place_where_nothing_stands(offsets: list[int]) -> None:
    assert found(offsets) == []


def test_two_places_in_one_word_are_one_node() -> None:
    at = TEXT.index(b"return")
    assert [spot.node.type for spot in found([at, at + 2])] == ["return"]
