"""F-70x and F-71x: what spans several connections."""

from __future__ import annotations

from rhombus_mock import websocket
from rhombus_mock.actions import Action, Everyone, Fin, Refuse, Revoke, Send
from rhombus_mock.dialogue import error
from rhombus_mock.faults.fault import Fault, MessageFault
from rhombus_mock.situation import Situation
from rhombus_mock.stomp.frames import Frame


class Restart(Fault):
    """F-701"""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        end: Action = Fin() if self.variant == "fin" else Send(websocket.close(1012))
        return [Everyone((end,)), Refuse(self.seconds("refuse"))]


class Revoked(Fault):
    """F-703"""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        if self.variant == "error":
            return [Revoke(), *error("Provided token is revoked")]
        return [Revoke(), Send(websocket.close(int(self.variant)))]


class Flapping(Fault):
    """F-705"""

    begins = "connected"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [Fin()] if now.number <= self.number("connections") else None


class HalfThenDrop(MessageFault):
    """F-712"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action] | None:
        if now.number > 1:
            return None
        octets = frame.encode()
        half = websocket.legal_cut(octets, len(octets) // 2)
        return [Send(websocket.text(octets[:half])), Fin()]


FAULTS: dict[str, type[Fault]] = {
    "F-701": Restart,
    "F-703": Revoked,
    "F-705": Flapping,
    "F-712": HalfThenDrop,
}
