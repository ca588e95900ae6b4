"""F-50x and F-51x: heart-beats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rhombus_mock.actions import (
    BEAT,
    Action,
    FallSilent,
    Fin,
    Publish,
    Say,
    Send,
    State,
    StopEvents,
    Utterance,
)
from rhombus_mock.faults.fault import ConnectedFault, Fault, InStream, Value
from rhombus_mock.faults.situation import Situation, with_header
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket

ODD_BEATS = {
    "crlf": b"\r\n",
    "five": b"\n\n\n\n\n",
    "nul": b"\0",
    "lf-nul": b"\n\0",
    "empty": b"",
}
ODD_OFFERS = {
    "one-number": "10000",
    "words": "abc,def",
    "negative": "-5,-5",
    "three": "1,2,3",
    "huge": "10000,99999999999",
}


class BeatsStop(InStream):
    """F-501, F-517: one beat more, so that the client has heard one, then silence."""

    def begin(self, now: Situation) -> list[Action] | None:
        return [Say(BEAT), FallSilent()]


class BeatsNever(Fault):
    """F-514"""

    begins = "connected"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [FallSilent()]


class BeatFault(Fault):
    """Spoils or replaces beats."""

    begins: ClassVar[State] = "connected"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        return self.beat(utterance, now) if utterance.what == "beat" else None

    def beat(self, utterance: Utterance, now: Situation) -> list[Action]:
        """Stands in for that beat."""
        return [Say(utterance)]


class Rhythm(BeatFault):
    """F-502, F-503/fast: every `factor` times N."""

    def beat_interval(self, interval_ms: float, now: Situation) -> float | None:
        return interval_ms * self.factor("factor")


class Jitter(BeatFault):
    """F-503/jitter"""

    def beat_interval(self, interval_ms: float, now: Situation) -> float | None:
        return interval_ms * now.chance.uniform(self.factor("least"), self.factor("most"))


class OddBeats(BeatFault):
    """F-503/crlf, F-503/five, F-516"""

    def beat(self, utterance: Utterance, now: Situation) -> list[Action]:
        return [Say(Utterance("beat", ODD_BEATS[self.variant]))]


class PingsForBeats(BeatFault):
    """F-507: the first one at once; nothing else is said of the server's own accord."""

    begins = "subscribed"

    def begin(self, now: Situation) -> list[Action] | None:
        return [Send(websocket.EMPTY_PING), StopEvents()]

    def beat(self, utterance: Utterance, now: Situation) -> list[Action]:
        return [Send(websocket.EMPTY_PING)]


class ErrorsForBeats(BeatFault):
    """F-515"""

    def beat(self, utterance: Utterance, now: Situation) -> list[Action]:
        return [Say(Utterance.of(Frame("ERROR", (("message", "heartbeat"),))))]


class MessagesForBeats(Rhythm):
    """F-505/message"""

    def beat(self, utterance: Utterance, now: Situation) -> list[Action]:
        return [Publish()]


class OctetsForBeats(Rhythm):
    """F-505/octet: a MESSAGE that never hurries."""

    def __init__(self, variant: str, parameters: Mapping[str, Value]) -> None:
        super().__init__(variant, parameters)
        self._rest = b""

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        if utterance.what != "beat":
            # Anything else would land inside the half frame.
            return None if not self._rest else []
        if not self._rest:
            self._rest = now.message(b'{"entity":"DOOR_STATE","type":"UPDATE"}').encode()
        octet, self._rest = self._rest[:1], self._rest[1:]
        return [Say(Utterance("part", octet), layout="whole")]


class OtherOffer(ConnectedFault):
    """F-508 to F-510: another `heart-beat` header."""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        offer = self.variant.replace("-", ",") if self.variant else self.text("header")
        return [Say(Utterance.of(with_header(frame, "heart-beat", offer)))]


class MalformedOffer(ConnectedFault):
    """F-511: agreed is what the header says where it is well formed, 0,0 otherwise."""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_header(frame, "heart-beat", ODD_OFFERS[self.variant])))]


class SilentClientDropped(Fault):
    """F-512: the server does so by itself; here it is on record, and may be a bare FIN."""

    begins = "connected"
    _leaving = False

    def received(self, frame: Frame, now: Situation) -> list[Action] | None:
        # DISCONNECT may be answered by the same ERROR, which is not about silence.
        self._leaving = self._leaving or frame.command == "DISCONNECT"
        return None

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        frame = utterance.frame
        if frame is None or frame.command != "ERROR" or self._leaving:
            return None
        if frame.header("message") != "Session closed.":
            return None
        return [Fin()] if self.variant == "fin" else [Say(utterance)]


class Intolerant(SilentClientDropped):
    """F-513"""

    def silence_limit(self, interval_ms: float, now: Situation) -> float | None:
        return interval_ms * self.factor("factor") + self.seconds("grace") * 1000


FAULTS: dict[str, type[Fault]] = {
    "F-501": BeatsStop,
    "F-502": Rhythm,
    "F-503": Rhythm,
    "F-503/jitter": Jitter,
    "F-503/crlf": OddBeats,
    "F-503/five": OddBeats,
    "F-505": MessagesForBeats,
    "F-505/octet": OctetsForBeats,
    "F-507": PingsForBeats,
    "F-508": OtherOffer,
    "F-509": OtherOffer,
    "F-510": OtherOffer,
    "F-511": MalformedOffer,
    "F-512": SilentClientDropped,
    "F-513": Intolerant,
    "F-514": BeatsNever,
    "F-515": ErrorsForBeats,
    "F-516": OddBeats,
    "F-517": BeatsStop,
}
