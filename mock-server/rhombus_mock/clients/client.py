"""What the server may do to a client beside talking to it: stop its process, step its clock."""

from __future__ import annotations

from rhombus_mock.clients.faked_clock import FakedClock
from rhombus_mock.clients.processes import End, Suspensions, Unavailable, holders
from rhombus_mock.records.journal import Journal


class Client:
    """Whoever connects. `clock` is there where we started it with a clock that can be stepped."""

    def __init__(self, journal: Journal) -> None:
        self.clock: FakedClock | None = None
        self.clock_missing = "only the clock of a client that `rhombus-mock exec` started steps"
        self._journal = journal
        self._suspensions = Suspensions(self._continues)

    def suspend(self, ends: tuple[End, End], seconds: float) -> None:
        """Stops the process at the other end for so long. Raises Unavailable."""
        self._suspensions.stop(holders(*ends), seconds)

    def step_clock(self, seconds: float) -> None:
        """Its wall clock jumps. Raises Unavailable."""
        if self.clock is None:
            raise Unavailable(self.clock_missing)
        self.clock.step(seconds)
        self._journal.write(0, "tool", "clock.step", delta_ns=round(seconds * 1e9))

    def end(self) -> None:
        """What was stopped goes on."""
        self._suspensions.end()

    def _continues(self, pid: int) -> None:
        self._journal.write(0, "tool", "note", text=f"process {pid} goes on")
