"""What the doctor leaves: the JSON document, the text, the transcript, and how they fit."""

from __future__ import annotations

import functools
import json
import os
import pty
import re
import select
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cases import HEALTHY, Case, Cases, every_fault
from doctor import PROGRAM, ROOT, Doctor, environment
from jsonschema.protocols import Validator

CONTRACT_ORDER = [
    "config",
    "dns",
    "tcp",
    "proxy",
    "tls",
    "rest-token",
    "ws-handshake",
    "stomp-connected",
    "subscribe",
    "topic-delivery",
    "heartbeat",
    "stability",
    "events",
    "goodbye",
]


@functools.cache
def schema(name: str) -> Validator:
    content = json.loads((ROOT / "docs" / "schema" / f"{name}.schema.json").read_text())
    kind: Any = jsonschema.Draft202012Validator
    kind.check_schema(content)
    made: Validator = kind(content)
    return made


def broken(name: str, value: Any) -> list[str]:
    """Where it differs from its schema."""
    return [f"{one.json_path}: {one.message}" for one in schema(name).iter_errors(value)]


def read_transcript(lines: list[str]) -> list[Any]:
    """Its records; each is checked, as are its first, its last and their numbers."""
    records = [json.loads(line) for line in lines]
    # A rule of the schema for each kind makes it slow: one record of a kind and of a set of members
    # stands for all.
    shapes = {(one["kind"], *one): one for one in records}
    assert [broken("transcript", one) for one in shapes.values()] == [[]] * len(shapes)
    assert [one["n"] for one in records] == list(range(len(records)))
    assert records[0]["kind"] == "header"
    assert [one["kind"] for one in records].count("end") == 1
    assert (records[-1]["kind"], records[-1]["records"]) == ("end", len(records))
    return records


def cited(report: Any) -> set[int]:
    """Numbers of evidence that findings and verdict rest on."""
    verdict = report["verdict"]
    numbers = {*verdict["because"], *(one["by"] for one in verdict["ruled_out"])}
    for check in report["checks"]:
        for finding in check["findings"]:
            numbers |= set(finding["evidence"])
    return numbers


def assert_holds_together(report: Any, records: list[Any]) -> None:
    """One report with its transcript."""
    assert broken("doctor-report", report) == []
    places = [CONTRACT_ORDER.index(check["id"]) for check in report["checks"]]
    assert places == sorted(set(places))
    evidence = [one for check in report["checks"] for one in check["evidence"]]
    assert [one["n"] for one in evidence] == list(range(1, len(evidence) + 1))
    assert cited(report) <= {one["n"] for one in evidence}
    assert {n for one in evidence for n in one["records"]} <= {one["n"] for one in records}
    for check in report["checks"]:
        for finding in check["findings"]:
            assert finding["evidence"], finding


# ---- JSON and transcript ------------------------------------------------------------------------


@pytest.mark.parametrize("case", every_fault(), ids=str)
def test_report_and_transcript_hold_together(cases: Cases, case: Case) -> None:
    done = cases.done(case)

    assert_holds_together(done.report, read_transcript(done.transcript))
    assert done.report["target"]["demo"] is True
    assert (done.report["run"]["complete"], done.report["run"]["interrupted"]) == (True, None)
    assert done.outcome.stderr == ""


HEALTHY_CASE = Case(code=HEALTHY)


@pytest.mark.parametrize("case", [HEALTHY_CASE], ids=str)
def test_a_healthy_run_passes_every_check(cases: Cases, case: Case) -> None:
    done = cases.done(case)

    assert {one["status"] for one in done.report["checks"]} == {"pass"}
    assert [one["id"] for one in done.report["checks"]] == [
        "config", "dns", "tcp", "tls", "rest-token", "ws-handshake", "stomp-connected", "subscribe",
        "topic-delivery", "heartbeat", "events", "goodbye",
    ]  # fmt: skip
    assert done.report["verdict"]["status"] == "healthy"
    assert done.report["verdict"]["fix"] == []
    assert_holds_together(done.report, read_transcript(done.transcript))


