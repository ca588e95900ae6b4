"""F-0xx: names, ports and the TCP stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rhombus_mock.actions import (
    Action,
    BlackHole,
    CutWrites,
    Fin,
    Reset,
    StopReading,
    Swallow,
    Utterance,
)
from rhombus_mock.faults.fault import Fault, InStream, Mood, Need
from rhombus_mock.faults.situation import Situation
from rhombus_mock.wire.lane import SlowLink
from rhombus_mock.wire.names import LookUp, Resolution


class NameMissing(Fault):
    """F-001"""

    begins = "listening"

    def host_name(self) -> str | None:
        return "no-such-name.invalid"


class Named(Fault):
    """The host goes by a name that the scenario's resolver answers for."""

    begins = "listening"
    services = frozenset({"resolver"})
    needs: ClassVar[tuple[Need, ...]] = ("resolver-port",)


class ResolverSilent(Named):
    """F-002"""

    def looked_up(self, look_up: LookUp) -> Resolution | None:
        return Resolution(None) if look_up.since_first < self.seconds("silence") else None


class AddressChanges(Named):
    """F-003: 127.0.0.1, 127.0.0.2 and so on, in turns."""

    def addresses(self) -> Mapping[str, Mood]:
        return dict.fromkeys(self._addresses()[1:], "open")

    def looked_up(self, look_up: LookUp) -> Resolution | None:
        if look_up.kind == "AAAA":
            return None
        addresses = self._addresses()
        return Resolution((addresses[(look_up.number - 1) % len(addresses)],))

    def _addresses(self) -> list[str]:
        return [f"127.0.0.{last + 1}" for last in range(min(254, self.number("addresses")))]


class BlackHoleOverIPv6(Named):
    """F-004"""

    needs = ("resolver-port", "ipv6-loopback")

    def addresses(self) -> Mapping[str, Mood]:
        return {"::1": "swallowing"}

    def looked_up(self, look_up: LookUp) -> Resolution | None:
        return Resolution(("::1",)) if look_up.kind == "AAAA" else None


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

    def begin(self, now: Situation) -> list[Action] | None:
        return [CutWrites(self.number("octets"))]


class ResetInStream(InStream):
    """F-012"""

    def begin(self, now: Situation) -> list[Action] | None:
        return [Reset()]


class FinInStream(InStream):
    """F-013"""

    def begin(self, now: Situation) -> list[Action] | None:
        return [Fin()]


class BlackHoleInStream(InStream):
    """F-014"""

    def begin(self, now: Situation) -> list[Action] | None:
        return [BlackHole()]


class HalfClosed(InStream):
    """F-015"""

    def begin(self, now: Situation) -> list[Action] | None:
        return [Fin(reading=self.seconds("reading"))]


class ReadingStopped(InStream):
    """F-016: the buffers are small, so that the window is full after a few frames."""

    def habits(self) -> Mapping[str, str]:
        # Who does not read cannot miss the client's beats.
        return {"silent_client": "kept"}

    def receive_buffer(self) -> int:
        return self.number("buffer")

    def begin(self, now: Situation) -> list[Action] | None:
        return [StopReading(self.number("buffer"))]


class SlowNetwork(Fault):
    """F-017"""

    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        seed = now.chance.getrandbits(32)
        if self.variant == "rate":
            return [SlowLink(rate=max(1, self.number("rate")))]
        latency, spread = self.seconds("latency"), self.seconds("spread")
        return [SlowLink(latency=latency, spread=spread, seed=seed)]


class OneWayBlackHole(Fault):
    """F-019: the end at 3 N is the server's own; `close` leaves its ERROR out."""

    begins = "subscribed"

    def habits(self) -> Mapping[str, str]:
        return {"silent_client": "dropped"}

    def begin(self, now: Situation) -> list[Action] | None:
        return [Swallow()]

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        return [] if self.variant == "close" and utterance.what == "ERROR" else None


FAULTS: dict[str, type[Fault]] = {
    "F-001": NameMissing,
    "F-002": ResolverSilent,
    "F-003": AddressChanges,
    "F-004": BlackHoleOverIPv6,
    "F-005": Refused,
    "F-006": Swallowed,
    "F-007": EndedAtOnce,
    "F-009": Silence,
    "F-010": Swallowed,
    "F-011": Slices,
    "F-012": ResetInStream,
    "F-013": FinInStream,
    "F-014": BlackHoleInStream,
    "F-015": HalfClosed,
    "F-016": ReadingStopped,
    "F-017": SlowNetwork,
    "F-019": OneWayBlackHole,
}
