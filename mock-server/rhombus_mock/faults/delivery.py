"""F-60x and F-61x: delivery and the bodies of events."""

from __future__ import annotations

from rhombus_mock import websocket
from rhombus_mock.actions import Action, Say, Send, Utterance
from rhombus_mock.faults.fault import Fault, MessageFault
from rhombus_mock.situation import Situation, with_body, with_header, without_header
from rhombus_mock.stomp.frames import Frame

BAD_JSON = {
    "cut": b'{"entity":"POL',
    "quotes": b"{'a':1}",
    "nan": b'{"durationSec":NaN}',
    "comma": b'{"entity":"DOOR_STATE",}',
    "empty": b"",
}
BEHIND = {"nul": b"\0\0", "blanks": b"  ", "lf": b"\n"}
UNKNOWN = b'{"entity":"QUANTUM_STATE","type":"TELEPORT","extra":{"nested":[1,2,3]},"newField":null}'


class ForeignSubscription(MessageFault):
    """F-601"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_header(frame, "subscription", "sub-9")))]


class OtherDestination(MessageFault):
    """F-602"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_header(frame, "destination", "/topic/change/other")))]


class HeaderMissing(MessageFault):
    """F-603"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(without_header(frame, self.variant)))]


class Twice(MessageFault):
    """F-604"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(frame)), Say(Utterance.of(frame))]


class Burst(Fault):
    """F-607: the octets are made before the first is written."""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        frames = [websocket.text(now.message().encode()) for _ in range(self.number("count"))]
        return [Send(b"".join(frames))]


class BadJson(MessageFault):
    """F-610"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_body(frame, BAD_JSON[self.variant])))]


class BehindBody(MessageFault):
    """F-611"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_body(frame, frame.body + BEHIND[self.variant])))]


class ByteOrderMark(MessageFault):
    """F-612"""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_body(frame, b"\xef\xbb\xbf" + frame.body)))]


class UnknownEntity(MessageFault):
    """F-618"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_body(frame, UNKNOWN)))]


FAULTS: dict[str, type[Fault]] = {
    "F-601": ForeignSubscription,
    "F-602": OtherDestination,
    "F-603": HeaderMissing,
    "F-604": Twice,
    "F-607": Burst,
    "F-610": BadJson,
    "F-611": BehindBody,
    "F-612": ByteOrderMark,
    "F-618": UnknownEntity,
}