def test_a_missing_key_is_a_whole_report(doctor: Doctor) -> None:
    log = doctor.place / "log"
    done = doctor.run("--format", "json", "--log", str(log))

    assert_holds_together(done.report, read_transcript(log.read_text().splitlines()))
    assert done.report["verdict"]["code"] == "CFG-NOKEY"
    assert done.report["target"]["demo"] is False
    skipped = [one["status"] for one in done.report["checks"][1:]]
    assert skipped == ["skip"] * len(skipped)
    assert (done.exit_code, done.stderr) == (2, "")


def test_output_gets_what_standard_output_would(doctor: Doctor) -> None:
    output = doctor.place / "report.json"
    demo = ["--demo", "--fault", "F-005", "--format", "json"]
    done = doctor.run(*demo, "--output", str(output))

    assert (done.stdout, done.stderr, done.exit_code) == ("", "", 10)
    assert broken("doctor-report", json.loads(output.read_text())) == []
    assert sorted(one.name for one in doctor.place.iterdir()) == ["home", "report.json"]


# ---- signals ------------------------------------------------------------------------------------

# Where a run stands, and the record that shows it.
STATES = [
    ("subscribed", "ws.frame", "SUBSCRIBE", []),
    ("connecting", "tcp.connecting", "", ["--fault", "F-006"]),
    ("securing", "tcp.connected", "", ["--fault", "F-009"]),
    ("securing REST", "tcp.connected", "", ["--fault", "F-009:host=rest"]),
    ("upgrading", "http.request", '"upgrade"', ["--fault", "F-218"]),
    ("greeting", "ws.frame", "CONNECT", ["--fault", "F-451"]),
]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("kind", "text", "fault"), [row[1:] for row in STATES], ids=[row[0] for row in STATES]
)
def test_a_signal_ends_the_run_with_a_valid_report(
    doctor: Doctor, number: signal.Signals, kind: str, text: str, fault: list[str]
) -> None:
    with doctor.started("--demo", *fault, "--format", "json") as running:
        running.until_logged(kind, text)
        assert running.signalled(number) < 5
        done = running.outcome()
        records = read_transcript(running.log.read_text().splitlines())

    assert_holds_together(done.report, records)
    run = done.report["run"]
    assert (run["complete"], run["interrupted"]) == (False, number.value)
    assert (done.exit_code, done.report["exit_code"]) == (128 + number, 128 + number)
    assert done.report["verdict"]["status"] != "healthy", "nothing was proved"


def test_a_signal_does_not_take_back_what_was_found(doctor: Doctor) -> None:
    # REST refuses; the stream goes on being watched.
    with doctor.started("--demo", "--fault", "F-152/rest", "--fault", "F-451", "--format", "json"
                        ) as running:  # fmt: skip
        running.until_logged("ws.frame", "CONNECT")
        running.signalled(signal.SIGINT)
        done = running.outcome()

    assert done.exit_code == 130
    assert done.report["run"]["complete"] is False
    assert done.report["verdict"]["code"] == "AUTH-REFUSED"


def test_expect_is_not_met_by_a_signal(doctor: Doctor) -> None:
    with doctor.started("--demo", "--expect", "SUB-QUIET", "--format", "json") as running:
        running.until_logged("ws.frame", "SUBSCRIBE")
        running.signalled(signal.SIGTERM)
        assert running.outcome().exit_code == 143


# ---- text ---------------------------------------------------------------------------------------


def test_the_demo_says_so_first_and_last(doctor: Doctor) -> None:
    for more in ([], ["-v"], ["-vv"]):
        lines = doctor.run("--demo", "--fault", "F-005", *more).stdout.splitlines()
        assert (lines[0].split(":")[0], lines[-1]) == ("DEMO", "DEMO")


def test_piped_text_has_no_colours_and_no_progress(doctor: Doctor) -> None:
    done = doctor.run("--demo", "--fault", "F-451", TERM="xterm")

    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout
    assert done.stderr == ""


