"""What a rule file may say: the keys of each kind, table by table, so that a misspelt one is no silent nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Keys:
    """The plain keys of a table, and the tables in it."""

    plain: frozenset[str]
    tables: Mapping[str, Keys] = field(default_factory=dict)


def _keys(plain: str, **tables: Keys) -> Keys:
    return Keys(frozenset(plain.split()), tables)


_HEAD = "id kind severity title include exclude"
_FILES = _keys("function paths")
_EXEMPT = _keys("function reason")

KEYS: Mapping[str, Keys] = {
    "pattern": _keys(_HEAD, pattern=_keys("query report message severity replace with")),
    "switch-fallthrough": _keys(
        _HEAD + " noreturn keywords comments comment-lines into-break into-default-break unaccepted-comment last-group"
    ),
    "lock-balance": _keys(
        _HEAD + " by_design gives_back named_for_it hints elsewhere elsewhere_hints bare not_locks zero values by_value"
        " impure noreturn stops_if stops_unless ignored_calls",
        derive=_keys("acquire release kind note"),
        family=_keys(
            "name resource kind key acquire release release_key release_kind recursive paired report severity never"
            " condition alone note"
        ),
    ),
    "guarded-dispatch": _keys(
        _HEAD + " hooks hooks_without_answer harmless",
        lookups=_keys("calls asking outside", exempt=_EXEMPT),
        grant=_keys("calls asks unless outside", exempt=_EXEMPT),
        levels=_keys("path macro level lenient machine"),
        implementation=_keys("path hook function"),
        classes=_keys("paths security_class permission"),
        dispatch=_keys(
            "name path function on prefix header common refusal each_case",
            policy=_keys("path function on complete"),
            handler=_FILES,
            callee=_FILES,
            exempt=_keys("op when reason"),
        ),
    ),
}


def unknown_key(kind: str, data: Mapping[str, Any]) -> str | None:
    """What is wrong with the keys of a rule's data, in words; None where all are known or the kind is not."""
    return next(_unknown(KEYS[kind], data, ""), None) if kind in KEYS else None


def _unknown(keys: Keys, data: Mapping[str, Any], where: str) -> Iterator[str]:
    known = [*keys.plain, *keys.tables]
    for key, value in data.items():
        if key in keys.tables:
            for table in value if isinstance(value, list) else [value]:
                if isinstance(table, Mapping):
                    yield from _unknown(keys.tables[key], table, f"[{key}] ")
        elif key not in keys.plain:
            from difflib import get_close_matches

            alike = get_close_matches(key, known, 1)
            meant = f"did you mean `{alike[0]}`?" if alike else f"there are: {', '.join(sorted(known))}"
            yield f"{where}unknown key `{key}`; {meant}"
