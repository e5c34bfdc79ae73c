"""Bodies: parts, encodings, charsets, and what of them is read and what applied."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.mail import Message, Unread
from reviewbot.mail.parse import parse
from tests.mail.mails import mail, read_one, why_unread
from tests.patience import patience

PLAIN = 'Content-Type: text/plain; charset="UTF-8"\n'
TAG = "Reviewed-by: Roger Pau Monné <roger@example.org>\n"


def multipart(kind: str, *parts: tuple[str, str]) -> bytes:
    """A mail of these parts: (header lines, text)."""
    body = "".join(f"--cut\n{head}\n{text}\n" for head, text in parts) + "--cut--\n"
    return mail("preamble\n" + body, extra=f'Content-Type: multipart/{kind}; boundary="cut"\n')


def test_base64() -> None:
    raw = mail(base64.encodebytes(TAG.encode()), extra=PLAIN + "Content-Transfer-Encoding: base64\n")
    found = read_one(raw)
    assert (found.body, found.body_bytes) == (TAG, TAG.encode())


def test_quoted_printable_breaks_inside_words_are_undone() -> None:
    body = b"Review=\ned-by=3A Roger Pau Monn=C3=A9 <roger=40example=2Eorg>\n"
    found = read_one(mail(body, extra=PLAIN + "Content-Transfer-Encoding: quoted-printable\n"))
    assert found.body == TAG


def test_crlf_of_encoded_text_becomes_lf() -> None:
    raw = mail(base64.encodebytes(b"one\r\ntwo\r\n"), extra=PLAIN + "Content-Transfer-Encoding: base64\n")
    assert read_one(raw).body_bytes == b"one\ntwo\n"


def test_crlf_of_some_lines_belongs_to_the_file() -> None:
    patch = b"---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\r\n+two\r\n"
    raw = mail(base64.encodebytes(patch), extra=PLAIN + "Content-Transfer-Encoding: base64\n")
    assert read_one(raw).body_bytes == patch


def test_a_whole_mail_with_crlf_is_read_as_with_lf() -> None:
    raw = mail(TAG)
    assert read_one(raw.replace(b"\n", b"\r\n")) == read_one(raw)


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("iso-8859-1", b"Monn\xe9\n", "Monné\n"),
        ("windows-1252", b"\x80 10\n", "€ 10\n"),
        ("gb2312", "你好\n".encode("gb18030"), "你好\n"),
        ("us-ascii", "Monné\n".encode(), "Monné\n"),
        ("utf-8", b"Monn\xe9\n", "Monn\ufffd\n"),
        ("no-such-charset", "Monné\n".encode(), "Monné\n"),
        ("no-such-charset", b"Monn\xe9\n", "Monné\n"),
        ("hex", b"zz\n", "zz\n"),
        ("idna", b"a" * 9000, "a" * 9000 + "\n"),
    ],
)
def test_charsets(charset: str, data: bytes, text: str) -> None:
    found = read_one(mail(data, extra=f"Content-Type: text/plain; charset={charset}\n"))
    assert found.body == text


def test_message_is_recoded_and_the_patch_is_not() -> None:
    body = b"Monn\xe9\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+Monn\xe9\n"
    found = read_one(mail(body, extra="Content-Type: text/plain; charset=iso-8859-1\n"))
    assert found.body_bytes == body.replace(b"Monn\xe9\n---", "Monné\n---".encode())


def test_utf16_is_read_whole() -> None:
    data = base64.encodebytes("Monné\nzwei\n".encode("utf-16"))
    found = read_one(mail(data, extra="Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n"))
    assert found.body_bytes.decode() == "Monné\nzwei\n"


def test_an_html_alternative_adds_nothing() -> None:
    html = "<p>Reviewed-by: Mallory &lt;mallory@example.org&gt;</p>"
    found = read_one(multipart("alternative", (PLAIN, "Looks odd."), ("Content-Type: text/html\n", html)))
    assert "Looks odd." in found.body
    assert "Mallory" not in found.body
    assert b"Mallory" not in found.body_bytes


def test_an_html_only_mail_is_text() -> None:
    found = read_one(mail("<p>Acked-by: Rita &lt;rita@example.org&gt;<br>Thanks", extra="Content-Type: text/html\n"))
    assert found.body == "Acked-by: Rita <rita@example.org>\nThanks\n"


def test_a_lists_footer_part_follows_the_text() -> None:
    found = read_one(multipart("mixed", (PLAIN, TAG), (PLAIN, "-- \nlist footer")))
    assert found.body.startswith(TAG)
    assert "list footer" in found.body


def test_a_patch_attached_to_an_answer_is_not_its_text() -> None:
    attached = "Content-Type: text/x-patch\nContent-Disposition: attachment; filename=x.patch\n"
    found = read_one(multipart("mixed", (PLAIN, "See attached."), (attached, "Signed-off-by: Else <e@example.org>")))
    assert "Signed-off-by" not in found.body
    assert b"Signed-off-by" in found.body_bytes


def test_other_parts_are_left_alone() -> None:
    image = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n"
    nested = "Content-Type: message/rfc822\n"
    found = read_one(multipart("mixed", (PLAIN, "Hi."), (image, "AAAA"), (nested, mail(TAG).decode())))
    assert found.body.strip() == "Hi."


def test_parts_without_a_header_and_without_an_end() -> None:
    found = read_one(mail("--cut\n\nHi.\n", extra="Content-Type: multipart/mixed; boundary=cut\n"))
    assert found.body == "Hi.\n"


def test_a_boundary_is_a_whole_line() -> None:
    found = read_one(mail("--cut\n\n--cutter\nHi.\n--cut--\n", extra="Content-Type: multipart/mixed; boundary=cut\n"))
    assert found.body.strip() == "--cutter\nHi."


def test_an_answer_of_megabytes_is_unread_and_a_patch_is_not() -> None:
    text = "Please use this instead of that.\n" * 40_000
    assert "an answer with more than 1 MB" in why_unread(mail(text, subject="Re: [PATCH] x"))
    assert len(read_one(mail(text, subject="[PATCH] x")).body) > 1 << 20


def test_no_body_is_empty() -> None:
    assert read_one(mail(b"")).body == ""


def test_a_mail_cut_off_in_its_header_is_unread() -> None:
    assert "cut off" in why_unread(mail()[:100])


def test_two_thousand_nested_parts_are_refused_at_once() -> None:
    inner = b"x\n"
    for level in range(2000):
        inner = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n%s\n--b%d--\n" % (level, level, inner, level)
    with patience():
        reason = why_unread(b"From: A <a@example.org>\n" + inner)
        assert "nested" in reason


@pytest.mark.parametrize("piece", [b"--b\n\nx\n", b"--b\nContent-Type: multipart/mixed; boundary=b\n\n"])
def test_many_parts_are_refused_at_once(piece: bytes) -> None:
    with patience():
        assert "more than 100 parts" in why_unread(
            mail(piece * 50000, extra="Content-Type: multipart/mixed; boundary=b\n")
        )


def test_a_mail_over_the_limit_is_refused() -> None:
    assert why_unread(mail(b"x\n" * (8 << 20))) == "larger than 16 MB"


@pytest.mark.parametrize(
    ("extra", "piece"),
    [
        ("", b"text text text\n"),
        ("", b"--- "),
        ("", b"---      \n"),
        ("", b"-- >8 --\n"),
        (PLAIN.replace("UTF-8", "utf-8; format=flowed"), b"text text text \n"),
        ("Content-Type: text/plain; format=flowed\n", b">"),
        ("Content-Type: text/html\n", b"<"),
        ("Content-Type: text/html\n", b"<a "),
        ("Content-Type: text/html\n", b"<blockquote>"),
        ("Content-Type: text/html\n", b"&amp"),
        ("Content-Transfer-Encoding: base64\n", b"QUFB"),
        ("Content-Transfer-Encoding: quoted-printable\n", b"="),
    ],
)
def test_bodies_of_megabytes_are_read_in_linear_time(extra: str, piece: bytes) -> None:
    raw = mail(piece * (3_000_000 // len(piece)), subject="domctl: an answer would be too long", extra=extra)
    with patience():
        read_one(raw)


@given(
    st.binary(max_size=300),
    st.sampled_from(["", PLAIN, "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: text/html\n"]),
    st.sampled_from(["", "7bit", "base64", "quoted-printable"]),
)
@settings(max_examples=200, deadline=None)
def test_any_body_is_read(data: bytes, kind: str, encoding: str) -> None:
    found = parse(mail(data, extra=kind + f"Content-Transfer-Encoding: {encoding}\n"), "test", 1)
    assert isinstance(found, Message | Unread)


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_message_or_unread(data: bytes) -> None:
    assert isinstance(parse(data, "test", 1), Message | Unread)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=200))
@settings(max_examples=100, deadline=None)
def test_encodings_are_undone(text: str) -> None:
    data = (text + "\n").encode()
    in_base64 = mail(base64.encodebytes(data), extra=PLAIN + "Content-Transfer-Encoding: base64\n")
    in_qp = mail(quopri.encodestring(data), extra=PLAIN + "Content-Transfer-Encoding: quoted-printable\n")
    assert read_one(in_base64).body_bytes == data
    assert read_one(in_qp).body_bytes == data
