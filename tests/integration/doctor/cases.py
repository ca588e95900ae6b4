"""One diagnosis with a fault or habit of the mock server; all of them run side by side."""

from __future__ import annotations

import functools
import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doctor import MOCK, Doctor, Outcome, serving

# Nearly all of a run is waiting.
AT_ONCE = 36
HEALTHY = "healthy"


@dataclass(frozen=True, kw_only=True)
class Case:
    """Faults go to --demo; with `server` a mock server of our own gets those arguments."""

    code: str
    """The verdict it must give, or `healthy`."""
    faults: tuple[str, ...] = ()
    server: tuple[str, ...] | None = None
    arguments: tuple[str, ...] = ()
    key: str = ""
    """Given in place of the server's own."""
    expects: bool = False
    """With --expect CODE."""

    def __str__(self) -> str:
        words = [*self.faults, *(self.server or ()), *self.arguments, *self.key.split()]
        return " ".join(words or ["no fault"])


@dataclass(frozen=True, kw_only=True)
class Done:
    outcome: Outcome
    transcript: list[str] = field(repr=False)
    """Its lines."""

    @property
    def report(self) -> Any:
        return self.outcome.report


def carry_out(case: Case, place: Path) -> Done:
    """Runs one case in a folder of its own."""
    place.mkdir()
    doctor = Doctor(place)
    log = place / "log.jsonl"
    words = [*case.arguments, "--format", "json", "--log", str(log)]
    if case.expects and case.code != HEALTHY:
        words += ["--expect", case.code]
    own_key = place / "own-key"
    own_key.write_text(case.key + "\n")
    if case.server is None:
        words += ["--api-key-file", str(own_key)] if case.key else []
        faults = [word for fault in case.faults for word in ("--fault", fault)]
        outcome = doctor.run("--demo", *faults, *words)
    else:
        with serving(place, *case.server) as service:
            target = service.target(key_file=own_key if case.key else None)
            outcome = doctor.run(*target, *words)
    assert log.exists(), outcome
    return Done(outcome=outcome, transcript=log.read_text().splitlines())


class Cases:
    """Begins each case once, however many tests look at it."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._begun: dict[Case, Future[Done]] = {}

    def begin(self, case: Case) -> Future[Done]:
        if case not in self._begun:
            place = self._place / str(len(self._begun))
            self._begun[case] = self._pool.submit(carry_out, case, place)
        return self._begun[case]

    def done(self, case: Case) -> Done:
        """Waits for its end."""
        return self.begin(case).result()

    def stop(self) -> None:
        """Ends what has not begun; waits for the rest, which is bounded."""
        self._pool.shutdown(cancel_futures=True)


@functools.cache
def catalogue() -> list[Any]:
    """The mock server's own list of faults."""
    printed = subprocess.run(
        [MOCK, "--list-faults", "--format", "json"], capture_output=True, text=True, check=True
    )
    faults: list[Any] = json.loads(printed.stdout)["faults"]
    return faults


def takes_long(case: Case) -> bool:
    """What the doctor waits for longer than it does in a healthy run."""
    return case.code in ("HB-SERVER", "SUB-QUIET") or case.faults[:1] == ("F-510/30000-20000",)


LATER: dict[str, str] = json.loads(Path(__file__).with_name("later.json").read_text("utf-8"))
"""By spelling of the fault: what a live run names today in place of the catalogue's code."""


@functools.cache
def every_fault() -> list[Case]:
    """One case for each variant, and for each fault that has none; not those no run can show."""
    return [case for case in _every_fault() if case.code != "n/a"]


def _every_fault() -> Iterator[Case]:
    for fault in catalogue():
        for variant in fault["variants"]:
            spelling = f"{fault['id']}/{variant['name']}"
            yield Case(faults=(spelling,), code=variant["doctor"], expects=True)
        if not fault["variants"]:
            yield Case(faults=(fault["id"],), code=fault["doctor"], expects=True)
