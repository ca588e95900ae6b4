"""Armed faults on a connection, and the receipts that prove what was injected."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, field

from rhombus_mock.actions import State
from rhombus_mock.faults.catalogue import Spec
from rhombus_mock.faults.fault import Fault
from rhombus_mock.records.journal import Journal


@dataclass
class Arming:
    """A fault armed in a scenario; counts over all its connections."""

    spec: Spec
    label: str | None = None
    """The step's own name for it, `as:` in a scenario file."""
    fired: int = 0
    disarmed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """By which it can be named."""
        return (self.spec.id, self.spec.name, *([self.label] if self.label else ()))

    @property
    def parameters(self) -> dict[str, str]:
        """As records show them."""
        given = dict(self.spec.given)
        return {**given, "as": self.label} if self.label else given


@dataclass
class Live:
    """A fault on one connection."""

    arming: Arming
    fault: Fault
    waiting: bool = True
    """Its state has not been reached."""
    active: bool = False
    fired: int = 0
    frames_left: int = 0
    events_left: int = 0
    due_at: float = 0.0
    """When it was last to be asked, in seconds of the loop's clock."""
    going: Injection | None = None
    """Of a continuous fault: what it did after the first time."""

    def ready(self) -> bool:
        """Whether it may be injected now."""
        return self.active and (self.going is not None or not self.exhausted())

    def exhausted(self) -> bool:
        """Whether `times`, or its own limit per connection, is reached, or it was disarmed."""
        if self.arming.disarmed:
            return True
        times, limit = self.arming.spec.times, self.fault.per_connection
        all_told = times is not None and self.arming.fired >= times
        return all_told or (limit is not None and self.fired >= limit)

    def fire(self) -> None:
        """Counts one injection."""
        self.fired += 1
        self.arming.fired += 1


@dataclass(eq=False)
class Injection:
    """Collects what one injection wrote."""

    arming: Arming
    state: State
    octets: int = 0
    at: int | None = None
    times: int = 0
    """How often something was injected with it."""
    unavailable: str = ""
    """Why nothing could be injected: then there is no receipt."""
    delayed: int = 0
    """How many of its actions wait for their time; the receipt waits for them."""
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    def wrote(self, octets: bytes, at: int) -> None:
        """Octets of the fault went out at that offset of the connection."""
        self.octets += len(octets)
        self._hash.update(octets)
        if self.at is None:
            self.at = at

    def receipt(self, journal: Journal, conn: int, written: int) -> None:
        """Writes the receipt; `written` is the offset where nothing of it was octets."""
        if self.unavailable:
            text = f"{self.arming.spec.name} unavailable: {self.unavailable}"
            journal.write(conn, "tool", "note", text=text)
            print(f"rhombus-mock: {text}", file=sys.stderr, flush=True)
            return
        journal.write(
            conn,
            "tool",
            "fault.injected",
            fault=self.arming.spec.name,
            parameters=self.arming.parameters,
            octets=self.octets,
            sha256=self._hash.hexdigest(),
            at=written if self.at is None else self.at,
            state=self.state,
        )


def armed(journal: Journal, conn: int, arming: Arming) -> None:
    """Notes that a fault is armed."""
    journal.write(conn, "tool", "fault.armed", fault=arming.spec.name, parameters=arming.parameters)
