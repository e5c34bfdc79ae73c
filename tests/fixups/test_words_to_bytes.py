"""From a reviewer's words under quoted lines to the bytes: the whole way, mail by mail, as the facts of the list have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.fixups import apply_edits, propose, touched_by
from reviewbot.mail import read, threads
from reviewbot.review import PatchReview, read_review
from reviewbot.series import find_series
from tests.patience import patience
from tests.review.mails import AUTHOR, RITA, mail, quote

BEFORE, AFTER = "void before(void);\n", "void after(void);\n"


def review_of(folder: Path, added: str, words: str, cited: str | None = None, path: str = "xen/a.c") -> PatchReview:
    """A patch that adds lines between two old ones, and one answer: the cited lines (all by default), then words."""
    lines = added.rstrip("\n").split("\n")
    diff = "".join(f"+{line}\n" for line in lines)
    body = (
        f"Do it.\n\nSigned-off-by: Pat Author <pat@example.org>\n---\ndiff --git a/{path} b/{path}\n--- a/{path}\n"
        f"+++ b/{path}\n@@ -1,2 +1,{len(lines) + 2} @@\n {BEFORE}{diff} {AFTER}-- \n2.53.0\n"
    )
    shown = cited if cited is not None else "".join(f"+{line}\n" for line in lines)
    box = mail(AUTHOR, "[PATCH] arm32: do it", body, "p@example.org")
    box += mail(
        RITA, "Re: [PATCH] arm32: do it", quote(shown) + "\n" + words + "\n", "r@example.org", "p@example.org", 1
    )
    (folder / "t.mbox").write_bytes(box)
    (series,) = find_series(threads(read(folder / "t.mbox").messages))
    return read_review(series).patches[0]


def made(folder: Path, added: str, words: str, cited: str | None = None, path: str = "xen/a.c") -> str:
    """The added lines after all proposed edits."""
    entry = review_of(folder, added, words, cited, path)
    edits = [edit for request in entry.requests if (edit := propose(request, entry.patch)) is not None]
    content = (BEFORE + added + AFTER).encode()
    got = apply_edits(content, edits, path=path, touched=touched_by(entry.patch.diff.files[0], content)).decode()
    return got.removeprefix(BEFORE).removesuffix(AFTER)


CASES = {
    "substitution": ("    int retval;\n", "s/retval/rc/", "    int rc;\n"),
    "substitution without the last slash": ("    /* a invalid . */\n", "s/ . /. ", "    /* a invalid. */\n"),
    "substitution with commas": ("    path = a/b;\n", "s,a/b,c/d,", "    path = c/d;\n"),
    "substitution, quoted": ("    x = foo(bar);\n", 'Nit: s/"foo"/"baz"/ please.', "    x = baz(bar);\n"),
    "typo by arrow": ("    /* On th way */\n", 'Typo "th" => "the".', "    /* On the way */\n"),
    "typo by the word alone": ("    /* An unknwon op */\n", "Nit: unknown", "    /* An unknown op */\n"),
    "stray word": ("    /* set w the bit */\n", "Stray 'w'.", "    /* set the bit */\n"),
    "doubled word": ("    /* of the the bit */\n", 'Double "the".', "    /* of the bit */\n"),
    "newline": ("    int x;\n    x = 1;\n", "Blank line please between declaration(s) and statement(s).",
                "    int x;\n\n    x = 1;\n"),
    "blank line above": ("typedef int a;\n", "Nit: Wants a blank line above the addition.", "\ntypedef int a;\n"),
    "blank line before return": ("    x = 1;\n    return x;\n",
                                 'Blank line please ahead of a function\'s main "return".',
                                 "    x = 1;\n\n    return x;\n"),
    "double blank line": ("    x = 1;\n\n\n    y = 2;\n", "No double blank lines please.", "    x = 1;\n\n    y = 2;\n"),
    "blanks inside parentheses": ("    if (x)\n        f();\n", "Nit: Missing blanks immediately inside the parentheses.",
                                  "    if ( x )\n        f();\n"),
    "blank before an operator": ("    x  = 1;\n", "Excess blank before =.", "    x = 1;\n"),
    "parentheses around a return": ("    return (x + 1);\n", "Excess pair of parentheses.", "    return x + 1;\n"),
    "braces": ("    if ( x )\n    {\n        f();\n    }\n", "No need for the braces.", "    if ( x )\n        f();\n"),
    "pointer to const": ("static int f(struct domain *d)\n", "pointer-to-const please.",
                         "static int f(const struct domain *d)\n"),
    "an integer type": ("    unsigned long mask;\n", "Please use uint32_t here.", "    uint32_t mask;\n"),
    "break rather than fallthrough": ("        x = 1;\n        fallthrough;\n",
                                      "I would use break rather than fallthrough", "        x = 1;\n        break;\n"),
    "comment style": ("    /* first\n     * second */\n", "Comment style (full stop and */ on its own line).",
                      "    /*\n     * First\n     * second.\n     */\n"),
    "static": ("int counter;\n", "This should be static.", "static int counter;\n"),
    "a value": ("    return 1;\n", "IMHO this should be false.", "    return false;\n"),
    "an assignment": ("    .timeout = 10,\n", "This should be changed to .max_runtime = 10.", "    .max_runtime = 10,\n"),
    "full stop gone": ('    printk("All done.");\n', "I'd remove the dot at the end.", '    printk("All done");\n'),
    "operator dropped": ("    x = !!y;\n", "The !! can be dropped, the type being bool.", "    x = y;\n"),
    "code shown": ("    if ( x != 0 && y )\n", "How about\n\n    if ( x && y )\n", "    if ( x && y )\n"),
    "code shown without indentation": ("    ret = f(a, b);\n", "Maybe better:\n\nret = g(a, b);\n", "    ret = g(a, b);\n"),
    "code to be added": ("    lock();\n    x = 1;\n", "Please add here:\n\n    check_it(x);\n",
                         "    lock();\n    x = 1;\n    check_it(x);\n"),
    "line to go": ("    x = 1;\n    y = 2;\n", "This line can be dropped.", "    x = 1;\n"),
    "typed diff": ("    x = 1;\n    y = 2;\n", "I'd do\n\n-    y = 2;\n+    y = 3;\n", "    x = 1;\n    y = 3;\n"),
    "overlong line": (
        "    ret = rt_validate_params(scheduler_of(domain_of(current)), parameters, something);\n", "Nit: Overlong line.",
        "    ret = rt_validate_params(scheduler_of(domain_of(current)), parameters,\n"
        "                             something);\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_words_give_the_bytes(tmp_path: Path, name: str) -> None:
    added, words, wanted = CASES[name]
    assert made(tmp_path, added, words) == wanted


DIFF = """\
I would fold this in:

