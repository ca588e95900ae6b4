"""F-30x and F-31x: WebSocket frames."""

from __future__ import annotations

from typing import ClassVar

from rhombus_mock.actions import Action, FallSilent, Pour, Say, Send, Utterance, Wait
from rhombus_mock.faults.fault import Fault, InStream, MessageFault
from rhombus_mock.faults.situation import Situation, with_body
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket

UMLAUT_BODY = '{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"Tür"}'.encode()
MASK = bytes([1, 2, 3, 4])
FRAGMENTS_IN_BLOCK = 64 * 1024


class Fragments(MessageFault):
    """F-301"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        octets = frame.encode()
        third = len(octets) // 3
        first, second, last = websocket.fragments(octets, [third, 2 * third])
        gap = Wait(self.seconds("gap"))
        return [Send(first), Send(websocket.EMPTY_PING), Send(second), gap, Send(last)]


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


class FramesInStream(InStream):
    """Sends frames of its own."""

    def begin(self, now: Situation) -> list[Action] | None:
        return [Send(octets) for octets in self.frames()]

    def frames(self) -> list[bytes]:
        """What goes out."""
        raise NotImplementedError


class NotUtf8(FramesInStream):
    """F-303"""

    def frames(self) -> list[bytes]:
        return [bytes.fromhex("8102C328")]


class Masked(FramesInStream):
    """F-311"""

    def frames(self) -> list[bytes]:
        return [websocket.masked_frame_octets(websocket.TEXT, b"hello", MASK)]


class ReservedBits(FramesInStream):
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


class OutOfPlace(FramesInStream):
    """F-314: frames that may not be what they are, or not there."""

    def frames(self) -> list[bytes]:
        begun = websocket.frame_octets(websocket.TEXT, b"hello", first=0)
        return {
            "fragmented-ping": [websocket.frame_octets(websocket.PING, first=0)],
            "ping-126": [websocket.frame_octets(websocket.PING, bytes(range(126)))],
            "stray-continuation": [websocket.frame_octets(websocket.CONTINUATION, b"hello")],
            "text-in-text": [begun, websocket.text(b"hello")],
        }[self.variant]


class WrongLength(FramesInStream):
    """F-316"""

    def frames(self) -> list[bytes]:
        return {
            "not-minimal": [bytes.fromhex("817E0005"), b"hello"],
            "2-63": [bytes.fromhex("817F8000000000000000")],
        }[self.variant]


class EndlessFrame(InStream):
    """F-316/4-gib: a frame that promises 4 GiB; behind its first 1 KiB nothing comes any more."""

    def begin(self, now: Situation) -> list[Action] | None:
        header = bytes.fromhex("817F0000000100000000")
        return [Send(header + b"x" * 1024), FallSilent()]


class Fragmented(InStream):
    """F-318: a message of fragments with one octet each."""

    def begin(self, now: Situation) -> list[Action] | None:
        first = websocket.frame_octets(websocket.TEXT, b"x", first=0)
        middle = websocket.frame_octets(websocket.CONTINUATION, b"x", first=0)
        last = websocket.frame_octets(websocket.CONTINUATION, b"x")
        between = max(0, self.number("octets") - 2) * len(middle)
        block = middle * FRAGMENTS_IN_BLOCK
        return [Send(first), Pour(block, between, frames=FRAGMENTS_IN_BLOCK), Send(last)]


FAULTS: dict[str, type[Fault]] = {
    "F-301": Fragments,
    "F-302": CutByFragment,
    "F-303": NotUtf8,
    "F-304": CutByMessage,
    "F-305": CutByBinaryMessage,
    "F-305/whole": EverythingBinary,
    "F-311": Masked,
    "F-312": ReservedBits,
    "F-314": OutOfPlace,
    "F-316": WrongLength,
    "F-316/4-gib": EndlessFrame,
    "F-318": Fragmented,
}
