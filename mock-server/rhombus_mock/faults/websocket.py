"""F-30x and F-31x: WebSocket frames."""

from __future__ import annotations

from rhombus_mock import websocket
from rhombus_mock.actions import Action, Say, Send, Utterance, Wait
from rhombus_mock.faults.fault import Fault, MessageFault
from rhombus_mock.situation import Situation, with_body
from rhombus_mock.stomp.frames import Frame

PING = websocket.frame_octets(websocket.PING)
UMLAUT_BODY = '{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"Tür"}'.encode()
MASK = bytes([1, 2, 3, 4])


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


FAULTS: dict[str, type[Fault]] = {
    "F-301": Fragments,
    "F-302": CutByFragment,
    "F-303": NotUtf8,
    "F-304": CutByMessage,
    "F-305": CutByBinaryMessage,
    "F-305/whole": EverythingBinary,
    "F-306": LongPing,
    "F-310": Unasked,
    "F-311": Masked,
}