def test_marks_are_ascii_where_the_locale_is(doctor: Doctor) -> None:
    words = ["--demo", "--fault", "F-005"]
    plain = doctor.run(*words, LC_ALL="C")
    assert plain.stdout.isascii()
    assert re.search(r"^  ok config ", plain.stdout, re.MULTILINE)
    assert re.search(r"^  XX tcp .*NET-REJECT", plain.stdout, re.MULTILINE)
    assert re.search(r"^  -- ws-handshake ", plain.stdout, re.MULTILINE)
    wide = doctor.run(*words, LC_ALL="C.UTF-8")
    assert re.search(r"^  ✗ tcp .*NET-REJECT", wide.stdout, re.MULTILINE)
    posix = doctor.run(*words, LC_ALL="", LANG="POSIX")
    assert posix.stdout.isascii()


def test_text_and_json_say_the_same(doctor: Doctor) -> None:
    words = ["--demo", "--fault", "F-158"]
    text, report = doctor.run(*words).stdout, doctor.run(*words, "--format", "json").report
    verdict = report["verdict"]
    flat = " ".join(text.split())
    assert f"{verdict['code']} ({verdict['certainty']})" in flat
    assert verdict["message"] in flat
    assert [one for one in verdict["fix"] if one not in flat] == []


def test_quiet_is_the_verdict_only(doctor: Doctor) -> None:
    text = doctor.run("--demo", "--fault", "F-005", "--quiet").stdout
    lines = text.splitlines()
    assert lines[0].startswith("DEMO")
    assert lines[1] == "NET-REJECT (confirmed)"
    assert lines[-1] == "DEMO"
    assert "stomp-connected" not in text


# ---- on a terminal ------------------------------------------------------------------------------


class Terminal:
    """A pseudo-terminal; what is written to it is gathered until its last writer is gone."""

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        self._octets = bytearray()
        self._reader = threading.Thread(target=self._gather)
        self._reader.start()

    def _gather(self) -> None:
        while True:
            try:
                select.select([self._ours], [], [])
                octets = os.read(self._ours, 65536)
            except OSError:  # EIO: no writer is left
                return
            self._octets += octets

    def text(self) -> str:
        """All of it. The last copy of `theirs` must have been closed."""
        os.close(self.theirs)
        self._reader.join(20)
        os.close(self._ours)
        return self._octets.decode()


def on_terminal(doctor: Doctor, *words: str, **variables: str) -> str:
    """What a person sees: both streams on one terminal."""
    terminal = Terminal()
    subprocess.run(
        [PROGRAM, *words],
        env=environment(doctor.home, {"TERM": "xterm", **variables}),
        stdin=subprocess.DEVNULL,
        stdout=terminal.theirs,
        stderr=terminal.theirs,
        timeout=60,
        check=False,
    )
    return terminal.text()


COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def test_a_terminal_gets_colours_and_progress(doctor: Doctor) -> None:
    seen = on_terminal(doctor, "--demo", "--fault", "F-451")

    assert COLOURS.search(seen)
    assert re.search(r"\r\x1b\[K  stomp-connected +\S.*  [1-9] s", seen), "no progress"
    # The line of progress is gone before the report comes.
    assert "\r\x1b[K" in seen[: seen.index("DEMO")][-8:] or seen.startswith("DEMO")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_a_terminal_gets_no_colours_where_none_are_wanted(
    doctor: Doctor, variables: dict[str, str]
) -> None:
    seen = on_terminal(doctor, "--demo", "--fault", "F-005", **variables)

    assert not COLOURS.search(seen)
    assert "NET-REJECT" in seen
    if "TERM" in variables:
        assert "\x1b" not in seen


def test_an_empty_no_color_counts_as_none(doctor: Doctor) -> None:
    assert COLOURS.search(on_terminal(doctor, "--demo", "--fault", "F-005", NO_COLOR=""))


def test_quiet_shows_no_progress(doctor: Doctor) -> None:
    seen = on_terminal(doctor, "--demo", "--fault", "F-005", "--quiet", NO_COLOR="1")
    assert "\x1b" not in seen


def test_a_piped_report_keeps_its_progress_on_the_terminal(doctor: Doctor, tmp_path: Path) -> None:
    terminal = Terminal()
    done = subprocess.run(
        [PROGRAM, "--demo", "--fault", "F-451", "--format", "json"],
        env=environment(doctor.home, {"TERM": "xterm"}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=terminal.theirs,
        timeout=60,
        check=False,
    )
    assert "stomp-connected" in terminal.text()
    assert broken("doctor-report", json.loads(done.stdout)) == []
