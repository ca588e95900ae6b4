"""F-406, F-412 to F-426, F-429 to F-432: content-length and the other headers of STOMP frames."""

from __future__ import annotations

from dataclasses import replace

from rhombus_mock.actions import Action, Say, Send, Utterance
from rhombus_mock.faults.fault import ConnectedFault, Fault, MessageFault, broken, raw, shaped
from rhombus_mock.faults.situation import Situation, with_body, with_header, without_header
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket

BODY_WITH_NUL = b'{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"a\0b"}'
BODY_NOT_ASCII = '{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"Tür – 門 🚪"}'.encode()
ODD_HEADERS = (
    ("a:b", "c\\d"),
    ("n\nr\rb\\", "name"),
    ("lf", "one\ntwo"),
    ("cr", "one\rtwo"),
    ("literal", "\\n\\:"),
)
NO_LENGTHS = {
    "negative": "-1",
    "word": "abc",
    "empty": "",
    "hexadecimal": "0x10",
    "list": "5, 5",
    "huge": "99999999999",
}


class BareCarriageReturn(MessageFault):
    """F-406"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [broken(frame, raw(frame, b"x-note:a\rb\n"))]


class NulInBody(MessageFault):
    """F-412"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_body(frame, BODY_WITH_NUL)))]


class NulInUncountedBody(MessageFault):
    """F-413"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        spoilt = replace(without_header(frame, "content-length"), body=BODY_WITH_NUL)
        return [broken(frame, spoilt.encode())]


class WrongLength(MessageFault):
    """F-414, F-415: content-length off by `off` octets."""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        off = int(self.variant) if self.variant else -1
        length = str(len(frame.body) + off)
        return [broken(frame, with_header(frame, "content-length", length).encode())]


class NoNumber(MessageFault):
    """F-416"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        length = NO_LENGTHS[self.variant]
        return [broken(frame, with_header(frame, "content-length", length).encode())]


class PromisesTooMuch(MessageFault):
    """F-417"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        promised = with_header(frame, "content-length", str(self.number("length")))
        return [broken(frame, replace(promised, body=b"{}").encode())]


class NotAscii(MessageFault):
    """F-418"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_body(frame, BODY_NOT_ASCII)))]


class NoLength(MessageFault):
    """F-419"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(without_header(frame, "content-length")))]


class Repeated(MessageFault):
    """F-420: the first one counts."""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        if self.variant == "header":
            return [shaped(frame, raw(frame, b"foo:World\nfoo:Hello\n"))]
        return [shaped(frame, raw(frame, f"content-length:{len(frame.body) - 1}\n".encode()))]


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


class NoHeaderLine(MessageFault):
    """F-425"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        line = b"no colon here\n" if self.variant == "no-colon" else b":value\n"
        return [broken(frame, raw(frame, line))]


class OddValues(MessageFault):
    """F-426"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [shaped(frame, raw(frame, b"foo:\nx-colon:a:b\nx-blanks: v \n"))]


class UnknownCommand(MessageFault):
    """F-429/unknown: ahead of a MESSAGE."""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(Frame("HELLO"))), Say(Utterance.of(frame))]


class LowerCase(MessageFault):
    """F-429/lower-case"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [broken(frame, replace(frame, command="message").encode())]


class ForbiddenBody(Fault):
    """F-429/connected-body, F-429/receipt-body. Spec: STOMP 1.2, Body."""

    begins = "upgraded"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        command = self.variant.removesuffix("-body").upper()
        if utterance.what != command or utterance.frame is None:
            return None
        return [Say(Utterance.of(replace(utterance.frame, body=b"a body")))]


class UnknownHeaders(Fault):
    """F-431/unknown: on every frame of the server."""

    begins = "upgraded"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        frame = utterance.frame
        if frame is None:
            return None
        headers = (*frame.headers, ("x-unknown", "1"), ("timestamp", "1711843200000"))
        return [Say(Utterance.of(replace(frame, headers=headers)))]


class HeartBeatOnMessage(MessageFault):
    """F-431/heart-beat"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_header(frame, "heart-beat", "1,1")))]


class NotUtf8(MessageFault):
    """F-432"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Send(websocket.binary(raw(frame, b"x-note:\xc3\x28\xff\n")))]


FAULTS: dict[str, type[Fault]] = {
    "F-406": BareCarriageReturn,
    "F-412": NulInBody,
    "F-413": NulInUncountedBody,
    "F-414": WrongLength,
    "F-415": WrongLength,
    "F-416": NoNumber,
    "F-417": PromisesTooMuch,
    "F-418": NotAscii,
    "F-419": NoLength,
    "F-420": Repeated,
    "F-422": Escapes,
    "F-423": UndefinedEscape,
    "F-424": RawConnected,
    "F-425": NoHeaderLine,
    "F-426": OddValues,
    "F-429": UnknownCommand,
    "F-429/lower-case": LowerCase,
    "F-429/connected-body": ForbiddenBody,
    "F-429/receipt-body": ForbiddenBody,
    "F-431": UnknownHeaders,
    "F-431/heart-beat": HeartBeatOnMessage,
    "F-432": NotUtf8,
}
