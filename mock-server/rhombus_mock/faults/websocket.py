"""F-30x and F-31x: WebSocket frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rhombus_mock import websocket
from rhombus_mock.actions import Action, FallSilent, Fin, Say, Send, Utterance, Wait
from rhombus_mock.faults.fault import Fault, MessageFault, Value
from rhombus_mock.situation import Situation, with_body
from rhombus_mock.stomp.frames import Frame

PING = websocket.frame_octets(websocket.PING)
UMLAUT_BODY = '{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"Tür"}'.encode()
MASK = bytes([1, 2, 3, 4])
PING_BLOCKS = 100


class Fragments(MessageFault):
    """F-301"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        octets = frame.encode()
        third = len(octets) // 3
        first, second, last = websocket.fragments(octets, [third, 2 * third])
        gap = Wait(self.seconds("gap"))
        return [Send(first), Send(PING), Send(second), gap, Send(last)]


class CutInCharacter(MessageFault):
    """F-302, F-304, F-305: where an `ü` is cut, and by what."""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        octets = with_body(frame, UMLAUT_BODY).encode()
        cut = octets.index("ü".encode()) + 1
        return [Send(one) for one in self.cut(octets, cut)]

    def cut(self, octets: bytes, at: int) -> list[bytes]:
        """The WebSocket frames."""
        raise NotImplementedError


class CutByFragment(CutInCharacter):
    """F-302"""

    def cut(self, octets: bytes, at: int) -> list[bytes]:
        return websocket.fragments(octets, [at])


class CutByMessage(CutInCharacter):
    """F-304"""

    per_connection = 1

    def cut(self, octets: bytes, at: int) -> list[bytes]:
        return [websocket.text(octets[:at]), websocket.text(octets[at:])]


class CutByBinaryMessage(CutInCharacter):
    """F-305"""

    def cut(self, octets: bytes, at: int) -> list[bytes]:
        return [websocket.binary(octets[:at]), websocket.binary(octets[at:])]


class EverythingBinary(Fault):
    """F-305/whole"""

    begins = "upgraded"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        return [Say(utterance, "binary")]


class InStream(Fault):
    """Sends frames of its own once."""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [Send(octets) for octets in self.frames()]

    def frames(self) -> list[bytes]:
        """What goes out."""
        raise NotImplementedError


class NotUtf8(InStream):
    """F-303"""

    def frames(self) -> list[bytes]:
        return [bytes.fromhex("8102C328")]


class LongPing(InStream):
    """F-306"""

    def frames(self) -> list[bytes]:
        return [websocket.frame_octets(websocket.PING, bytes(range(125)))]


class Unasked(InStream):
    """F-310"""

    def frames(self) -> list[bytes]:
        return [b"\x8a\x00", b"\x81\x00", b"\x82\x00"]


class Masked(InStream):
    """F-311"""

    def frames(self) -> list[bytes]:
        return [websocket.masked_frame_octets(websocket.TEXT, b"hello", MASK)]


class PingFlood(Fault):
    """F-307: each ping carries its number, so that a pong tells which one it answers."""

    begins = "subscribed"
    per_connection = 1

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
        return [Send(PING)]


class NoPong(Fault):
    """F-309"""

    begins = "upgraded"

    def replies(self, octets: bytes, now: Situation) -> list[Action] | None:
        return [] if octets[0] & 0x0F == websocket.PONG else None


class ReservedBits(InStream):
    """F-312: the variant says which bit or opcode; the payload would be a harmless text."""

    FIRST_OCTETS: ClassVar[dict[str, int]] = {
        "rsv1": 0xC1,
        "rsv2": 0xA1,
        "rsv3": 0x91,
        "opcode-3": 0x83,
        "opcode-11": 0x8B,
    }

    def frames(self) -> list[bytes]:
        return [websocket.frame_octets(0, b"hello", first=self.FIRST_OCTETS[self.variant])]


class OutOfPlace(InStream):
    """F-314: frames that may not be what they are, or not there."""

    def frames(self) -> list[bytes]:
        begun = websocket.frame_octets(websocket.TEXT, b"hello", first=0)
        return {
            "fragmented-ping": [websocket.frame_octets(websocket.PING, first=0)],
            "ping-126": [websocket.frame_octets(websocket.PING, bytes(range(126)))],
            "stray-continuation": [websocket.frame_octets(websocket.CONTINUATION, b"hello")],
            "text-in-text": [begun, websocket.text(b"hello")],
        }[self.variant]


class WrongLength(InStream):
    """F-316"""

    def frames(self) -> list[bytes]:
        return {
            "not-minimal": [bytes.fromhex("817E0005"), b"hello"],
            "2-63": [bytes.fromhex("817F8000000000000000")],
        }[self.variant]


class EndlessFrame(Fault):
    """F-316/4-gib: a frame that promises 4 GiB; behind its first 1 KiB nothing comes any more."""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        header = bytes.fromhex("817F0000000100000000")
        return [Send(header + b"x" * 1024), FallSilent()]


FAULTS: dict[str, type[Fault]] = {
    "F-301": Fragments,
    "F-302": CutByFragment,
    "F-303": NotUtf8,
    "F-304": CutByMessage,
    "F-305": CutByBinaryMessage,
    "F-305/whole": EverythingBinary,
    "F-306": LongPing,
    "F-307": PingFlood,
    "F-308": PingsAndDrops,
    "F-309": NoPong,
    "F-310": Unasked,
    "F-311": Masked,
    "F-312": ReservedBits,
    "F-314": OutOfPlace,
    "F-316": WrongLength,
    "F-316/4-gib": EndlessFrame,
}
