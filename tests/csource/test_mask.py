"""Masking: no byte moves, nothing vanishes, and each family of macros becomes C that parses."""

from __future__ import annotations

import re

import pytest
import tree_sitter_c
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from reviewbot.csource import MacroTable, parse
from reviewbot.csource.mask import mask

MACROS = MacroTable.load()
PARSER = Parser(Language(tree_sitter_c.language()))

# Fragments that hide code, end early, or are macros of each family; put together in any order they must not move a byte.
FRAGMENTS = [
    "int f(void)\n{\n",
    "}\n",
    "    for_each_vcpu ( d, v )\n",
    "    list_for_each_entry(a, &b,\n                        c)\n",
    "FOREACH_PRESENT_L1E(a, b, c, 0,\n{\n    x();\n});\n",
    "static void __init cf_check g(struct x *__user p)\n",
    '__section(".data" /* ) */) int y;\n',
    "    case 1 ... 5:\n",
    "    switch ( x )\n    {\n",
    '    printk(XENLOG_ERR PREFIX "a %" PRIx64\n           "b\\n", c);\n',
    "    p = container_of(q, struct s *, m);\n",
    "    n = va_arg(ap, unsigned\n long);\n",
    "    typeof(*p) *q = p;\n",
    '    asm volatile ( "a" _ASM_EXTABLE(1b, 2b)\n : [x] "=r" (y) EXTRA : "memory" );\n',
    '    register int r asm("r0") = 1;\n',
    "#ifdef A\n",
    "#if B /* multi\n line */\n",
    "#else\n",
    "#elif C\n",
    "#endif\n",
    "#define PROGRESS(x) \\\n    d->val = x; /* fallthrough */ \\\n    case x\n",
    "    PROGRESS(a):\n",
    '#define LIST(a, args...) for_each_x(a) __init "s"\n',
    "/* for_each_vcpu ( d, v ) __init */\n",
    '// __init "\n',
    "'\"'; \"/*\" '\\'' \"\\\n\"\n",
    '"open\n',
    "/* open\n",
    "\\\r\n",
    "    static DEFINE_PER_CPU(struct vps, state);\n",
    "DEFINE_THING(a)\n",
    "    uint16_t :9;\n",
    "    x(3dnow);\n",
    "éß\xa0\r\n",
    "C(1)\n",
    "#define C(x) case x: a(); break\n",
    "((([[{",
    ")))]]}",
]


def kinds_in(root: Node) -> list[str]:
    """The types of the node and all below it."""
    found, stack = [], [root]
    while stack:
        node = stack.pop()
        found.append(node.type)
        stack.extend(reversed(node.children))
    return found


def newlines(data: bytes) -> list[int]:
    return [match.start() for match in re.finditer(b"\n", data)]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14))
def test_no_byte_moves_whatever_the_fragments(fragments: list[str]) -> None:
    data = "".join(fragments).encode()
    masked = mask(data, MACROS).data
    assert len(masked) == len(data)
    assert newlines(masked) == newlines(data)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_byte_moves_in_any_bytes(data: bytes) -> None:
    masked = mask(data, MACROS).data
    assert len(masked) == len(data)
    assert newlines(masked) == newlines(data)


@given(st.lists(st.sampled_from([f for f in FRAGMENTS if "open" not in f and "'" not in f]), max_size=8))
def test_comments_are_left_alone(fragments: list[str]) -> None:
    comment = "/* for_each_vcpu ( d, v ) __init struct x *, case 1 ... 2: */"
    data = f"{comment}\n{''.join(fragments)}\n{comment}\n".encode()
    masked = mask(data, MACROS).data
    assert masked.startswith(comment.encode())


