"""Rules without code: the examples of the pages work as they stand, from a folder of the user's own."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from reviewbot.analysis import MemoryTree, check, check_change, load_rules, rule_folders, run_cases
from reviewbot.errors import InputError
from reviewbot.resources import rules_dir
from tests.analysis.trees import MACROS


def example(page: str, rule: str) -> str:
    """The indented block of a page that defines this rule."""
    text = (rules_dir() / page / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^(?:    .*)?\n)+", text, re.MULTILINE)
    (found,) = [block for block in blocks if f'id = "{rule}"' in block]
    return "\n".join(line[4:] for line in found.split("\n"))


CASES: dict[str, tuple[str, dict[str, str]]] = {
    "linux-mutex": (
        "lock-balance",
        {
            "leak.c": "int f(struct foo *f, int a)\n{\n    mutex_lock(&f->lock);\n    if ( a )\n"
            "        return -EINVAL; /* bad: linux-mutex */\n    mutex_unlock(&f->lock);\n    return 0;\n}\n",
            "interruptible.c": "int f(struct foo *f)\n{\n    if (mutex_lock_interruptible(&f->lock))\n        return -ERESTARTSYS;\n"
            "    mutex_unlock(&f->lock);\n    return 0;\n}\n",
            "try.c": "int f(struct foo *f)\n{\n    if (!mutex_trylock(&f->lock))\n        return 0;\n    work(f);\n"
            "    mutex_unlock(&f->lock);\n    return 1;\n}\n",
            "twice.c": "void f(struct foo *f)\n{\n    mutex_lock(&f->lock);\n    mutex_unlock(&f->lock);\n"
            "    mutex_unlock(&f->lock); /* bad: linux-mutex */\n}\n",
        },
    ),
    "ioctl-check": (
        "xsm-check",
        {
            "asked/drivers/foo/ioctl.c": "long foo_ioctl(struct file *f, int cmd)\n{\n    switch ( cmd )\n    {\n"
            "    case FOO_IOC_VERSION:\n        return tell(f);\n    case FOO_IOC_RESET:\n"
            "        if ( security_foo(f) )\n            return -EPERM;\n        return reset(f);\n"
            "    case FOO_IOC_ARCH:\n        return foo_arch_ioctl(f, cmd); /* not the handler's fault */\n    }\n"
            "    if ( security_file_ioctl(f) )\n        return -EPERM;\n    return work(f);\n}\n",
            "asked/arch/x86/foo.c": "long foo_arch_ioctl(struct file *f, int cmd)\n{\n    switch ( cmd )\n    {\n"
            "    case FOO_IOC_ARCH:\n        if ( security_foo(f) )\n            return -EPERM;\n        return deed(f);\n"
            "    }\n    return 0;\n}\n",
            "asked/security/foo/hooks.c": "int foo_policy(struct file *f, int cmd)\n{\n    switch ( cmd )\n    {\n"
            "    case FOO_IOC_VERSION:\n    case FOO_IOC_RESET:\n    case FOO_IOC_ARCH:\n        return 0;\n    default:\n"
            "        return -EPERM;\n    }\n}\n",
            "unasked/drivers/foo/ioctl.c": "long foo_ioctl(struct file *f, int cmd)\n{\n    switch ( cmd )\n    {\n"
            "    case FOO_IOC_RESET: /* bad: ioctl-check */\n        return reset(f);\n    }\n"
            "    if ( security_file_ioctl(f) )\n        return -EPERM;\n    return work(f);\n}\n",
            "unknown/drivers/foo/ioctl.c": "long foo_ioctl(struct file *f, int cmd)\n{\n    if ( security_file_ioctl(f) )\n"
            "        return -EPERM;\n    switch ( cmd )\n    {\n    case FOO_IOC_RESET:\n        return reset(f);\n    }\n    return 0;\n}\n",
            "unknown/security/foo/hooks.c": "int foo_policy(struct file *f, int cmd)\n{\n    switch ( cmd )\n    {\n"
            "    case FOO_IOC_VERSION:\n        return 0;\n    default: /* bad: ioctl-check */\n        return -EPERM;\n    }\n}\n",
        },
    ),
    "copy-size": (
        "xsm-check",
        {
            "xen/many.c": "int f(void)\n{\n    if ( copy_from_guest(&op, u, 2) ) /* bad: copy-size */\n        return -EFAULT;\n    return 0;\n}\n",
            "xen/one.c": "int f(void)\n{\n    return copy_from_guest(&op, u, 1) ? -EFAULT : 0;\n}\n",
            "xen/other.c": "int f(void)\n{\n    return copy_to_guest(u, &op, 2);\n}\n",
        },
    ),
}


def write(folder: Path, name: str) -> None:
    page, cases = CASES[name]
    target = folder / name
    (target / "cases").mkdir(parents=True)
    (target / "rule.toml").write_text(example(page, name), encoding="utf-8")
    for path, text in cases.items():
        # A folder is a case of several files; a lone file is put under a folder where its path matters.
        case = target / "cases" / (path if path.count("/") != 1 else f"{Path(path).stem}/{path}")
        case.parent.mkdir(parents=True, exist_ok=True)
        case.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_the_example_of_a_page_is_a_rule_whose_cases_hold(tmp_path: Path, name: str) -> None:
    write(tmp_path, name)
    (result,) = run_cases(load_rules(tmp_path), MACROS)
    assert not {case.name: case.to_dict() for case in result.cases if not case.passed}
    assert any(case.marks for case in result.cases)
    assert any(not case.marks for case in result.cases)


def test_a_users_rules_run_beside_the_shipped_ones_and_in_a_diff_mode(tmp_path: Path) -> None:
    for name in CASES:
        write(tmp_path, name)
    rules = load_rules([rules_dir(), *rule_folders({"REVIEWBOT_RULES": str(tmp_path)}, None)])
    assert {"lock-balance", "linux-mutex", "ioctl-check", "copy-size"} <= {rule.id for rule in rules}
    text = CASES["copy-size"][1]["xen/many.c"].encode()
    found = check({"xen/a.c": text}, MemoryTree({}), rules, MACROS).findings
    assert [(f.rule, f.line, f.message) for f in found] == [
        ("copy-size", 3, "copy_from_guest() writes 2 elements to &op")
    ]
    assert found[0].to_dict()["fix"] == {"edits": [{"path": "xen/a.c", "line": 3, "replace": "2", "with": "1"}]}
    before = MemoryTree({"xen/a.c": text.replace(b"u, 2", b"u, 1")})
    assert len(check_change(before, MemoryTree({"xen/a.c": text}), ["xen/a.c"], rules, MACROS).findings) == 1
    assert check_change(before, before, ["xen/a.c"], rules, MACROS).findings == ()


def test_where_a_user_keeps_rules(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    assert rule_folders({}, None) == ()
    assert rule_folders({}, str(one)) == (one,)
    assert rule_folders({"REVIEWBOT_RULES": str(two)}, str(one)) == (two,)
    assert rule_folders({"REVIEWBOT_RULES": f"{two}:{one}:{two}"}, None) == (two, one)
    assert rule_folders({"HOME": str(tmp_path)}, "~/one") == (one,)


@pytest.mark.parametrize(
    ("environ", "configured", "words"),
    [
        ({"REVIEWBOT_RULES": "rules"}, None, "REVIEWBOT_RULES: rules: not an absolute path"),
        ({}, "../rules", "git config reviewbot.rules: ../rules: not an absolute path"),
        ({}, "/no/such/folder", "git config reviewbot.rules: /no/such/folder: no such folder"),
    ],
)
def test_a_folder_that_cannot_be_used_is_said(environ: dict[str, str], configured: str | None, words: str) -> None:
    with pytest.raises(InputError) as caught:
        rule_folders(environ, configured)
    assert words in str(caught.value)


def test_a_shipped_rule_is_not_replaced_behind_anybodys_back(tmp_path: Path) -> None:
    (tmp_path / "xsm-check").mkdir()
    (tmp_path / "xsm-check" / "rule.toml").write_text('id = "xsm-check"\nkind = "pattern"\ntitle = "t"\n')
    with pytest.raises(InputError, match=r"there is a rule 'xsm-check' in .* already"):
        load_rules([rules_dir(), tmp_path])


@pytest.mark.parametrize("name", CASES)
def test_the_examples_are_data_that_names_every_key_it_needs(name: str) -> None:
    data = tomllib.loads(example(CASES[name][0], name))
    assert data["id"] == name
    assert {"kind", "severity", "title"} <= data.keys()
