"""F-40x to F-42x: STOMP frames."""

from __future__ import annotations

from dataclasses import replace

from rhombus_mock import websocket
from rhombus_mock.actions import Action, Say, Send, Utterance
from rhombus_mock.faults.fault import ConnectedFault, Fault, MessageFault
from rhombus_mock.situation import Situation, with_body, with_header, without_header
from rhombus_mock.stomp.frames import Frame

BODY_WITH_NUL = b'{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"a\0b"}'
ODD_HEADERS = (("a:b", "c\\d"), ("lf", "one\ntwo"), ("cr", "one\rtwo"), ("literal", "\\n\\:"))


def shaped(frame: Frame, octets: bytes) -> Say:
    """The frame said in other octets that mean the same."""
    return Say(Utterance(frame.command, octets, frame))


def broken(frame: Frame, octets: bytes) -> Say:
    """Octets that do not say the frame any more."""
    return Say(Utterance(frame.command, octets))


def raw(frame: Frame, header_lines: bytes) -> bytes:
    """The frame with lines put unescaped behind its headers."""
    return frame.head() + header_lines + b"\n" + frame.body + b"\0"


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


class BareCarriageReturn(MessageFault):
    """F-406"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [broken(frame, raw(frame, b"x-note:a\rb\n"))]


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
            cuts = range(1, len(octets))
        else:
            first = 1 + (now.messages - 1) % (len(octets) - 2)
            cuts = range(first, len(octets), max(1, len(octets) // 2))
        legal = sorted({websocket.legal_cut(octets, cut) for cut in cuts} - {0})
        if self.variant != "n":
            legal = legal[: int(self.variant) - 1]
        return [Send(websocket.text(one)) for one in websocket.pieces_of(octets, legal)]


class OneAndAHalf(MessageFault):
    """F-411"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        first, second = frame.encode(), now.message().encode()
        half = websocket.legal_cut(second, len(second) // 2)
        return [Send(websocket.text(first + second[:half])), Send(websocket.text(second[half:]))]


class NulInBody(MessageFault):
    """F-412"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_body(frame, BODY_WITH_NUL)))]


class WrongLength(MessageFault):
    """F-414, F-415: content-length off by `off` octets."""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        off = int(self.variant) if self.variant else -1
        length = str(len(frame.body) + off)
        return [broken(frame, with_header(frame, "content-length", length).encode())]


class NoLength(MessageFault):
    """F-419"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(without_header(frame, "content-length")))]


class Escapes(MessageFault):
    """F-422"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(replace(frame, headers=(*frame.headers, *ODD_HEADERS))))]


class UndefinedEscape(MessageFault):
    """F-423"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        line = b"x-note:a\\tb\n" if self.variant == "t" else b"x-note:a\\\n"
        return [broken(frame, raw(frame, line))]


class RawConnected(ConnectedFault):
    """F-424"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        more = (("server", "a\\tb"), ("session", "x:y"))
        return [Say(Utterance.of(replace(frame, headers=(*frame.headers, *more))))]


class OddValues(MessageFault):
    """F-426"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [shaped(frame, raw(frame, b"foo:\nx-colon:a:b\nx-blanks: v \n"))]


FAULTS: dict[str, type[Fault]] = {
    "F-401": ConnectedUnterminated,
    "F-402": Unterminated,
    "F-403": NoEmptyLine,
    "F-404": CarriageReturns,
    "F-405": MixedLineEnds,
    "F-406": BareCarriageReturn,
    "F-407": EolsBehind,
    "F-408": EolsBefore,
    "F-409": SeveralInOne,
    "F-410": InPieces,
    "F-411": OneAndAHalf,
    "F-412": NulInBody,
    "F-414": WrongLength,
    "F-415": WrongLength,
    "F-419": NoLength,
    "F-422": Escapes,
    "F-423": UndefinedEscape,
    "F-424": RawConnected,
    "F-426": OddValues,
}
