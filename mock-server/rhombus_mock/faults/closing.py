"""F-35x and F-36x: the closing handshake."""

from __future__ import annotations

from rhombus_mock.actions import Action, Send, StayOpen
from rhombus_mock.faults.fault import Fault, InStream
from rhombus_mock.faults.situation import Situation
from rhombus_mock.wire import websocket

SEND_LIMIT = b"Failed to send message within the configured send limit"
REASONS = {
    "none": b"",
    "send-limit": SEND_LIMIT,
    "text": b"mock server",
    "long": b"r" * 123,
    "escape": b"\x1b[2J",
    "not-utf-8": b"\xc3\x28",
}


class Closed(InStream):
    """F-351 to F-363 and F-368: the variant is the code."""

    def begin(self, now: Situation) -> list[Action] | None:
        return [Send(self.close(int(self.variant)))]

    def close(self, code: int) -> bytes:
        """The Close frame with that code and the reason asked for."""
        return websocket.close(code, REASONS[self.text("reason")])


class ClosedAtOnce(Closed):
    """F-353"""

    begins = "upgraded"


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
        return [StayOpen(self.seconds("for")), Send(self.close(1001))]


class CloseNotAnswered(Fault):
    """F-367"""

    begins = "upgraded"
    per_connection = 1

    def replies(self, octets: bytes, now: Situation) -> list[Action] | None:
        if octets[0] & 0x0F != websocket.CLOSE:
            return None
        return [StayOpen(self.seconds("for"))]


class ClosedAroundMessage(Closed):
    """F-369: a whole MESSAGE stands where no client may deliver one."""

    def begin(self, now: Situation) -> list[Action] | None:
        message, close = now.message().encode(), self.close(1001)
        if self.variant == "data-after":
            return [Send(close), Send(websocket.text(message))]
        first, second = websocket.fragments(message, [len(message) // 2])
        return [Send(first), Send(close), Send(second)]


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
    "F-363": Closed,
    "F-364": WithoutCode,
    "F-365": MalformedClose,
    "F-366": ClosedButOpen,
    "F-367": CloseNotAnswered,
    "F-368": Closed,
    "F-369": ClosedAroundMessage,
}
