"""F-701 to F-705, F-712 to F-718: what spans several connections, and the client's own process."""

from __future__ import annotations

from rhombus_mock.actions import (
    Action,
    BlackHole,
    Everyone,
    Fin,
    Others,
    Refuse,
    ReplaceKey,
    Reset,
    Revoke,
    Say,
    Send,
    StepClock,
    Suspend,
    Utterance,
)
from rhombus_mock.faults.fault import ConnectedFault, Fault, InStream, MessageFault
from rhombus_mock.faults.situation import Situation, with_header
from rhombus_mock.service.dialogue import error
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket

ENDS: dict[str, Action] = {
    "fin": Fin(),
    "rst": Reset(),
    "silence": BlackHole(),
    "close": Send(websocket.close(1001)),
}
DEFAULT_INTERVAL_MS = 10_000


class Restart(InStream):
    """F-701"""

    def begin(self, now: Situation) -> list[Action]:
        end: Action = Fin() if self.variant == "fin" else Send(websocket.close(1012))
        return [Everyone((end,)), Refuse(self.seconds("refuse"))]


class Revoked(InStream):
    """F-703"""

    def habits(self) -> dict[str, str]:
        return {"bad_key": "401"}

    def begin(self, now: Situation) -> list[Action]:
        if self.variant == "error":
            return [Revoke(), *error("Provided token is revoked")]
        return [Revoke(), Send(websocket.close(int(self.variant)))]


class Replaced(InStream):
    """F-704"""

    def habits(self) -> dict[str, str]:
        return {"bad_key": "401"}

    def begin(self, now: Situation) -> list[Action]:
        return [ReplaceKey(), Send(websocket.close(1008))]


class Flapping(Fault):
    """F-705: over as soon as connected."""

    begins = "connected"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [Fin()] if now.number <= self.number("connections") else None


class Reconnects(InStream):
    """F-717: over as soon as subscribed, so often that what leaks is seen."""

    def begin(self, now: Situation) -> list[Action] | None:
        return [ENDS[self.variant]] if now.number <= self.number("connections") else None


class HalfThenDrop(MessageFault):
    """F-712"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action] | None:
        if now.number > 1:
            return None
        octets = frame.encode()
        half = websocket.legal_cut(octets, len(octets) // 2)
        return [Send(websocket.text(octets[:half])), Fin()]


class OtherIntervals(ConnectedFault):
    """F-713: the first connection ends early; what the later ones agree on is something else."""

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        return None if now.number == 1 else super().said(utterance, now)

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        offer = "0,0" if self.variant == "none" else self._offer()
        return [Say(Utterance.of(with_header(frame, "heart-beat", offer)))]

    def due_in(self, now: Situation) -> float | None:
        return self.seconds("lifetime") if now.number == 1 else None

    def due(self, now: Situation) -> list[Action]:
        return [Fin()]

    def _offer(self) -> str:
        return f"{self.number('sends')},{self.number('wants')}"


class OnlyOne(Fault):
    """F-714: the second connection of a key ends the first."""

    begins = "upgraded"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        another = now.sessions("upgraded") > 1
        return [Others((Send(websocket.close(4409)),))] if another else None


class Suspended(Fault):
    """F-715"""

    needs = ("other-processes",)
    begins = "connected"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action]:
        interval = max(now.agreed.client, now.agreed.server) or DEFAULT_INTERVAL_MS
        return [Suspend(float(self.parameters["intervals"]) * interval / 1000)]


class ClockSteps(InStream):
    """F-716"""

    needs = ("stepped-clock",)

    def begin(self, now: Situation) -> list[Action]:
        step = self.seconds("step")
        return [StepClock(step if self.variant == "forward" else -step)]


class AllAtOnce(InStream):
    """F-718"""

    def begin(self, now: Situation) -> list[Action] | None:
        if now.sessions("subscribed") < self.number("clients"):
            return None
        return [Everyone((ENDS[self.variant],)), Refuse(self.seconds("refuse"))]


FAULTS: dict[str, type[Fault]] = {
    "F-701": Restart,
    "F-703": Revoked,
    "F-704": Replaced,
    "F-705": Flapping,
    "F-712": HalfThenDrop,
    "F-713": OtherIntervals,
    "F-714": OnlyOne,
    "F-715": Suspended,
    "F-716": ClockSteps,
    "F-717": Reconnects,
    "F-718": AllAtOnce,
}
