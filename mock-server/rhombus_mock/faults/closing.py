"""F-35x and F-36x: the closing handshake."""

from __future__ import annotations

from typing import ClassVar

from rhombus_mock import websocket
from rhombus_mock.actions import Action, Send, State, StayOpen
from rhombus_mock.faults.fault import Fault
from rhombus_mock.situation import Situation

SEND_LIMIT = b"Failed to send message within the configured send limit"
REASONS = {
    "none": b"",
    "text": b"mock server",
    "long": b"r" * 123,
    "escape": b"\x1b[2J",
    "not-utf-8": b"\xc3\x28",
}


class Closed(Fault):
    """F-351 to F-362: the variant is the code."""

    begins: ClassVar[State] = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [Send(websocket.close(int(self.variant), self.reason()))]

    def reason(self) -> bytes:
        """The octets behind the code."""
        return REASONS[self.text("reason")]


class ClosedAtOnce(Closed):
    """F-353"""

    begins = "upgraded"


class ClientTooSlow(Closed):
    """F-363"""

    def reason(self) -> bytes:
        return SEND_LIMIT


class WithoutCode(Closed):
    """F-364"""

    def begin(self, now: Situation) -> list[Action] | None:
        return [Send(websocket.close(None))]


class MalformedClose(Closed):
    """F-365"""

    def begin(self, now: Situation) -> list[Action] | None:
        octets = {"one-octet": "880103", "reason": "880403E8C328"}
        return [Send(bytes.fromhex(octets[self.variant]))]


class ClosedButOpen(Closed):
    """F-366"""

    def begin(self, now: Situation) -> list[Action] | None:
        return [StayOpen(self.seconds("for")), Send(websocket.close(1001))]


FAULTS: dict[str, type[Fault]] = {
    "F-351": Closed,
    "F-352": Closed,
    "F-353": ClosedAtOnce,
    "F-354": Closed,
    "F-355": Closed,
    "F-356": Closed,
    "F-357": Closed,
    "F-358": Closed,
    "F-359": Closed,
    "F-360": Closed,
    "F-361": Closed,
    "F-362": Closed,
    "F-363": ClientTooSlow,
    "F-364": WithoutCode,
    "F-365": MalformedClose,
    "F-366": ClosedButOpen,
}
