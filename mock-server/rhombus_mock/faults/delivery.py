"""F-601 to F-609, F-622 to F-624: which events come, when, and for whom."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from rhombus_mock.actions import (
    Action,
    FallSilent,
    Heed,
    Publish,
    Resume,
    Say,
    Send,
    StopEvents,
    Utterance,
)
from rhombus_mock.faults.fault import ConnectedFault, Fault, InStream, MessageFault, Value
from rhombus_mock.faults.situation import Situation, with_body, with_header, without_header
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket

BLOCKS = 100
"""A burst goes out in so many writes, evenly over its time."""


def said(*frames: Frame) -> list[Action]:
    """Frames as they are."""
    return [Say(Utterance.of(frame)) for frame in frames]


class ForeignSubscription(MessageFault):
    """F-601"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return said(with_header(frame, "subscription", "sub-9"))


class OtherDestination(MessageFault):
    """F-602"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return said(with_header(frame, "destination", "/topic/change/other"))


class HeaderMissing(MessageFault):
    """F-603"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return said(without_header(frame, self.variant))


class Twice(MessageFault):
    """F-604"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return said(frame, frame)


class Gap(InStream):
    """F-605/gap: events happen, have their ids, and are never sent."""

    continuous = True

    def __init__(self, variant: str, parameters: Mapping[str, Value]) -> None:
        super().__init__(variant, parameters)
        self._withholds = True

    def begin(self, now: Situation) -> list[Action]:
        return []

    def due_in(self, now: Situation) -> float | None:
        return self.seconds("span") if self._withholds else None

    def due(self, now: Situation) -> list[Action]:
        self._withholds = False
        return []

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        return [] if self._withholds and utterance.what == "MESSAGE" else None


class OutOfOrder(InStream):
    """F-605/order: three events, the last one first."""

    def begin(self, now: Situation) -> list[Action]:
        first, second, third = (now.message() for _ in range(3))
        return said(third, first, second)


class Burst(InStream):
    """F-607: the octets are made before the first is written."""

    def begin(self, now: Situation) -> list[Action]:
        octets = _burst(now, self.number("count"))
        span = self.seconds("span")
        return [Send(octets, cut=max(1, -(-len(octets) // BLOCKS)), every=span / BLOCKS)]


def _burst(now: Situation, count: int) -> bytes:
    """So many messages with ids one after the other; few bodies, so that it takes no time."""
    made = [now.message() for _ in range(min(count, BLOCKS))]
    octets = [websocket.text(frame.encode()) for frame in made]
    halves = [with_header(frame, "message-id", "\0").encode().split(b"\0", 1) for frame in made]
    for at in range(len(made), count):
        now.messages += 1
        before, behind = halves[at % len(halves)]
        octets.append(websocket.text(b"%b%d%b" % (before, now.messages, behind)))
    return b"".join(octets)


class Steady(InStream):
    """F-608"""

    continuous = True

    def __init__(self, variant: str, parameters: Mapping[str, Value]) -> None:
        super().__init__(variant, parameters)
        self._left = round(self.number("rate") * self.seconds("span"))

    def due_in(self, now: Situation) -> float | None:
        return 1 / self.number("rate") if self._left else None

    def due(self, now: Situation) -> list[Action]:
        self._left -= 1
        return [Publish()]


class Silence(InStream):
    """F-609, F-624/late: beats, but no events for a while."""

    continuous = True

    def __init__(self, variant: str, parameters: Mapping[str, Value]) -> None:
        super().__init__(variant, parameters)
        self._waits = True

    def begin(self, now: Situation) -> list[Action]:
        return [StopEvents()]

    def due_in(self, now: Situation) -> float | None:
        return self.seconds("span") if self._waits else None

    def due(self, now: Situation) -> list[Action]:
        self._waits = False
        return [Resume(), Publish()]

    def called_off(self, now: Situation) -> list[Action]:
        return [Resume()]


class Early(ConnectedFault):
    """F-624/early: an event before anyone subscribed."""

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        octets = frame.encode() + now.message().encode()
        return [Say(Utterance("CONNECTED", octets, frame))]


class Slow(InStream):
    """F-614: STOMP knows nothing between the octets of a frame, so beats wait for its end; of
    WebSocket, pongs and a Close may come between messages and fragments."""

    continuous = True

    def __init__(self, variant: str, parameters: Mapping[str, Value]) -> None:
        super().__init__(variant, parameters)
        self._pieces: list[bytes] = []
        """The last one first."""
        self._seconds = 0.0
        """To the next piece, or to the end of the only one."""

    def begin(self, now: Situation) -> list[Action]:
        octets = now.message(now.events.body_of(self.number("octets"))).encode()
        step = max(1, self.number("rate") // 10)
        self._seconds = step / self.number("rate")
        cuts = range(step, len(octets), step)
        if self.variant == "frame":
            framed, every = websocket.text(octets), self._seconds
            self._seconds *= len(framed) / step
            return [FallSilent(), Send(framed, cut=step, every=every)]
        if self.variant == "fragments":
            self._pieces = websocket.fragments(octets, cuts)
        else:
            self._pieces = [websocket.text(one) for one in websocket.pieces_of(octets, cuts)]
        self._pieces.reverse()
        return [FallSilent(), Send(self._pieces.pop())]

    def due_in(self, now: Situation) -> float | None:
        return self._seconds or None

    def due(self, now: Situation) -> list[Action]:
        if len(self._pieces) > 1:
            return [Send(self._pieces.pop())]
        self._seconds = 0.0
        return [*(Send(one) for one in self._pieces), Resume()]

    def called_off(self, now: Situation) -> None:
        """Half a frame must have its other half."""

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        # Whatever it is, it would land inside the half frame.
        return [] if self._seconds else None


class OtherOrganization(MessageFault):
    """F-620"""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        other = base64.urlsafe_b64encode(now.chance.randbytes(16)).decode().rstrip("=")
        if self.variant == "topic":
            return said(with_header(frame, "destination", f"/topic/change/{other}"))
        return said(with_body(frame, frame.body[:-1] + b',"orgUuid":"%b"}' % other.encode()))


class Afterwards(Fault):
    """F-622: an event for who does not want any more."""

    begins = "connected"

    def received(self, frame: Frame, now: Situation) -> list[Action] | None:
        if frame.command != self.variant.upper():
            return None
        if frame.command == "DISCONNECT":
            # Ahead of the RECEIPT, or of the Close: nothing may come behind that.
            return [Publish(), Heed(frame)]
        return [Heed(frame), Publish()]


FAULTS: dict[str, type[Fault]] = {
    "F-601": ForeignSubscription,
    "F-602": OtherDestination,
    "F-603": HeaderMissing,
    "F-604": Twice,
    "F-605/gap": Gap,
    "F-605/order": OutOfOrder,
    "F-607": Burst,
    "F-608": Steady,
    "F-609": Silence,
    "F-614": Slow,
    "F-620": OtherOrganization,
    "F-622": Afterwards,
    "F-624/late": Silence,
    "F-624/early": Early,
}
