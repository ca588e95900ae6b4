"""What the programs of docs/use-the-library.md print, built as a user builds them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import MOCK, run


@contextmanager
def mock_server(*words: str) -> Iterator[dict[str, Any]]:
    """The ready line of a mock server, which has ended when this has."""
    with subprocess.Popen(
        [MOCK, "--ready", "json", "--until-eof", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())
        server.communicate(timeout=30)


@pytest.fixture(scope="session")
def watched(
    examples: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[str], str, int, Path]:
    """Three lines of watch_events, its errors and exit code, and the server's journal of it."""
    journal = tmp_path_factory.mktemp("watched") / "journal.jsonl"
    with mock_server("--events", "20/s", "--journal", str(journal)) as ready:
        program = subprocess.Popen(
            [examples / "watch_events", ready["ws_url"], ready["org"], ready["ca_file"]],
            env={**os.environ, "RHOMBUS_API_KEY": ready["api_key"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(3)]
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=30)
    return lines, errors, program.returncode, journal


def test_a_log_without_faults(examples: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"CONNECTED\nversion:1.2\n\n\0\n\nMESSAGE\nsubscription:0\n\nhello\0")
    done = run(examples / "parse_log", log)
    assert done.stdout == (
        "0: CONNECTED, headers: 1, octets of body: 0\n26: MESSAGE, headers: 1, octets of body: 5\n"
    )
    assert done.returncode == 0


def test_a_log_that_breaks_rules_is_read_to_its_end(examples: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"MESSAGE\nkey:a\\x\n\none\0\x1b[2J\n\n\0RECEIPT\nreceipt-id:7\n\n\0")
    done = run(examples / "parse_log", log)
    assert done.returncode == 1
    assert done.stdout == (
        "0: MESSAGE, headers: 1, octets of body: 3\n"
        '  octet 13: expected an escape: \\\\, \\c, \\n or \\r, got "\\x"\n'
        "21: \\x1B[2J, headers: 0, octets of body: 0\n"
        '  octet 21: expected a command of this side, in upper case, got "<1B>[2J"\n'
        "28: RECEIPT, headers: 1, octets of body: 0\n"
    )


def test_events_are_shown_until_the_interrupt(
    watched: tuple[list[str], str, int, Path],
) -> None:
    lines, errors, code, _ = watched
    assert [line.split(" ", 1)[1][:10] for line in lines] == ['{"entity":'] * 3
    assert errors == "ended: goodbye\n"
    assert code == 0


def test_a_wrong_key_is_refused(examples: Path) -> None:
    with mock_server() as ready:
        done = subprocess.run(
            [examples / "watch_events", ready["ws_url"], ready["org"], ready["ca_file"]],
            env={**os.environ, "RHOMBUS_API_KEY": "not-the-key-of-this-server"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("not connected: ")


def test_the_watcher_breaks_no_requirement(
    examples: Path, watched: tuple[list[str], str, int, Path]
) -> None:
    done = run(examples / "judge_transcript", watched[3])
    assert (done.stderr, done.returncode) == ("", 0)
    assert "pass R-132 " in done.stdout


def test_a_client_that_does_not_mask_breaks_one(
    examples: Path, watched: tuple[list[str], str, int, Path], tmp_path: Path
) -> None:
    transcript = tmp_path / "transcript.jsonl"
    with watched[3].open() as good, transcript.open("w") as bad:
        for line in good:
            record = json.loads(line)
            if record["kind"] == "ws.frame" and record["from"] == "client":
                record["mask"] = None
            bad.write(json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n")
    done = run(examples / "judge_transcript", transcript)
    assert done.returncode == 1
    assert [line[:10] for line in done.stdout.splitlines() if "fail" in line[:4]] == ["fail R-151"]


@pytest.mark.parametrize("program", ["parse_log", "watch_events", "judge_transcript"])
def test_wrong_usage_is_told(examples: Path, program: str) -> None:
    done = run(examples / program)
    assert done.returncode == 2
    assert "usage: " in done.stderr
