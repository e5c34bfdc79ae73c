"""Bytes to text under whatever charset a mail claims, true or not."""

from __future__ import annotations

from reviewbot import regex as re

# Python also knows codecs that are no charsets (hex, zlib) or take quadratic time (idna, punycode): only names of
# charsets that mail really uses are looked up, all others are guessed.
_KNOWN = re.compile(
    r"utf[-_]?(?:7|8|16|32)(?:[-_]?[bl]e)?|(?:iso|latin)[-_]?(?:8859)?[-_]?\d{1,2}|iso-2022-[a-z]{2}(?:-\w{1,3})?"
    r"|(?:windows|cp|ibm)-?\d{2,5}|koi8-[rtu]|gb18030|big5(?:-?hkscs)?|euc[-_](?:jp|kr|tw)|shift[-_]jis|johab"
    r"|ks_c_5601-1987|mac-?roman|tis-620|hz(?:-gb-2312)?",
    re.IGNORECASE,
)

# Declared narrow, written wide: the superset reads both.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"}

_ASCII = frozenset({"", "us-ascii", "ascii", "ansi_x3.4-1968", "utf-8", "utf8", "iso-10646", "646"})


def codec(charset: str) -> str | None:
    """The Python codec for a declared charset; None where nothing is known of it and the text must be guessed."""
    name = charset.strip().strip("\"'").lower()
    if name in _ASCII:
        return None
    wider = _WIDER.get(name)
    if wider is not None:
        return wider
    return name if _KNOWN.fullmatch(name) else None


def to_text(data: bytes, charset: str = "") -> str:
    """Decode text; never fails. Undeclared, unknown and untrue charsets are read as UTF-8, else as Latin-1."""
    name = codec(charset)
    if name is not None:
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if name is None and charset.lower() not in ("utf-8", "utf8"):
        return data.decode("latin-1")
    return data.decode("utf-8", "replace")
