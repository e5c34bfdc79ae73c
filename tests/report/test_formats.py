"""Each machine format says the same findings, in the shape that its reader documents."""

from __future__ import annotations

import io
import json
from pathlib import Path

from reviewbot.analysis import Finding, Report, Rule, Stats, TraceStep
from reviewbot.csource import NotAnalysed
from reviewbot.report import github, gitlab, sarif
from reviewbot.report import json as json_format
from reviewbot.report.terminal import Page
from reviewbot.report.text import check as check_text

FINDING = Finding(
    rule="lock-balance",
    severity="error",
    path="xen/common/a b.c",
    line=12,
    end_line=12,
    column=9,
    function="f",
    message="`&d->lock` is still held here: 100% wrong\nsecond line",
    trace=(TraceStep("xen/common/a b.c", 7, "taken here"),),
    fingerprint="f" * 32,
)
REPORT = Report((FINDING,), (NotAnalysed("x.c", "g", 3, "syntax error"),), Stats(2, 5, 0.25))
RULE = Rule("lock-balance", "lock-balance", "error", "locks are released", {}, Path())


def test_sarif_holds_rule_place_trace_and_gap() -> None:
    out = io.StringIO()
    sarif.write(out, REPORT, [RULE])
    log = json.loads(out.getvalue())
    run = log["runs"][0]
    result = run["results"][0]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "lock-balance"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "xen/common/a%20b.c"
    assert place["region"] == {"startLine": 12, "startColumn": 9}
    assert result["partialFingerprints"] == {"reviewbot/v1": "f" * 32}
    assert result["codeFlows"][0]["threadFlows"][0]["locations"][0]["location"]["message"]["text"] == "taken here"
    notice = run["invocations"][0]["toolExecutionNotifications"][0]
    assert notice["message"]["text"] == "not analysed: g: syntax error"


def test_github_escapes_what_would_end_the_command() -> None:
    out = io.StringIO()
    github.write(out, REPORT)
    first, second = out.getvalue().splitlines()
    assert first.startswith("::error file=xen/common/a b.c,line=12,endLine=12,col=9,title=lock-balance::")
    assert "100%25 wrong%0Asecond line%0A" in first
    assert second == "::notice file=x.c,line=3,title=not analysed::not analysed: g: syntax error"


def test_gitlab_is_the_documented_subset() -> None:
    out = io.StringIO()
    gitlab.write(out, REPORT)
    (row,) = json.loads(out.getvalue())
    assert row["check_name"] == "lock-balance"
    assert row["severity"] == "critical"
    assert row["location"] == {"path": "xen/common/a b.c", "lines": {"begin": 12, "end": 12}}


def test_gitlab_fingerprints_are_unique() -> None:
    out = io.StringIO()
    gitlab.write(out, Report((FINDING, FINDING)))
    rows = json.loads(out.getvalue())
    assert len({row["fingerprint"] for row in rows}) == 2


def test_json_has_the_schema_first_and_stray_bytes_stay_readable() -> None:
    out = io.StringIO()
    json_format.write(out, {"path": "caf\udce9.c"})
    assert json.loads(out.getvalue()) == {"schema": 1, "path": "caf\udce9.c"}
    assert out.getvalue().encode("utf-8")


def test_text_names_place_rule_trace_and_gap() -> None:
    out = io.StringIO()
    check_text.write(Page(out, {}), REPORT)
    assert out.getvalue().splitlines() == [
        "xen/common/a b.c:12:9: error: `&d->lock` is still held here: 100% wrong second line [lock-balance]",
        "    xen/common/a b.c:7: taken here",
        "x.c:3: not analysed: g(): syntax error",
    ]
    assert check_text.summary(REPORT) == "1 error; 2 files, 5 functions read, 1 not analysed, 0.2 s"