SOUND = [
    "    a = b;\n",
    "    if ( a )\n        return 1;\n",
    "    for_each_vcpu ( d, v )\n        pause(v);\n",
    "    for_each_online_cpu(cpu) { stop(cpu); }\n",
    '    printk(XENLOG_G_ERR VTDPREFIX "%" PRIx64 "\\n", a);\n',
    "    p = xzalloc(struct domain);\n",
    "    ptr = list_first_entry(&l, struct entry, list);\n",
    "    s = va_arg(ap, const char *);\n",
    "    typeof(a) c = a;\n",
    '    asm volatile ( "nop" ::: "memory" );\n',
    "    switch ( a )\n    {\n    case 1 ... 5:\n        b();\n        break;\n    default:\n        break;\n    }\n",
    "#ifdef CONFIG_X\n    if ( a )\n        b();\n    else\n#endif\n        c();\n",
    "#ifdef CONFIG_X\n    if ( a )\n#else\n    if ( b )\n#endif\n    {\n        c();\n    }\n",
    "#ifdef CONFIG_X\n    c();\n#endif\n",
    "    call(a,\n#ifdef CONFIG_X\n         b,\n#endif\n         c);\n",
    "    static const int t[] = {\n#define E(x) [x] = x\n        E(1),\n#undef E\n#ifdef A\n        2,\n#endif\n    };\n",
]


@settings(max_examples=150)
@given(st.lists(st.lists(st.sampled_from(SOUND), max_size=5), min_size=1, max_size=4))
def test_whole_functions_stay_whole_readable_and_all_there(bodies: list[list[str]]) -> None:
    parts = [f"static int __init f{n}(struct domain *d)\n{{\n{''.join(body)}}}\n\n" for n, body in enumerate(bodies)]
    data = "".join(parts).encode()
    source = parse(data, "a.c", MACROS)
    assert [f.name for f in source.functions] == [f"f{n}" for n in range(len(bodies))]
    assert [f.reason for f in source.functions if not f.readable] == []
    kinds = kinds_in(source.tree.root_node)
    assert kinds.count("switch_statement") == data.count(b"switch (")
    assert kinds.count("case_statement") == data.count(b"case 1") + data.count(b"default:")


# Each construct that the parser does not know; in a function of its own it must be readable, and raw it must not.
CURED = {
    "attribute": "static int __init noinline f(void) { return 1; }",
    "attribute with arguments": 'int __section(".text.a") __attribute__((x(y(1)))) f(void) { return 1; }',
    "user pointer": "int f(char __user *p) { return copy((void __iomem *)p); }",
    "loop": "int f(void) { for_each_domain ( d ) if ( d ) return 1; return 0; }",
    "loop without arguments": "int f(void) { item_foreach() { g(); } return 0; }",
    "type argument": "int f(void) { return g(xmalloc(struct x), va_arg(ap, unsigned long), min_t(int, 1, 2)); }",
    "pointer argument": "int f(void) { return container_of(p, struct y *, z) || va_arg(a, t_t *); }",
    "prefixes": 'int f(void) { return printk(XENLOG_ERR VTDPREFIX "a" PRIx64 "b" STR(C) "d"); }',
    "prefix before a comma": 'int f(void) { return dprintk(XENLOG_ERR VTDPREFIX, "a"); }',
    "case range": "int f(int x) { switch ( x ) { case 'a' ... 'z': return 1; } return 0; }",
    "typeof": "int f(int x) { typeof(x + 1) y = x; return (typeof(y))y; }",
    "offsetof": "int f(void) { return offsetof(struct x, a.b[1]) + offsetof(typeof(*p), q); }",
    "alignof": "int f(void) { return alignof(*p) + __alignof(x); }",
    "asm macro": 'void f(void) { asm volatile ( ALTERNATIVE("a", "b", C) ); }',
    "asm operands": 'void f(void) { asm ( "a" FLAG(, "b") : FLAG("=c", "=d") (x) CALL : "r" (y) ); }',
    "asm_inline": 'void f(void) { asm_inline volatile ( "a" EXTABLE(1b, 2b) : "+r" (x) ); }',
    "asm macro call": 'void f(void) { alternative_io("a", "", FEATURE, [x] "=m" (y)); }',
    "register": 'int f(int x) { register int r asm("r0") = x; return r; }',
    "per cpu": "int f(void) { static DEFINE_PER_CPU(struct vps, state); return g(state); }",
    "bitmap": "int f(void) { DECLARE_BITMAP(bits, 64) = {}; return g(bits); }",
    "split if": "int f(int a)\n{\n#ifdef X\n    if ( a )\n        return 1;\n    else\n#endif\n    return 2;\n}",
    "split condition": "int f(int a)\n{\n#ifdef X\n    if ( a )\n#else\n    if ( !a )\n#endif\n    {\n        a = 1;\n    }\n    return a;\n}",
    "split argument list": "int f(int a)\n{\n    return g(a,\n#ifdef X\n             1,\n#endif\n             2);\n}",
    "define in a list": "int f(void)\n{\n    int t[] = {\n#define R(x) (1 + x)\n        R(1), R(2),\n#undef R\n    };\n    return t[0];\n}",
    "conditional after a label": "int f(void)\n{\n    goto out;\n out:\n#ifdef X\n    g();\n#endif\n    return 1;\n}",
    "split head": "#ifdef X\nint f(void)\n#else\n#error x\n#endif\n{\n    return 1;\n}",
    "comment in a define": "int f(void)\n{\n#define P(x) a = x; /* falls */ case x\n    return 1;\n}",
    "unnamed bits": "int f(void) { struct { uint16_t a:7; uint16_t :9; } x; return x.a; }",
    "bare macro": "int x;\nDEFINE_THING(a)\nDEFINE_THING(b)\nvoid f(struct x *a, const union y b)\n{\n    return 1;\n}",
}


