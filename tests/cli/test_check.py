"""`check`: what is looked at in each mode, and what comes out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import THREADS, reviewbot
from tests.conftest import GitRepo

DEFECT = """\
void f(struct domain *d, int a)
{
    spin_lock(&d->lock);

    if ( a )
        return;

    spin_unlock(&d->lock);
}
"""
CLEAN = DEFECT.replace("    if ( a )\n        return;\n\n", "")


def found(out: str) -> list[tuple[str, str, int]]:
    return [(f["rule"], f["path"], f["line"]) for f in json.loads(out)["findings"]]


def test_a_plain_file_outside_of_any_tree(tmp_path: Path) -> None:
    (tmp_path / "f.c").write_text(DEFECT)
    done = reviewbot("check", "f.c", "--format", "json", cwd=tmp_path)
    assert done.code == 1
    assert found(done.out) == [("lock-balance", "f.c", 6)]
    data = json.loads(done.out)
    assert list(data) == ["schema", "findings", "not_analysed", "stats"]
    assert set(data["stats"]) == {"files", "functions", "seconds"}
    assert list(data["findings"][0]) == [
        "rule", "severity", "path", "line", "end_line", "column", "function", "message", "trace", "fix", "fingerprint",
    ]  # fmt: skip


def test_a_clean_file_and_exit_zero(tmp_path: Path) -> None:
    (tmp_path / "f.c").write_text(CLEAN)
    (tmp_path / "g.c").write_text(DEFECT)
    assert reviewbot("check", "f.c", cwd=tmp_path).code == 0
    assert reviewbot("check", "g.c", cwd=tmp_path).code == 1
    assert reviewbot("check", "g.c", "--exit-zero", cwd=tmp_path).code == 0
    assert reviewbot("check", "g.c", "--rule", "switch-fallthrough", cwd=tmp_path).code == 0


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "f.c").write_text("void f(void)\n{\n    if ( (( )\n        g(;\n}\n")
    done = reviewbot("check", "f.c", "--format", "json", cwd=tmp_path)
    assert [entry["path"] for entry in json.loads(done.out)["not_analysed"]] == ["f.c"]
    assert "not analysed" in reviewbot("check", "f.c", cwd=tmp_path).out


def test_a_folder_a_tree_and_a_bare_tree(mini: GitRepo, tmp_path: Path) -> None:
    bad = mini.commit({"xen/common/bad.c": DEFECT})
    expected = [("lock-balance", "xen/common/bad.c", 6)]
    assert found(reviewbot("check", "xen", "--format", "json", cwd=mini.path).out) == expected
    assert found(reviewbot("check", "--tree", mini.path, "--format", "json").out) == expected
    mini.git("clone", "-q", "--bare", str(mini.path), str(tmp_path / "bare.git"))
    assert found(reviewbot("check", "--tree", tmp_path / "bare.git", "--format", "json").out) == expected
    assert (
        found(reviewbot("check", "--commit", bad, "--tree", tmp_path / "bare.git", "--format", "json").out) == expected
    )


def test_commit_and_range_report_what_is_added_and_all_the_rest_on_demand(mini: GitRepo) -> None:
    mini.commit({"xen/common/bad.c": DEFECT})
    moved = mini.commit({"xen/common/bad.c": "/* moved down */\n\n" + DEFECT})
    json_ = ("--tree", mini.path, "--format", "json")
    assert found(reviewbot("check", "--commit", moved, *json_).out) == []
    assert found(reviewbot("check", "--commit", moved, "--all", *json_).out) == [
        ("lock-balance", "xen/common/bad.c", 8)
    ]
    assert found(reviewbot("check", "--range", "HEAD~2..HEAD", *json_).out) == [("lock-balance", "xen/common/bad.c", 8)]


def test_staged_reads_the_index(mini: GitRepo) -> None:
    mini.write({"xen/common/bad.c": DEFECT})
    mini.git("add", "-A")
    mini.write({"xen/common/bad.c": CLEAN})
    assert reviewbot("check", "--staged", cwd=mini.path).code == 1


@pytest.mark.parametrize(
    ("thread", "rules"),
    [
        ("mini-domctl.mbox", ["switch-fallthrough"]),
        ("mini-missing-check.mbox", ["xsm-check"]),
        ("mini-lock-leak.mbox", ["lock-balance", "switch-fallthrough"]),
    ],
)
def test_a_thread_is_judged_on_its_base_and_leaves_no_trace(mini: GitRepo, thread: str, rules: list[str]) -> None:
    before = mini.snapshot()
    done = reviewbot("check", "--thread", THREADS / thread, "--tree", mini.path, "--format", "json")
    assert (done.code, sorted(rule for rule, _, _ in found(done.out))) == (1, rules)
    assert mini.snapshot() == before


def test_other_formats_hold_the_same_findings(tmp_path: Path) -> None:
    (tmp_path / "f.c").write_text(DEFECT)
    sarif = json.loads(reviewbot("check", "f.c", "--format", "sarif", cwd=tmp_path).out)
    assert [r["ruleId"] for r in sarif["runs"][0]["results"]] == ["lock-balance"]
    assert (
        json.loads(reviewbot("check", "f.c", "--format", "gitlab", cwd=tmp_path).out)[0]["check_name"] == "lock-balance"
    )
    assert reviewbot("check", "f.c", "--format", "github", cwd=tmp_path).out.startswith("::error file=f.c,line=6,")


def test_jobs_do_not_change_the_report(mini: GitRepo) -> None:
    mini.commit({f"xen/common/bad{n}.c": DEFECT for n in range(4)})
    one, two = (json.loads(reviewbot("check", "--tree", mini.path, "--jobs", n, "--format", "json").out) for n in "12")
    assert one["findings"] == two["findings"]
    assert len(one["findings"]) == 4


def test_a_bug_costs_one_function_and_still_gives_code_4(tmp_path: Path) -> None:
    (tmp_path / "f.c").write_text(DEFECT + DEFECT.replace("void f", "void g"))
    program = (
        "import sys\n"
        "from reviewbot.analysis.locks import rule\n"
        "real = rule.build_flow\n"
        "def build(function, *more):\n"
        "    return real(function, *more) if function.name == 'g' else 1 // 0\n"
        "rule.build_flow = build\n"
        "from reviewbot.__main__ import main\n"
        "sys.exit(main(['check', 'f.c']))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "f.c:15:9: error: `&d->lock`" in done.stdout
    assert "f.c:1: not analysed: f(): internal error in lock-balance: ZeroDivisionError" in done.stdout
    assert "reviewbot: a bug in reviewbot: f.c: internal error in lock-balance" in done.stderr


def test_files_of_a_bare_repository_are_those_of_its_head(mini: GitRepo, tmp_path: Path) -> None:
    mini.commit({"xen/common/sub/bad.c": DEFECT, "xen/common/sub/notes.txt": "no C"})
    bare = tmp_path / "bare.git"
    mini.git("clone", "-q", "--bare", str(mini.path), str(bare))
    for name in ("xen/common/sub/bad.c", "xen/common/sub", "./xen/common/sub/"):
        done = reviewbot("check", name, "--tree", bare, "--format", "json", cwd=tmp_path)
        assert (done.code, found(done.out)) == (1, [("lock-balance", "xen/common/sub/bad.c", 6)])
    shown = reviewbot("switches", "xen/common/domctl.c", "--tree", bare, "--function", "do_domctl", cwd=tmp_path)
    assert shown.code == 0 and "do_domctl() switch" in shown.out
    gone = reviewbot("check", "xen/nosuch.c", "--tree", bare, cwd=tmp_path)
    assert (gone.code, gone.out) == (3, "") and "xen/nosuch.c: no such file or folder in" in gone.err
