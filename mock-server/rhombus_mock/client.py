"""What the server may do to a client beside talking to it: stop its process, step its clock."""

from __future__ import annotations

import os
from pathlib import Path

from rhombus_mock.journal import Journal
from rhombus_mock.processes import End, Suspensions, Unavailable, holders


class Client:
    """Whoever connects. Where nothing of ours started it, it has a clock that nobody can step."""

    def __init__(self, journal: Journal) -> None:
        self.clock: SteppedClock | None = None
        self._journal = journal
        self._suspensions = Suspensions(self._continues)

    def suspend(self, ends: tuple[End, End], seconds: float) -> None:
        """Stops the process at the other end for so long. Raises Unavailable."""
        self._suspensions.stop(holders(*ends), seconds)

    def step_clock(self, seconds: float) -> None:
        """Its wall clock jumps. Raises Unavailable."""
        if self.clock is None:
            raise Unavailable("only the clock of a client that `rhombus-mock exec` started steps")
        self.clock.step(seconds)
        self._journal.write(0, "tool", "clock.step", delta_ns=round(seconds * 1e9))

    def end(self) -> None:
        """What was stopped goes on."""
        self._suspensions.end()

    def _continues(self, pid: int) -> None:
        self._journal.write(0, "tool", "note", text=f"process {pid} goes on")


class SteppedClock:
    """The file that libfaketime reads its offset from; the host's clock is never touched."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._offset = 0.0
        self.step(0.0)

    def step(self, seconds: float) -> None:
        """The wall clock of who reads the file jumps by so much."""
        self._offset += seconds
        new = self.file.with_suffix(".new")
        new.write_text(f"{self._offset:+f}\n", "ascii")
        os.replace(new, self.file)
