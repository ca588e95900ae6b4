"""F-401 to F-411 and F-428: where STOMP frames begin and end, and how they lie in messages."""

from __future__ import annotations

from dataclasses import replace

from rhombus_mock.actions import Action, Pour, Say, Send, Utterance
from rhombus_mock.faults.fault import ConnectedFault, Fault, MessageFault, broken, shaped
from rhombus_mock.faults.situation import Situation
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket

BLOCK_OCTETS = 64 * 1024


def part(octets: bytes) -> Say:
    """A part of a frame, in a message of its own whatever the framing is."""
    return Say(Utterance("part", octets), layout="whole")


class ConnectedUnterminated(ConnectedFault):
    """F-401"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        return [broken(frame, frame.encode()[:-1])]


class Unterminated(MessageFault):
    """F-402"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [broken(frame, frame.encode()[:-1])]


class NoEmptyLine(MessageFault):
    """F-403"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        octets = f'MESSAGE\nsubscription:{now.subscription}\n{{"a":1}}\0'.encode()
        return [broken(frame, octets)]


class CarriageReturns(Fault):
    """F-404, F-405"""

    begins = "upgraded"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        frame = utterance.frame
        if frame is None:
            return [Say(replace(utterance, octets=b"\r\n"))] if utterance.what == "beat" else None
        lines = frame.head().split(b"\n")[:-1]
        ends = self.ends(len(lines))
        head = b"".join(line + end for line, end in zip(lines, ends, strict=True))
        return [shaped(frame, head + b"\r\n" + frame.body + b"\0")]

    def ends(self, lines: int) -> list[bytes]:
        """The line ends of command and headers."""
        return [b"\r\n"] * lines


class MixedLineEnds(CarriageReturns):
    """F-405: LF and CR LF in turn, the last header ends in LF, the empty line is CR LF."""

    def ends(self, lines: int) -> list[bytes]:
        return [b"\r\n" if (lines - at) % 2 == 0 else b"\n" for at in range(lines)]


class EolsBehind(MessageFault):
    """F-407"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [shaped(frame, frame.encode() + (b"\n" if self.variant == "lf" else b"\r\n\n"))]


class EolsBefore(MessageFault):
    """F-408"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [shaped(frame, (b"\n\n" if self.variant == "leading" else b"\n") + frame.encode())]


class SeveralInOne(MessageFault):
    """F-409"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        more = [now.message().encode() for _ in range(int(self.variant) - 1)]
        return [shaped(frame, b"".join([frame.encode(), *more]))]


class InPieces(MessageFault):
    """F-410: in 2 and 3 pieces the cut moves on by one octet with each MESSAGE; `n` is one
    character a message."""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        octets = frame.encode()
        if self.variant == "n":
            wanted = list(range(1, len(octets)))
        else:
            places, cuts = len(octets) - 1, int(self.variant) - 1
            moved = now.messages - 1
            wanted = [1 + (moved + at * places // cuts) % places for at in range(cuts)]
        legal = sorted({websocket.legal_cut(octets, cut) for cut in wanted} - {0})
        return [part(one) for one in websocket.pieces_of(octets, legal)]


class OneAndAHalf(MessageFault):
    """F-411"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        first, second = frame.encode(), now.message().encode()
        half = websocket.legal_cut(second, len(second) // 2)
        return [part(first + second[:half]), part(second[half:])]


class Huge(MessageFault):
    """F-428"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        head, end = frame.head(), b"\n" + frame.body + b"\0"
        match self.variant:
            case "command":
                return swollen(b"", b"A", self.number("command"), head[len("MESSAGE") :] + end)
            case "header":
                return swollen(head + b"x-long:", b"a", self.number("header"), b"\n" + end)
        lines = (f"x-{number}:a\n" for number in range(self.number("headers")))
        return [broken(frame, head + "".join(lines).encode() + end)]


def swollen(before: bytes, octet: bytes, count: int, after: bytes) -> list[Action]:
    """One message in one WebSocket frame, that octet so many times in its middle."""
    size = len(before) + count + len(after)
    head = websocket.frame_head(websocket.TEXT, size)
    return [Send(head + before), Pour(octet * BLOCK_OCTETS, count), Send(after)]


FAULTS: dict[str, type[Fault]] = {
    "F-401": ConnectedUnterminated,
    "F-402": Unterminated,
    "F-403": NoEmptyLine,
    "F-404": CarriageReturns,
    "F-405": MixedLineEnds,
    "F-407": EolsBehind,
    "F-408": EolsBefore,
    "F-409": SeveralInOne,
    "F-410": InPieces,
    "F-411": OneAndAHalf,
    "F-428": Huge,
}