@pytest.mark.parametrize("name", CURED)
def test_each_construct_is_cured(name: str) -> None:
    data = CURED[name].encode() + b"\n"
    assert PARSER.parse(data).root_node.has_error, "the parser knows it by now"
    source = parse(data, "a.c", MACROS)
    assert [(f.name, f.readable) for f in source.functions] == [("f", True)]
    assert source.not_analysed == ()


def test_a_loop_macro_with_its_block_as_an_argument_is_a_loop() -> None:
    data = b"int f(void)\n{\n    FOREACH_PRESENT_L1E(a, b, c, 0,\n    {\n        if ( g() )\n            break;\n    });\n}\n"
    source = parse(data, "a.c", MACROS)
    assert source.functions[0].readable
    kinds = kinds_in(source.tree.root_node)
    assert kinds.count("while_statement") == kinds.count("break_statement") == 1


UNTOUCHED = [
    "static void for_each_thing(int (*fn)(struct domain *d), void *arg)\n{\n    fn(arg);\n}\n",
    "#define for_each_x(a) \\\n    for ( a = __init; a; a++ )\n",
    "void f(void)\n{\n    hash_foreach(d, mask, callbacks, mfn);\n    x = for_each_one(a);\n    if ( for_each_two(b) )\n        g();\n}\n",
    "int f(struct x *p)\n{\n    return sizeof(struct x) + (int)g((struct x *)p);\n}\n",
    'const char *s = "for_each_cpu ( c ) __init case 1 ... 2: PRIx64";\n',
    "void f(void)\n{\n    asm volatile ( \"a\" : \"=r\" (x) : \"r\" (y) : \"memory\" );\n}\n",
    "int f(int (*g)(struct x *), int h(void));\n",
    "void f(void)\n{\n#ifdef X\n    g();\n#else\n    h();\n#endif\n}\n",
    "int a = 0x1f, b = 1e5, c = 10ul;\n",
]  # fmt: skip


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_parses_as_it_is_stays_as_it_is(text: str) -> None:
    assert mask(text.encode(), MACROS).data.decode() == text


def test_both_arms_of_an_else_chain_stay() -> None:
    data = b"""int f(int a)
{
    if ( a == 1 )
        return 1;
#ifdef X
    else
        switch ( a )
        {
        case 2:
            return 2;
        }
#else
    else
        switch ( a )
        {
        case 3:
            return 3;
        }
#endif
    return 0;
}
"""
    source = parse(data, "a.c", MACROS)
    kinds = kinds_in(source.tree.root_node)
    assert source.functions[0].readable
    assert kinds.count("switch_statement") == kinds.count("case_statement") == 2
    assert source.dropped == ()


def test_an_arm_that_is_left_out_is_known() -> None:
    data = b'int f(int a)\n{\n    g("a"\n#ifdef X\n      "b"\n#else\n      "c"\n#endif\n      );\n}\n'
    ((start, end),) = parse(data, "a.c", MACROS).dropped
    assert data[start:end].strip() == b'"c"'
