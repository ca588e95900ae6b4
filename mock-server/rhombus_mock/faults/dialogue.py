"""F-451 to F-459 and F-464: the answer to CONNECT."""

from __future__ import annotations

from rhombus_mock.actions import (
    BEAT,
    Action,
    Later,
    Reached,
    Say,
    Utterance,
)
from rhombus_mock.faults.fault import ConnectedFault, Fault
from rhombus_mock.faults.situation import Situation, with_header, without_header
from rhombus_mock.service.dialogue import farewell
from rhombus_mock.stomp.frames import Frame

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
    "F-464": OddError,
}
