"""`rhombus-mock lint`: the exact text for each mistake, and the JSON for the runner."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhombus_mock.script import check, expression, octets, reading
from rhombus_mock.script.lint import lint_command

DATA = Path(__file__).parent / "data"
TEXTS = {
    "unknown-key": "10: unknown key 'untill' in steps[2].hold; did you mean 'until'?",
    "unknown-key-at-the-top": "5: unknown key 'fault'; did you mean 'faults'?",
    "unknown-step": "8: unknown key 'recieve' in steps[0]",
    "duplicate-key": "5: the key 'title' stands here twice",
    "double-quoted-octets": "8: 'raw' holds octets in double quotes: YAML would decode the "
    "escapes; use single quotes",
    "unknown-escape": "8: '\\t' is no escape; there are \\0 \\n \\r \\\\ \\xNN",
    "anchor": "5: anchors and aliases are not part of the format",
    "unknown-fault": "5: unknown fault 'F-5012'; did you mean 'F-512'?",
    "unknown-fault-parameter": "8: F-366 has no parameter 'fro'; did you mean 'for'?",
    "fault-of-the-port-as-step": "8: F-005 must be there before the port is: list it under "
    "'faults'",
    "unknown-habit": "5: unknown key 'heartbeat' in server; did you mean 'heart_beat'?",
    "bad-habit-value": "5: habit account is one of organization, partner; not 'reseller'",
    "never-saved": "9: nothing was saved as 'topc' in steps[1]; did you mean 'topic'?",
    "two-steps-in-one": "8: exactly one key is expected in steps[0]",
    "bad-duration": "8: '5 parsecs' is neither a duration such as 10s nor a multiple such as "
    "2 * hb.server",
    "unknown-label": "8: no fault step is called 'mte' in expect[0]; did you mean 'mute'?",
    "no-requirement": "1: names no requirement in 'expect'",
    "missing-title": "1: 'title' is missing",
    "wrong-type": "7: 'steps' is a list; not \"none\"",
    "yaml-1.1-words": "4: 'seed' is an integer; not \"0x10\"",
    "broken-yaml": "3: expected ',' or ']', but got '<stream end>'",
}


@pytest.mark.parametrize("name", TEXTS)
def test_mistakes_are_named_with_file_and_line(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = DATA / f"{name}.yaml"
    assert lint_command([str(file)]) == 2
    assert capsys.readouterr().out.splitlines()[0] == f"{file}:{TEXTS[name]}"


def test_each_file_of_the_folder_is_used() -> None:
    assert {file.stem for file in DATA.glob("*.yaml")} == {*TEXTS, "good"}


def test_the_runner_reads_this(capsys: pytest.CaptureFixture[str]) -> None:
    bad, good = DATA / "no-requirement.yaml", DATA / "good.yaml"
    assert lint_command(["--format", "json", str(bad), str(good)]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told[0]["ok"] is False
    assert told[0]["errors"] == [
        {"file": str(bad), "line": 1, "message": "names no requirement in 'expect'"}
    ]
    assert told[1] == {
        "file": str(good),
        "ok": True,
        "errors": [],
        "warnings": [],
        "id": "a/b",
        "title": "t",
        "guide": "unable-to-connect",
        "tags": ["smoke"],
        "faults": ["F-403"],
        "framing": ["whole", "binary"],
        "hb": "10000,10000",
        "seed": 3,
        "requirements": ["R-409"],
    }


def test_the_id_is_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "scenarios" / "a"
    folder.mkdir(parents=True)
    for name in ("b", "c"):
        (folder / f"{name}.yaml").write_text((DATA / "good.yaml").read_text())
    assert lint_command([str(folder / "b.yaml")]) == 0
    assert lint_command([str(folder / "c.yaml")]) == 2
    assert "1: the id is 'a/b', the file's place says 'a/c'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("0o17", "0o17"),
        ("1.5", "1.5"),
        ("~", "~"),
        ("null", "null"),
        ("2024-01-01", "2024-01-01"),
        ("true", True),
        ("'true'", "true"),
        ("-7", -7),
        ("007", 7),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_a_plain_scalar_has_one_reading(text: str, value: object) -> None:
    assert reading.read(f"key: {text}").value == {"key": value}


def test_octets_are_ours_to_decode() -> None:
    assert octets.octets("a\\0\\n\\r\\\\\\xC3ü") == b"a\0\n\r\\\xc3\xc3\xbc"


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        document = reading.read(text)
    except reading.Unreadable:
        return
    check.problems(document)


def test_expressions() -> None:
    assert expression.parse("7 * hb.server + 60s") == expression.Expression(60.0, server=7.0)
    assert expression.parse("hb.client") == expression.Expression(0.0, client=1.0)
