"""F-45x and F-46x: the STOMP dialogue."""

from __future__ import annotations

from rhombus_mock import websocket
from rhombus_mock.actions import BEAT, Action, Publish, Say, Send, Utterance
from rhombus_mock.dialogue import error, farewell
from rhombus_mock.faults.fault import ConnectedFault, Fault
from rhombus_mock.situation import Situation, with_header, without_header
from rhombus_mock.stomp.frames import Frame


class NeverConnected(ConnectedFault):
    """F-451"""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        return []


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


class ErrorThenMessages(Fault):
    """F-463"""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        broken = Frame("ERROR", (("message", "Internal error"), ("content-length", "0")))
        return [Say(Utterance.of(broken)), *(Publish() for _ in range(self.number("messages")))]


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


FAULTS: dict[str, type[Fault]] = {
    "F-451": NeverConnected,
    "F-453": ConnectedTwice,
    "F-454": TooEarly,
    "F-455": BeatBeforeConnected,
    "F-456": OtherVersion,
    "F-457": OnlyVersion,
    "F-458": VersionRefused,
    "F-459": TokenExpired,
    "F-460": SubscribeRefused,
    "F-461": SubscribeClosed,
    "F-463": ErrorThenMessages,
    "F-466": SessionClosed,
}
