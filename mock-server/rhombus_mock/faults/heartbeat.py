"""F-50x and F-51x: heart-beats."""

from __future__ import annotations

from collections.abc import Mapping

from rhombus_mock import websocket
from rhombus_mock.actions import BEAT, Action, FallSilent, Fin, Publish, Say, Send, Utterance
from rhombus_mock.faults.fault import ConnectedFault, Fault, Value
from rhombus_mock.situation import Situation, with_header
from rhombus_mock.stomp.frames import Frame


class BeatsStop(Fault):
    """F-501: one beat more, so that the client has heard one, then silence."""

    begins = "subscribed"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [Say(BEAT), FallSilent()]


class BeatsNever(Fault):
    """F-514"""

    begins = "connected"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action] | None:
        return [FallSilent()]


class Rhythm(Fault):
    """F-502, F-503/fast: every `factor` times N."""

    begins = "connected"

    def beat_interval(self, interval_ms: float, now: Situation) -> float | None:
        return interval_ms * float(self.parameters["factor"])

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        return [Say(utterance)] if utterance.what == "beat" else None


class Jitter(Fault):
    """F-503/jitter"""

    begins = "connected"

    def beat_interval(self, interval_ms: float, now: Situation) -> float | None:
        return interval_ms * now.chance.uniform(0.5, 1.5)

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        return [Say(utterance)] if utterance.what == "beat" else None


class OddBeats(Fault):
    """F-503/crlf, F-503/five"""

    begins = "connected"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        if utterance.what != "beat":
            return None
        octets = b"\r\n" if self.variant == "crlf" else b"\n\n\n\n\n"
        return [Say(Utterance("beat", octets))]


class MessagesForBeats(Rhythm):
    """F-505/message"""

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        return [Publish()] if utterance.what == "beat" else None


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
        return [Send(websocket.text(octet))]


class OtherOffer(ConnectedFault):
    """F-508 to F-510: another `heart-beat` header."""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        offer = self.variant.replace("-", ",") if self.variant else self.text("header")
        return [Say(Utterance.of(with_header(frame, "heart-beat", offer)))]


class SilentClientDropped(Fault):
    """F-512: the server does so by itself; here it is on record, and may be a bare FIN."""

    begins = "connected"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        frame = utterance.frame
        if frame is None or frame.command != "ERROR":
            return None
        if frame.header("message") != "Session closed.":
            return None
        return [Fin()] if self.variant == "fin" else [Say(utterance)]


FAULTS: dict[str, type[Fault]] = {
    "F-501": BeatsStop,
    "F-502": Rhythm,
    "F-503": Rhythm,
    "F-503/jitter": Jitter,
    "F-503/crlf": OddBeats,
    "F-503/five": OddBeats,
    "F-505": MessagesForBeats,
    "F-505/octet": OctetsForBeats,
    "F-508": OtherOffer,
    "F-509": OtherOffer,
    "F-510": OtherOffer,
    "F-512": SilentClientDropped,
    "F-514": BeatsNever,
}
