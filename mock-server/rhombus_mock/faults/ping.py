"""F-306 to F-310: pings and pongs."""

from __future__ import annotations

from collections.abc import Mapping

from rhombus_mock.actions import Action, Fin, Send
from rhombus_mock.faults.fault import Fault, InStream, Value
from rhombus_mock.faults.situation import Situation
from rhombus_mock.faults.websocket import FramesInStream
from rhombus_mock.wire import websocket

PING_BLOCKS = 100


class LongPing(FramesInStream):
    """F-306"""

    def frames(self) -> list[bytes]:
        return [websocket.frame_octets(websocket.PING, bytes(range(125)))]


class PingFlood(InStream):
    """F-307: each ping carries its number, so that a pong tells which one it answers."""

    def begin(self, now: Situation) -> list[Action] | None:
        count = self.number("count")
        pings = [websocket.frame_octets(websocket.PING, b"%08d" % at) for at in range(count)]
        each = -(-count // PING_BLOCKS)
        pause = self.seconds("span") * each / max(count, 1)
        return [Send(b"".join(pings), cut=each * len(b"".join(pings[:1])), every=pause)]


class PingsAndDrops(Fault):
    """F-308. Its second receipt is about all pings but the first, and the end."""

    begins = "upgraded"
    per_connection = 1
    continuous = True

    def __init__(self, variant: str, parameters: Mapping[str, Value]) -> None:
        super().__init__(variant, parameters)
        self._began = self._pinged = 0.0
        self._dropped = False

    def begin(self, now: Situation) -> list[Action] | None:
        self._began = now.elapsed()
        return self._ping(now)

    def due_in(self, now: Situation) -> float | None:
        if self._dropped:
            return None
        to_ping = self._pinged + self.seconds("every") - now.elapsed()
        return max(0.0, min(to_ping, self.seconds("patience") - self._unanswered(now)))

    def due(self, now: Situation) -> list[Action] | None:
        if self._unanswered(now) >= self.seconds("patience"):
            self._dropped = True
            return [Fin()]
        if now.elapsed() - self._pinged >= self.seconds("every"):
            return self._ping(now)
        return None

    def _unanswered(self, now: Situation) -> float:
        """Seconds without a pong, since the first ping."""
        return min(now.silence("pong"), now.elapsed() - self._began)

    def _ping(self, now: Situation) -> list[Action]:
        self._pinged = now.elapsed()
        return [Send(websocket.EMPTY_PING)]


class NoPong(Fault):
    """F-309"""

    begins = "upgraded"

    def replies(self, octets: bytes, now: Situation) -> list[Action] | None:
        return [] if octets[0] & 0x0F == websocket.PONG else None


class Unasked(FramesInStream):
    """F-310"""

    def frames(self) -> list[bytes]:
        return [b"\x8a\x00", b"\x81\x00", b"\x82\x00"]


FAULTS: dict[str, type[Fault]] = {
    "F-306": LongPing,
    "F-307": PingFlood,
    "F-308": PingsAndDrops,
    "F-309": NoPong,
    "F-310": Unasked,
}
