"""The doctor as its users start it, with nothing of the caller's own account around it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[3]
PROGRAM = os.environ.get("RHOMBUS_DOCTOR", str(ROOT / "build/dev/tools/doctor/rhombus-doctor"))
MOCK = os.environ.get("RHOMBUS_MOCK", str(ROOT / "build/venv/bin/rhombus-mock"))
LIMIT_S = 100.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    exit_code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> Any:
        """The JSON document on standard output; anything beside it is an error."""
        return json.loads(self.stdout)


class TookTooLong(Exception):
    """What was waited for did not come within its bound."""


def environment(home: Path, variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """All that a process of ours inherits; its home and temporary files are the test's own."""
    temporary = home / "tmp"
    temporary.mkdir(exist_ok=True)
    return {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "RHOMBUS_MOCK": MOCK,
        **(variables or {}),
    }


def until(condition: Callable[[], bool], what: str, limit_s: float = 60.0) -> None:
    """Returns as soon as the condition holds. Raises TookTooLong."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise TookTooLong(what)
        time.sleep(0.02)


class Running:
    """A process of the doctor; ended, if it still runs, when its block is left."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log

    def logged(self) -> list[Any]:
        """The records of its transcript so far."""
        if not self.log.exists():
            return []
        whole = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def until_logged(self, kind: str, text: str = "") -> None:
        """Waits for a record of that kind, with that text in it."""

        def seen() -> bool:
            assert self.process.poll() is None, self.process.communicate()
            return any(
                one["kind"] == kind and text in json.dumps(one, ensure_ascii=False)
                for one in self.logged()
            )

        until(seen, f"{kind} {text}")

    def line(self) -> str:
        """Its next line on standard output, the LF cut off."""
        stream: IO[str] | None = self.process.stdout
        assert stream is not None
        text = stream.readline()
        assert text.endswith("\n"), self.process.communicate()
        return text[:-1]

    def signalled(self, number: signal.Signals) -> float:
        """Sends the signal and waits for the end. @returns the seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(LIMIT_S)
        return time.monotonic() - begun

    def outcome(self) -> Outcome:
        """Waits for its end."""
        stdout, stderr = self.process.communicate(timeout=LIMIT_S)
        return Outcome(exit_code=self.process.returncode, stdout=stdout, stderr=stderr)


class Doctor:
    """Runs the doctor with one home folder; `place` is for what it writes."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.home = place / "home"
        self.home.mkdir(exist_ok=True)

    def run(self, *arguments: str, **variables: str) -> Outcome:
        """Runs it to its end; variables are added to its environment."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            env=environment(self.home, variables),
            cwd=self.place,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        return Outcome(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    @contextmanager
    def started(self, *arguments: str, **variables: str) -> Iterator[Running]:
        """Starts it, with a transcript."""
        log = self.place / "log.jsonl"
        process = subprocess.Popen(
            [PROGRAM, *arguments, "--log", str(log)],
            env=environment(self.home, variables),
            cwd=self.place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield Running(process, log)
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def store(self, name: str, text: str | bytes) -> Path:
        """Writes a file below ~/.rhombus."""
        file = self.home / ".rhombus" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file


@dataclass(frozen=True, kw_only=True)
class Service:
    """A mock server of the test's own."""

    rest_url: str
    ws_url: str
    ca_file: str
    api_key: str
    org: str
    control_url: str
    journal: Path
    key_file: Path

    def target(self, *, key_file: Path | None = None) -> list[str]:
        """The doctor's flags that lead to it."""
        hosts = ["--api-url", self.rest_url, "--ws-url", self.ws_url, "--ca-file", self.ca_file]
        return [*hosts, "--api-key-file", str(key_file or self.key_file)]

    def records(self) -> list[Any]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()]


@contextmanager
def serving(folder: Path, *arguments: str, key: str = "") -> Iterator[Service]:
    """rhombus-mock until the end of the block; with a key it is told which one is good."""
    journal, key_file = folder / "journal.jsonl", folder / "key"
    given = ["--journal", str(journal), *arguments]
    if key:
        key_file.write_text(key + "\n")
        given += ["--api-key-file", str(key_file)]
    process = subprocess.Popen(
        [MOCK, "--ready", "json", "--until-eof", *given],
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, process.wait(LIMIT_S)
        ready = json.loads(line)
        key_file.write_text(ready["api_key"] + "\n")
        names = ("rest_url", "ws_url", "ca_file", "api_key", "org", "control_url")
        yield Service(**{name: ready[name] for name in names}, journal=journal, key_file=key_file)
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def processes_of(home: Path) -> dict[int, str]:
    """Command lines of what runs with this home folder, or one below it, by process."""
    mark = f"HOME={home}".encode()
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes():
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(entry.name)] = words.decode(errors="replace")
        except OSError:
            continue
    return found
