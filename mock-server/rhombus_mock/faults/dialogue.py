"""F-451 to F-467: the STOMP dialogue."""

from __future__ import annotations

from collections.abc import Mapping

from rhombus_mock import websocket
from rhombus_mock.actions import (
    BEAT,
    Action,
    Later,
    Publish,
    Reached,
    Reset,
    Say,
    Send,
    Utterance,
)
from rhombus_mock.dialogue import error, farewell
from rhombus_mock.faults.fault import ConnectedFault, Fault, Value
from rhombus_mock.situation import Situation, with_header, without_header
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.stomp.strict import Judge

INTERNAL_ERROR = Frame("ERROR", (("message", "Internal error"), ("content-length", "0")))
HTML = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    b"<body><h1>502 Bad Gateway</h1><script>alert(1)</script></body></html>\n"
)
ODD_ERRORS = {
    "large": ("Internal error", "text/plain", b"java.lang.IllegalStateException: no session\n"),
    "html": ("<b>502</b> Bad Gateway", "text/html", HTML),
    "escapes": (
        "\x1b[2J\x1b]0;owned\x07Access refused",
        "text/plain",
        b"\x1b[31mred\x1b[0m \x1b]8;;http://example.invalid\x07link\x1b]8;;\x07 "
        b"\xc2\x9b2J\x08\x08\r\n",
    ),
}
"""`message`, `content-type` and body, by variant; the large one is repeated to its length."""


class NeverConnected(ConnectedFault):
    """F-451"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        return []


class ConnectedLate(ConnectedFault):
    """F-452"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        return [Later(self.seconds("delay"), (Say(Utterance.of(frame)), Reached("connected")))]


class ConnectedTwice(ConnectedFault):
    """F-453"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(frame)), Say(Utterance.of(frame))]


class TooEarly(ConnectedFault):
    """F-454"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        receipt = Frame("RECEIPT", (("receipt-id", "r-0"),))
        early = receipt if self.variant == "receipt" else now.message()
        return [Say(Utterance.of(early)), Say(Utterance.of(frame))]


class BeatBeforeConnected(ConnectedFault):
    """F-455"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(BEAT), Say(Utterance.of(frame))]


class OtherVersion(ConnectedFault):
    """F-456"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        if self.variant == "none":
            return [Say(Utterance.of(without_header(frame, "version")))]
        return [Say(Utterance.of(with_header(frame, "version", self.variant)))]


class OnlyVersion(ConnectedFault):
    """F-457"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(Frame("CONNECTED", (("version", "1.2"),))))]


class VersionRefused(ConnectedFault):
    """F-458"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        text = b"Supported protocol versions are 1.1"
        headers = (("version", "1.1"), ("content-type", "text/plain"))
        return farewell(Frame("ERROR", headers, text))


class TokenExpired(ConnectedFault):
    """F-459"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        message = "Access refused. Provided token is expired"
        refusal = Frame("ERROR", (("message", message), ("content-length", "0")))
        return [Say(Utterance.of(refusal))]


class SubscribeRefused(Fault):
    """F-460"""

    begins = "upgraded"

    def received(self, frame: Frame, now: Situation) -> list[Action] | None:
        return error("Access denied to destination") if frame.command == "SUBSCRIBE" else None


class SubscribeClosed(Fault):
    """F-461"""

    begins = "upgraded"

    def received(self, frame: Frame, now: Situation) -> list[Action] | None:
        if frame.command != "SUBSCRIBE":
            return None
        return [Send(websocket.close(int(self.variant)))]


class ErrorAndReset(Fault):
    """F-462: both at once, so that most stacks send them back to back."""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [Say(Utterance.of(INTERNAL_ERROR)), Reset()]


class ErrorThenMessages(Fault):
    """F-463"""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [
            Say(Utterance.of(INTERNAL_ERROR)),
            *(Publish() for _ in range(self.number("messages"))),
        ]


class OddError(ConnectedFault):
    """F-464: in answer to CONNECT."""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        message, kind, body = ODD_ERRORS[self.variant]
        if self.variant == "large":
            body = body * (self.number("octets") // len(body) + 1)
            body = body[: self.number("octets")]
        headers = (
            ("message", message),
            ("content-type", kind),
            ("content-length", str(len(body))),
        )
        return farewell(Frame("ERROR", headers, body))


class OddReceipt(Fault):
    """F-465: for who asked for one."""

    begins = "upgraded"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        frame = utterance.frame
        if utterance.what != "RECEIPT" or frame is None:
            return None
        match self.variant:
            case "never":
                return []
            case "late":
                return [Later(self.seconds("delay"), (Say(utterance),))]
            case "wrong-id":
                wanted = frame.header("receipt-id") or ""
                wrong = with_header(frame, "receipt-id", f"{wanted}-other")
                return [Say(Utterance.of(wrong))]
        return [Say(utterance), Say(utterance)]


class SessionClosed(Fault):
    """F-466"""

    begins = "upgraded"

    def received(self, frame: Frame, now: Situation) -> list[Action] | None:
        if frame.command != "DISCONNECT":
            return None
        receipt = frame.header("receipt")
        if receipt is not None:
            return [Say(Utterance.of(Frame("RECEIPT", (("receipt-id", receipt),))))]
        return farewell(Frame("ERROR", (("message", "Session closed."),)))


class SubscribePedant(Fault):
    """F-467: `host` is looked for in CONNECT, `content-length:0` in SUBSCRIBE itself."""

    begins = "upgraded"

    def __init__(self, variant: str, parameters: Mapping[str, Value]) -> None:
        super().__init__(variant, parameters)
        self._host: str | None = None

    def received(self, frame: Frame, now: Situation) -> list[Action] | None:
        if frame.command in ("CONNECT", "STOMP"):
            self._host = frame.header("host")
        if frame.command != "SUBSCRIBE":
            return None
        there = {
            "host in CONNECT": self._host is not None,
            "content-length:0 in SUBSCRIBE": frame.header("content-length") == "0",
        }
        header, _, state = self.variant.rpartition("-")
        what = next(name for name in there if name.startswith(header))
        if there[what] != (state == "present"):
            return None
        return error(f"subscription refused, {what} is {state}")


class StrictServer(Fault):
    """F-468: ERROR on any flaw of the client's frames, R-201 to R-216."""

    begins = "upgraded"
    per_connection = 1

    def __init__(self, variant: str, parameters: Mapping[str, Value]) -> None:
        super().__init__(variant, parameters)
        self._judge = Judge()

    def heard(self, octets: bytes, now: Situation) -> list[Action] | None:
        self._judge.answered = now.state in ("connected", "subscribed")
        flaw = self._judge.flaw(octets)
        return None if flaw is None else error(f"{flaw.text} ({flaw.requirement})")


FAULTS: dict[str, type[Fault]] = {
    "F-451": NeverConnected,
    "F-452": ConnectedLate,
    "F-453": ConnectedTwice,
    "F-454": TooEarly,
    "F-455": BeatBeforeConnected,
    "F-456": OtherVersion,
    "F-457": OnlyVersion,
    "F-458": VersionRefused,
    "F-459": TokenExpired,
    "F-460": SubscribeRefused,
    "F-461": SubscribeClosed,
    "F-462": ErrorAndReset,
    "F-463": ErrorThenMessages,
    "F-464": OddError,
    "F-465": OddReceipt,
    "F-466": SessionClosed,
    "F-467": SubscribePedant,
    "F-468": StrictServer,
}
