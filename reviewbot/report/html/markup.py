"""HTML out of text that nobody vouches for: everything is escaped here and nowhere else."""

from __future__ import annotations

import html
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from reviewbot import regex as re
from reviewbot.report.terminal import visible

# What `visible` makes of a control, a bidi mark or a stray byte, after escaping: it is set apart from the text itself.
_SPELT = re.compile(r"&lt;((?:U\+[0-9A-F]{4,6})|[0-9a-f]{2})&gt;")


class Html(str):
    """Markup that is safe as it is. Only this module's functions, and literals, make it."""

    __slots__ = ()


def text(value: str) -> Html:
    """Text as markup: escaped, and what cannot be seen is written out."""
    escaped = html.escape(visible(value), quote=True)
    if "&lt;" not in escaped or visible(value) == value.replace("\t", "    "):
        return Html(escaped)
    return Html(_SPELT.sub(r'<span class="odd">&lt;\1&gt;</span>', escaped))


def _plain(value: str) -> str:
    """Escaped text without any markup: for attributes and the title."""
    return html.escape(visible(value), quote=True)


def line(value: str) -> Html:
    """`text` with all white space folded to single blanks."""
    return text(" ".join(value.split()))


def tag(name: str, *inside: Html, **attributes: str | None) -> Html:
    """An element. Attribute values are escaped; None leaves one out; `class_` and `data_x` are spelt as HTML does."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_plain(value)}"' if value else f" {key.rstrip('_')}"
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{shown}>{''.join(inside)}</{name}>")


def join(parts: list[Html], between: str = "") -> Html:
    """Several pieces of markup as one."""
    return Html(between.join(parts))


def day(when: datetime | None) -> Html:
    """A date as people write it, with the moment for machines."""
    if when is None:
        return Html("no date")
    return tag(
        "time", Html(when.strftime("%Y-%m-%d")), datetime=when.isoformat(), title=when.strftime("%Y-%m-%d %H:%M %z")
    )


@dataclass(frozen=True, slots=True)
class Shell:
    """What surrounds every page: style and script, each inside the page and allowed by its hash."""

    style: str
    script: str

    @classmethod
    def load(cls) -> Shell:
        """The shell that stands beside this file."""
        here = Path(__file__).parent
        return cls(*((here / name).read_text(encoding="utf-8").strip() for name in ("style.css", "queue.js")))

    @property
    def key(self) -> str:
        """Changes with the look of the pages."""
        code = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py")))
        return sha256((self.style + code).encode()).hexdigest()

    def page(self, title: str, body: Html, *, script: bool = False, key: str = "") -> bytes:
        """A whole page. `key` tells what it was made of, so that it need not be made again."""
        allowed = [f"style-src 'sha256-{_hash(self.style)}'"]
        allowed += [f"script-src 'sha256-{_hash(self.script)}'"] if script else []
        policy = "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])
        head = [
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            f'<meta name="made-of" content="{key}">' if key else "",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{_plain(' '.join(title.split()))}</title>",
            f"<style>{self.style}</style>",
        ]
        tail = f"<script>{self.script}</script>" if script else ""
        top = "\n".join(["<!doctype html>", '<html lang="en">', "<head>", *filter(None, head), "</head>", "<body>"])
        return f"{top}\n{body}\n{tail}</body>\n</html>\n".encode("utf-8", "backslashreplace")


def _hash(source: str) -> str:
    return b64encode(sha256(source.encode()).digest()).decode()