diff --git a/xen/a.c b/xen/a.c
index 111..222 100644
--- a/xen/a.c
+++ b/xen/a.c
@@ -2,3 +2,4 @@
 \tint x;
{blank}
-\tx = one();
+\tx = two();
+\tcheck(x);
 \treturn x;

Thanks,
Rita
""".replace("{blank}", " ")
CODE = "int f(void)\n{\n\tint x;\n\n\tx = one();\n\treturn x;\n}\n"
CODE_AFTER = "int f(void)\n{\n\tint x;\n\n\tx = two();\n\tcheck(x);\n\treturn x;\n}\n"


@pytest.mark.parametrize("form", ["whole", "no git line", "hunk only", "indented", "blanks for tabs", "lost blanks"])
def test_a_diff_in_an_answer_is_an_edit(tmp_path: Path, form: str) -> None:
    text = DIFF
    if form in ("no git line", "hunk only"):
        text = text.replace("diff --git a/xen/a.c b/xen/a.c\nindex 111..222 100644\n", "")
    if form == "hunk only":
        text = text.replace("--- a/xen/a.c\n+++ b/xen/a.c\n", "")
    if form == "indented":
        text = "".join(f"  {line}\n" if line and line[0] in "di-+@ " else f"{line}\n" for line in text.split("\n"))
    if form == "blanks for tabs":
        text = text.replace(" \t", "        ").replace("\t", "       ")
    if form == "lost blanks":
        text = text.replace("\n \n", "\n\n")
    assert made(tmp_path, CODE, text, cited="+\tx = one();\n") == CODE_AFTER


def test_the_hunk_of_a_shown_diff_that_the_patch_does_not_show_is_a_request_without_an_edit(tmp_path: Path) -> None:
    text = "Like this:\n\n--- a/xen/a.c\n+++ b/xen/a.c\n@@ -90,2 +90,3 @@\n other();\n+more();\n lines();\n"
    entry = review_of(tmp_path, CODE, text, cited="+\tx = one();\n")
    assert [(r.kind, r.anchor.path, propose(r, entry.patch)) for r in entry.requests] == [("replace", "xen/a.c", None)]


def test_the_authors_own_diff_is_agreed(tmp_path: Path) -> None:
    entry = review_of(tmp_path, CODE, "Looks good.", cited="+\tx = one();\n")
    box = (tmp_path / "t.mbox").read_bytes()
    body = "Can you squash this in?".replace("?", ".") + "\n" + DIFF.partition("\n")[2]
    box += mail(AUTHOR, "Re: [PATCH] arm32: do it", body, "a@example.org", "p@example.org", 5)
    (tmp_path / "t.mbox").write_bytes(box)
    (series,) = find_series(threads(read(tmp_path / "t.mbox").messages))
    (request,) = read_review(series).patches[0].requests
    assert request.agreed is True and request.agreed_by == "a@example.org"
    assert propose(request, entry.patch) is not None


NOTHING = {
    "a compiler's words": ("\tx = one();\n", "My compiler says:\n\na.c:3:5: warning: unused variable x\n"),
    "shown code with a hole": ("\tx = one();\n", "Something like:\n\n\tx = one(a,\n\t...\n"),
    "code that is nothing like the patch": (
        "\tx = one();\n",
        "FYI, elsewhere we do:\n\n\tfor_each_vcpu ( d, v )\n\t\tvcpu_pause(v);\n",
    ),
    "a name that is part of something": ("\tx = FOO_BAR;\n", "Don't we want to drop FOO_BAR definition"),
    "a reason": ("\tx = TFAIL;\n", "I guess mainly because that would produce TBROK instead of TFAIL."),
    "praise": ("\tx = MMAPSIZE;\n", "+1, you fixed my bug using sz_ch instead of MMAPSIZE."),
    "else": ("\t} else {\n", 'I would remove the "else" statement'),
    "a comparison of versions": ("# autoconf >= v2.72a\n", "This reads like we need the def for autoconf => v2.72a."),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_wish_changes_nothing(tmp_path: Path, name: str) -> None:
    added, words = NOTHING[name]
    assert made(tmp_path, added, words) == added


# The same with only some of the added lines quoted above the words (None: all).
CITED: dict[str, tuple[str, str, str, str | None]] = {
    "again below": (
        "    foo = 1;\n    x = 2;\n    foo = 3;\n",
        "s/foo/bar/ (again below)",
        "    bar = 1;\n    x = 2;\n    bar = 3;\n",
        "+    foo = 1;\n",
    ),
    "at least once more": (
        "    /* recieve it */\n    x = 2;\n    /* recieve more */\n",
        "s/recieve/receive/, at least once more further down.",
        "    /* receive it */\n    x = 2;\n    /* receive more */\n",
        "+    /* recieve it */\n",
    ),
    "both": (
        "    /* permitted a */\n    /* permitted b */\n",
        "For both of these, I'd suggest s/permitted/able/.",
        "    /* able a */\n    /* able b */\n",
        None,
    ),
    "everywhere": (
        "    foo = 1;\n    x = 2;\n    foo = 3;\n",
        "Please s/foo/bar/ throughout the patch.",
        "    bar = 1;\n    x = 2;\n    bar = 3;\n",
        "+    foo = 1;\n",
    ),
    "global flag": ("    foo = foo + 1;\n", "s/foo/bar/g", "    bar = bar + 1;\n", None),
    "spdx": (
        "/* SPDX-License-Identifier: GPL-2.0 */\nint x;\n",
        "New file should use the SPDX tag GPL-2.0-only.",
        "/* SPDX-License-Identifier: GPL-2.0-only */\nint x;\n",
        "+/* SPDX-License-Identifier: GPL-2.0 */\n",
    ),
    "stray blank": ("    x = 1;\n\n    y = 2;\n", "Stray blank line.", "    x = 1;\n    y = 2;\n", "+    x = 1;\n+\n"),
    "trailing ws": ("    x = 1;  \n", "Nit: trailing whitespace.", "    x = 1;\n", None),
    "indent": ("    if ( x )\n      y();\n", "Nit: Indentation.", "    if ( x )\n        y();\n", None),
    "includes": (
        "#include <xen/sched.h>\n#include <xen/lib.h>\n",
        "Please sort the includes alphabetically.",
        "#include <xen/lib.h>\n#include <xen/sched.h>\n",
        None,
    ),
    "unsigned": ("    int i;\n", "Please make this unsigned int.", "    unsigned int i;\n", None),
    "fits": ("    f(a,\n      b);\n", "This fits on one line.", "    f(a, b);\n", None),
    "missing break": (
        "    case 1:\n        x = 1;\n    case 2:\n",
        "Missing break.",
        "    case 1:\n        x = 1;\n        break;\n    case 2:\n",
        "+    case 1:\n+        x = 1;\n",
    ),
    "capital": (
        "    /* this is it. */\n",
        "Nit: Comments should start with a capital letter.",
        "    /* This is it. */\n",
        None,
    ),
    "drop include": (
        "#include <xen/a.h>\n#include <xen/b.h>\n",
        "Unused.",
        "#include <xen/a.h>\n",
        "+#include <xen/b.h>\n",
    ),
    "missing blank before brace": ("    while ( x ){\n", "Nit: Missing blank before {.", "    while ( x ) {\n", None),
    "around op": ("    x = a+b;\n", "Nit: Blanks please around +.", "    x = a + b;\n", None),
    "rename": ("    int retval;\n", "Please rename retval to rc.", "    int rc;\n", None),
    "replace by": (
        "    x = PAGE_SIZE_4K;\n",
        "Please replace PAGE_SIZE_4K by PAGE_SIZE.",
        "    x = PAGE_SIZE;\n",
        None,
    ),
    "use macro": ("    if ( x == y )\n", "Use is_xen_heap_page() here.", "    if ( x == y )\n", None),
    "suffix": ("    #define X 1\n", "Missing U suffix.", "    #define X 1U\n", None),
    "fallthrough 2": (
        "    case 1:\n        x();\n        fallthrough;\n    default:\n",
        'Please use "break" instead of "fallthrough" here.',
        "    case 1:\n        x();\n        break;\n    default:\n",
        "+    case 1:\n+        x();\n+        fallthrough;\n",
    ),
    "const ptr": (
        "    struct domain *d = x;\n",
        "d can be pointer-to-const.",
        "    const struct domain *d = x;\n",
        None,
    ),
    "const 2": ("    struct domain *d = x;\n", "Could this be const?", "    const struct domain *d = x;\n", None),
    "add braces": (
        "    if ( x )\n        for ( ; ; )\n            y();\n",
        "Please add braces.",
        "    if ( x )\n        for ( ; ; )\n            y();\n",
        None,
    ),
    "brace own line": (
        "    if ( x ) {\n        y();\n    }\n",
        "Brace goes on its own line.",
        "    if ( x )\n    {\n        y();\n    }\n",
        "+    if ( x ) {\n",
    ),
    "stop missing": (
        "    /*\n     * A long story\n     * that ends\n     */\n",
        "Nit: Missing full stop.",
        "    /*\n     * A long story\n     * that ends.\n     */\n",
        "+    /*\n+     * A long story\n+     * that ends\n",
    ),
    "grammar": ("    /* it make sense */\n", "Nit: makes", "    /* it makes sense */\n", None),
    "misspelled": ("    /* seperate thing */\n", '"separate" is misspelled.', "    /* separate thing */\n", None),
    "arrow quotes": ("    /* foo teh */\n", "teh -> the", "    /* foo the */\n", None),
    "word missing": ("    /* to be called init */\n", "s/called/called by/", "    /* to be called by init */\n", None),
    "blank between": (
        "    case 1:\n        break;\n    case 2:\n",
        "Blank line please between non-fall-through case blocks.",
        "    case 1:\n        break;\n\n    case 2:\n",
        None,
    ),
    "line above case": (
        "    case 1:\n        break;\n    case 2:\n",
        "Can you please add a blank line above this one?",
        "    case 1:\n        break;\n\n    case 2:\n",
        None,
    ),
    "blank after decl": (
        "    int x = 0;\n    f(x);\n",
        "Missing blank line after the declaration.",
        "    int x = 0;\n\n    f(x);\n",
        "+    int x = 0;\n",
    ),
    "nit newline": (
        "        x();\n        break;\n    case 3:\n",
        "Missing newline.",
        "        x();\n        break;\n\n    case 3:\n",
        "+        x();\n+        break;\n",
    ),
    "no paren": ("    return (x);\n", "No need for parentheses here.", "    return x;\n", None),
    "explicit quote": ('    x = "foo";\n', '"foo" should be "bar".', '    x = "bar";\n', None),
    "redundant cast": ("    x = (int)y;\n", "The cast is pointless.", "    x = y;\n", None),
}


@pytest.mark.parametrize("name", CITED)
def test_words_under_some_lines_give_the_bytes(tmp_path: Path, name: str) -> None:
    added, words, wanted, cited = CITED[name]
    assert made(tmp_path, added, words, cited) == wanted


def test_a_diff_typed_right_below_the_words(tmp_path: Path) -> None:
    words = "It can be fixed by this:\n-    y = 2;\n+    y = 3;\n\nThanks, Rita"
    assert made(tmp_path, "    x = 1;\n    y = 2;\n", words, "") == "    x = 1;\n    y = 3;\n"


def test_a_line_of_prose_written_out_again(tmp_path: Path) -> None:
    added = "interrupted by ref:`tst_brk` or so.\nThat is all.\n"
    words = "Missing leading ':' causes a text.\n\ninterrupted by :ref:`tst_brk` or so."
    assert made(tmp_path, added, words, "+interrupted by ref:`tst_brk` or so.\n", "doc/x.rst") == added.replace(
        "by ref", "by :ref"
    )


def test_code_that_resembles_the_line_says_what_is_meant(tmp_path: Path) -> None:
    words = 'Wouldn\'t it be better to add "WARNING:"?\n\n    printk("WARNING: mode is on, beware of it");'
    assert made(tmp_path, '    printk("mode is on, beware of it");\n', words) == (
        '    printk("WARNING: mode is on, beware of it");\n'
    )


def test_no_line_that_others_use_is_dropped(tmp_path: Path) -> None:
    added = "    unsigned int i = 0;\n    f(i);\n"
    assert made(tmp_path, added, "Why set it? Please drop.", "+    unsigned int i = 0;\n") == added


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("    x = some_function(with, a, few, words);\n", "Nit: foo. " * 20_000),
        (
            "    x = some_function(with, a, few, words);\n",
            "\n\n".join(f"x = some_function(with, a, few, {n:05d});" for n in range(10_000)),
        ),
        ("    x = " + "word " * 100_000 + ";\n", "Nit: wrod. " * 5_000),
        ("    x = 1;\n", 'missing "a" before ' * 10_000),
    ],
    ids=["sentences", "alike", "wide", "quotes"],
)
def test_words_of_any_length_are_read_to_the_end(tmp_path: Path, added: str, words: str) -> None:
    with patience():
        assert len(review_of(tmp_path, added, words).requests) <= 500
