"""Where what can be made anew is kept from one run to the next."""

from __future__ import annotations

from collections.abc import Mapping


def folder(environ: Mapping[str, str]) -> str | None:
    """$XDG_CACHE_HOME/reviewbot, else ~/.cache/reviewbot; None where there is no home.

    Source: the XDG Base Directory Specification, by which a relative path is to be ignored.
    """
    given = environ.get("XDG_CACHE_HOME", "")
    if given.startswith("/"):
        return f"{given}/reviewbot"
    home = environ.get("HOME", "")
    return f"{home}/.cache/reviewbot" if home else None
