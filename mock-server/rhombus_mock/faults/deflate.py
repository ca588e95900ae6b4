"""F-319 to F-321: permessage-deflate, where the client offers it."""

from __future__ import annotations

from collections.abc import Sequence

from rhombus_mock.actions import Action, Pour, Say, Send, Utterance
from rhombus_mock.faults.fault import Fault, InStream
from rhombus_mock.faults.situation import Situation
from rhombus_mock.wire import deflate, websocket
from rhombus_mock.wire.deflate import Context, Deflate

NOT_OFFERED = "the client offers no permessage-deflate that can be agreed to"
CORRUPT = b"\xff" * 5
"""A last block of the type that does not exist. Spec: RFC 1951, section 3.2.3."""


class DeflateFault(Fault):
    """Needs permessage-deflate."""

    def compression(self) -> Context | None:
        return "take-over"

    def hindrance(self, now: Situation) -> str | None:
        return None if now.deflate else NOT_OFFERED


class Compressed(DeflateFault):
    """F-319"""

    begins = "upgraded"
    continuous = True

    def compression(self) -> Context | None:
        return "no-take-over" if self.variant == "no-take-over" else "take-over"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        if self.variant == "small-plain" and len(utterance.octets) < self.number("small"):
            return None
        framing = "compressed-fragments" if self.variant == "fragments" else "compressed"
        return [Say(utterance, framing)]


class Rsv1OutOfPlace(InStream):
    """F-320. Without permessage-deflate nothing is compressed, and the bit as wrong."""

    def compression(self) -> Context | None:
        return "take-over"

    def begin(self, now: Situation) -> list[Action] | None:
        if self.variant == "ping":
            return [Send(websocket.with_rsv1(websocket.EMPTY_PING))]
        first, last = _in_two(now.message().encode(), now.deflate)
        return [Send(first), Send(websocket.with_rsv1(last))]


class Corrupt(DeflateFault, InStream):
    """F-321/corrupt"""

    def begin(self, now: Situation) -> list[Action] | None:
        return [Send(websocket.with_rsv1(websocket.text(CORRUPT)))]


class Bomb(DeflateFault, InStream):
    """F-321/bomb: one message in one frame, of the length that was asked for to the MiB."""

    def begin(self, now: Situation) -> list[Action] | None:
        block, count = deflate.bomb(self.number("octets"))
        length = len(block) * count - len(deflate.TAIL)
        if now.deflate:
            now.deflate.forget()  # The client's context is now full of the bomb.
        header = websocket.frame_head(websocket.TEXT, length)
        return [
            Send(websocket.with_rsv1(header)),
            Pour(block, len(block) * (count - 1)),
            Send(block.removesuffix(deflate.TAIL)),
        ]


def _in_two(octets: bytes, agreed: Deflate | None) -> Sequence[bytes]:
    """A message in two fragments, compressed where that was agreed on."""
    payload = agreed.payload(octets) if agreed else octets
    first, last = websocket.fragments(payload, [len(payload) // 2])
    return (websocket.with_rsv1(first) if agreed else first), last


FAULTS: dict[str, type[Fault]] = {
    "F-319": Compressed,
    "F-320": Rsv1OutOfPlace,
    "F-321": Corrupt,
    "F-321/bomb": Bomb,
}
