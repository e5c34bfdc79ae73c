"""format=flowed for reading and for applying, and HTML as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.mail import flowed, html
from tests.mail.mails import mail, read_one
from tests.patience import patience


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("one \ntwo\n", "one two\n"),
        ("one\ntwo\n", "one\ntwo\n"),
        ("> one \n> two\n", "> one two\n"),
        ("> one \n>> two\n", "> one \n>> two\n"),
        (">> one \n>> two\nmine \nalso\n", ">> one two\nmine also\n"),
        (" >stuffed\n From me\n", ">stuffed\nFrom me\n"),
        ("text \n-- \nRita\n", "text \n-- \nRita\n"),
        ("With that fixed: \nReviewed-by: R <r@example.org>\n", "With that fixed: \nReviewed-by: R <r@example.org>\n"),
        (">  \n> -   gone();\n> +   come();\n", ">  \n> -   gone();\n> +   come();\n"),
        ("> +    if ( x ) \n> +        y();\n", "> +    if ( x ) \n> +        y();\n"),
        ("a \n\nb\n", "a \n\nb\n"),
        ("last \n", "last \n"),
        ("", ""),
    ],
)
def test_for_reading(raw: str, text: str) -> None:
    assert flowed.for_reading(raw, delsp=False) == text


def test_delsp() -> None:
    assert flowed.for_reading("long \nword\n", delsp=True) == "longword\n"
    assert flowed.for_apply(b"long \nword\n", delsp=True) == b"longword\n"


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        (b"one \ntwo\n", b"one two\n"),
        (b"  context\n+come\n-gone\n", b" context\n+come\n-gone\n"),
        (b"text \n-- \nRita\n", b"text -- \nRita\n"),
        (b"a\r\nb \r\nc\r\n", b"a\nb c\n"),
        (b"open \n", b"open "),
    ],
)
def test_for_apply(raw: bytes, data: bytes) -> None:
    assert flowed.for_apply(raw, delsp=False) == data


@given(st.text(st.sampled_from("> -+a\n"), max_size=60))
def test_flowed_keeps_every_letter(raw: str) -> None:
    kept = flowed.for_reading(raw, delsp=False)
    assert kept.count("a") == raw.count("a")
    assert kept.count("\n") <= raw.count("\n")


@given(st.text(st.sampled_from("> ab\n"), max_size=60))
def test_what_is_quoted_stays_quoted(raw: str) -> None:
    before = [line for line in raw.split("\n") if line.startswith(">") and "a" in line]
    after = [line for line in flowed.for_reading(raw, delsp=False).split("\n") if line.startswith(">")]
    assert sum(line.count("a") for line in after) >= sum(line.count("a") for line in before)


def test_a_flowed_patch_is_unstuffed_as_git_does() -> None:
    body = "Text.\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n  one\n-two\n+three\n"
    found = read_one(mail(body, subject="[PATCH] x", extra="Content-Type: text/plain; format=flowed\n"))
    assert b"\n one\n-two\n+three\n" in found.body_bytes
    assert "\n one\n-two\n" in found.body


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo\n"),
        ("one<br>two<br/>three", "one\ntwo\nthree\n"),
        ("a &lt;b@example.org&gt; &amp; c&nbsp;d", "a <b@example.org> & c d\n"),
        ("<style>p {}</style><script>x()</script>text<!-- no -->", "text\n"),
        ("<div>mine</div><blockquote><div>Reviewed-by: R</div></blockquote>mine", "mine\n\n> Reviewed-by: R\nmine\n"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n>> b\n"),
        ("<pre>  if ( x )\n      y();</pre>", "  if ( x )\n      y();\n"),
        ("one\n   two", "one two\n"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4\n"),
        ("", "\n"),
    ],
)
def test_html(page: str, text: str) -> None:
    assert html.to_text(page) == text


def test_a_quotation_in_html_stays_one() -> None:
    page = "<blockquote>" * 50000 + "Acked-by: X &lt;x@example.org&gt;"
    with patience():
        lines = [line for line in html.to_text(page).split("\n") if "Acked" in line]
        assert lines
        assert all(line.startswith(">") for line in lines)


@given(st.text(max_size=80))
def test_any_page_is_text(page: str) -> None:
    assert isinstance(html.to_text(page), str)
