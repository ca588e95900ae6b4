"""F-460 to F-463 and F-465 to F-468: the STOMP dialogue behind CONNECTED."""

from __future__ import annotations

from collections.abc import Mapping

from rhombus_mock.actions import Action, Later, Publish, Reset, Say, Send, Utterance
from rhombus_mock.faults.fault import Fault, InStream, Value
from rhombus_mock.faults.situation import Situation, with_header
from rhombus_mock.service.dialogue import error, farewell
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.stomp.strict import Judge
from rhombus_mock.wire import websocket

INTERNAL_ERROR = Frame("ERROR", (("message", "Internal error"), ("content-length", "0")))


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


class ErrorAndReset(InStream):
    """F-462: both at once, so that most stacks send them back to back."""

    def begin(self, now: Situation) -> list[Action] | None:
        return [Say(Utterance.of(INTERNAL_ERROR)), Reset()]


class ErrorThenMessages(InStream):
    """F-463"""

    def begin(self, now: Situation) -> list[Action] | None:
        return [
            Say(Utterance.of(INTERNAL_ERROR)),
            *(Publish() for _ in range(self.number("messages"))),
        ]


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
    "F-460": SubscribeRefused,
    "F-461": SubscribeClosed,
    "F-462": ErrorAndReset,
    "F-463": ErrorThenMessages,
    "F-465": OddReceipt,
    "F-466": SessionClosed,
    "F-467": SubscribePedant,
    "F-468": StrictServer,
}
