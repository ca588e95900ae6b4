"""F-0xx: names, ports and the TCP stream."""

from __future__ import annotations

from rhombus_mock.actions import Action, BlackHole, Fin, Reset
from rhombus_mock.faults.fault import Fault, Mood
from rhombus_mock.situation import Situation


class NameMissing(Fault):
    """F-001"""

    begins = "listening"

    def host_name(self) -> str | None:
        return "no-such-name.invalid"


class Refused(Fault):
    """F-005"""

    begins = "listening"

    def mood(self) -> Mood:
        return "refusing"


class Swallowed(Fault):
    """F-006, F-010"""

    begins = "listening"

    def mood(self) -> Mood:
        return "swallowing"


class EndedAtOnce(Fault):
    """F-007"""

    def accepted(self, now: Situation) -> list[Action] | None:
        return [Fin() if self.variant == "fin" else Reset()]


class Silence(Fault):
    """F-009"""

    def accepted(self, now: Situation) -> list[Action] | None:
        return [BlackHole()]


class Slices(Fault):
    """F-011"""

    def slices(self) -> int:
        return self.number("octets")

    def begin(self, now: Situation) -> list[Action] | None:
        return []


class ResetInStream(Fault):
    """F-012"""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [Reset()]


class FinInStream(Fault):
    """F-013"""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [Fin()]


class BlackHoleInStream(Fault):
    """F-014"""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [BlackHole()]


FAULTS: dict[str, type[Fault]] = {
    "F-001": NameMissing,
    "F-005": Refused,
    "F-006": Swallowed,
    "F-007": EndedAtOnce,
    "F-009": Silence,
    "F-010": Swallowed,
    "F-011": Slices,
    "F-012": ResetInStream,
    "F-013": FinInStream,
    "F-014": BlackHoleInStream,
}
