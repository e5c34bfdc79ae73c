"""Where the shipped rules and fixtures are: inside the wheel, or beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    installed = _PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def rules_dir() -> Path:
    """The folder with one sub-folder for each rule."""
    return _shipped("rules")


def fixtures_dir() -> Path:
    """The folder with `threads/` and `trees/`, which `reviewbot demo` runs on."""
    return _shipped("fixtures")
