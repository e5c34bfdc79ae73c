"""Rules as data: what is read, and the one line that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.analysis import load_rule, load_rules
from reviewbot.analysis.cases import run_cases
from reviewbot.analysis.dispatch.guard import read_guard
from reviewbot.csource import MacroTable
from reviewbot.errors import InputError, UsageError
from reviewbot.resources import rules_dir

HEAD = 'id = "mine"\nkind = "guarded-dispatch"\ntitle = "t"\n'


def write(folder: Path, text: str | bytes, name: str = "mine") -> Path:
    (folder / name).mkdir(parents=True, exist_ok=True)
    data = text.encode() if isinstance(text, str) else text
    (folder / name / "rule.toml").write_bytes(data)
    return folder


def test_every_shipped_rule_has_a_page_and_twelve_cases_valid_and_invalid() -> None:
    rules = load_rules(rules_dir())
    assert "xsm-check" in {rule.id for rule in rules}
    for rule in rules:
        assert rule.page().startswith(f"# {rule.id}\n"), rule.id
        cases = sorted((rule.directory / "cases").iterdir())
        assert len(cases) >= 12, rule.id
        marked = [
            c for c in cases if any(b"/* bad: " in p.read_bytes() for p in ([c] if c.is_file() else c.rglob("*.[ch]")))
        ]
        assert 0 < len(marked) < len(cases), rule.id


def test_only_picks_rules_and_names_the_ones_there_are(tmp_path: Path) -> None:
    write(write(tmp_path, HEAD), HEAD.replace("mine", "other"), "other")
    assert [rule.id for rule in load_rules(tmp_path)] == ["mine", "other"]
    assert [rule.id for rule in load_rules(tmp_path, ["other"])] == ["other"]
    with pytest.raises(UsageError, match="no rule named 'nope'; there are: mine, other"):
        load_rules(tmp_path, ["nope"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id = ", "not TOML"),
        (b"\xff\xfe", "not UTF-8"),
        ('id = "mine"\ntitle = "t"\n', "`kind` is missing"),
        (HEAD.replace('"t"', "7"), "`title` is missing or not a text"),
        (HEAD.replace("mine", "other"), "must be the folder's name, 'mine'"),
        (HEAD + 'severity = "fatal"\n', "must be one of error, warning, note"),
    ],
)
def test_a_broken_rule_is_named_with_its_file(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        load_rules(write(tmp_path, text))
    assert words in str(caught.value)
    assert str(tmp_path / "mine" / "rule.toml") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_rules_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rule in it"):
        load_rules(tmp_path)
    with pytest.raises(InputError, match="no folder of rules"):
        load_rules(tmp_path / "absent")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('hooks = "("\n', "no regular expression"),
        ("hooks_without_answer = 3\n", "`hooks_without_answer` must be a list of strings"),
        ("dispatch = 3\n", "`dispatch` must be an array of tables"),
        ('[[dispatch]]\npath = "a.c"\n', r"[[dispatch]] `function` is missing"),
        ('[[dispatch]]\npath = "a.c"\nfunction = "f"\non = "x"\n', "`on` must be a list of strings"),
        (
            '[[dispatch]]\npath = "a.c"\nfunction = "f"\non = ["x"]\n[[dispatch.exempt]]\nop = "A"\n',
            "[[exempt]] `reason` is missing",
        ),
        ("levels = 1\n", "`levels` must be a table"),
        ('[classes]\npaths = ["a"]\nsecurity_class = "A"\npermission = "(B)"\n', "need one group each"),
    ],
)
def test_wrong_data_of_a_guarded_dispatch_is_said(tmp_path: Path, text: str, words: str) -> None:
    hooks = "" if text.startswith("hooks =") else 'hooks = "ask"\n'
    (rule,) = load_rules(write(tmp_path, HEAD + hooks + text))
    with pytest.raises(InputError) as caught:
        read_guard(rule)
    assert words in str(caught.value)


def test_the_cases_of_xsm_check_hold() -> None:
    (result,) = run_cases(load_rules(rules_dir(), ["xsm-check"]), MacroTable.load())
    failed = {case.name: case.to_dict() for case in result.cases if not case.passed}
    assert not failed
    assert result.passed
    assert len(result.cases) >= 14


def test_a_case_that_disagrees_with_its_marks_fails_both_ways(tmp_path: Path) -> None:
    rule = HEAD + 'hooks = \'ask_\\w+\'\n[[dispatch]]\npath = "x.c"\nfunction = "go"\non = ["op"]\n'
    write(tmp_path, rule)
    cases = tmp_path / "mine" / "cases"
    cases.mkdir()
    body = (
        "int go(int op)\n{\n    switch ( op )\n    {\n    case 1:%s\n        return act();\n    }\n%s    return 0;\n}\n"
    )
    (cases / "unmarked.c").write_text(body % ("", ""))
    (cases / "right.c").write_text(body % (" /* bad: mine */", ""))
    (cases / "too-many.c").write_text(body % (" /* bad: mine */", "    /* bad: mine */\n"))
    (result,) = run_cases(load_rules(tmp_path), MacroTable.load())
    by_name = {case.name: case for case in result.cases}
    assert by_name["right.c"].passed
    assert [f.line for f in by_name["unmarked.c"].unexpected] == [5]
    assert [p.line for p in by_name["too-many.c"].missing] == [8]
    assert not result.passed


def test_a_rule_without_cases_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, HEAD)
    with pytest.raises(InputError, match="no cases"):
        run_cases(load_rules(tmp_path), MacroTable.load())


@pytest.mark.parametrize(
    ("kind", "more", "wrong"),
    [
        ("pattern", 'inculde = ["x"]', "unknown key `inculde`; did you mean `include`?"),
        ("lock-balance", '[[family]]\nname = "m"\naquire = ["m_lock"]', "[family] unknown key `aquire`; did you mean `acquire`?"),
        ("guarded-dispatch", '[[dispatch]]\n[[dispatch.exempt]]\nzzzz = "OP"', "[exempt] unknown key `zzzz`; there are: op, reason, when"),
        ("switch-fallthrough", '[family]\nx = 1', "unknown key `family`; there are: "),
    ],
)  # fmt: skip
def test_a_misspelt_key_is_said(tmp_path: Path, kind: str, more: str, wrong: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "rule.toml").write_text(f'id = "mine"\nkind = "{kind}"\ntitle = "t"\n{more}\n')
    with pytest.raises(InputError) as raised:
        load_rule(folder)
    assert str(raised.value).startswith(f"{folder / 'rule.toml'}: {wrong}")
