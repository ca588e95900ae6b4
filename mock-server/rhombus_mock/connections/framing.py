"""How STOMP octets are laid out in WebSocket messages: same meaning, other octets."""

from __future__ import annotations

import functools
import random

from rhombus_mock.actions import Join, Send
from rhombus_mock.wire import websocket
from rhombus_mock.wire.deflate import Deflate

LAYOUTS = ("whole", "split-frame", "split-everything", "coalesced", "fragmented", "tcp-slices")
FRAMINGS = (*LAYOUTS, "binary", *(f"{layout}-binary" for layout in LAYOUTS[1:]))
COMPRESSED = ("compressed", "compressed-fragments")
"""Layouts where permessage-deflate was agreed on."""
SLICE_OCTETS = 7
MAX_PIECES = 6


class Framer:
    """One connection's. `framing` is one of FRAMINGS; where it cuts is drawn from `seed`. Text is
    never cut inside a character, since each text message must be UTF-8 (RFC 6455, 5.6)."""

    def __init__(self, framing: str, seed: str) -> None:
        self._binary = framing.endswith("binary")
        self._layout = framing.removesuffix("binary").rstrip("-") or "whole"
        self._opcode = websocket.BINARY if self._binary else websocket.TEXT
        self._seed = seed

    @functools.cached_property
    def _chance(self) -> random.Random:
        # Most connections are never cut, and then it takes no memory.
        return random.Random(self._seed)

    def laid_out(self, octets: bytes, layout: str = "") -> list[Send | Join]:
        """The writes for one utterance; `layout` stands in for the connection's own."""
        match layout or self._layout:
            case "split-frame":
                return [self._message(one) for one in self._pieces(octets, 2)]
            case "fragmented":
                return self._fragments(octets)
            case "split-everything":
                pieces = self._pieces(octets, self._chance.randint(2, MAX_PIECES))
                return [send for one in pieces for send in self._fragments(one, SLICE_OCTETS)]
            case "coalesced" if octets:
                ahead = b"" if octets == b"\n" else b"\n"
                return [Join(ahead + octets, self._opcode)]
            case "binary":
                return [Send(websocket.binary(octets))]
            case "tcp-slices":
                return [self._message(octets, SLICE_OCTETS)]
        return [self._message(octets)]

    def _message(self, octets: bytes, longest: int = 0) -> Send:
        cut = self._chance.randint(1, longest) if longest else 0
        return Send(websocket.frame_octets(self._opcode, octets), cut=cut)

    def _fragments(self, octets: bytes, longest: int = 0) -> list[Send | Join]:
        cuts = self._cuts(octets, 2)
        frames = websocket.fragments(octets, cuts, opcode=self._opcode)
        return [Send(one, cut=self._chance.randint(1, longest) if longest else 0) for one in frames]

    def _pieces(self, octets: bytes, count: int) -> list[bytes]:
        return websocket.pieces_of(octets, self._cuts(octets, count))

    def _cuts(self, octets: bytes, count: int) -> list[int]:
        """Where to cut into at most so many pieces. A single octet has no middle."""
        places = range(1, len(octets))
        drawn = self._chance.sample(places, min(count - 1, len(places)))
        if not self._binary:
            drawn = [websocket.legal_cut(octets, cut) for cut in drawn]
        return sorted(set(drawn) - {0})


def compressed(octets: bytes, layout: str, deflate: Deflate) -> list[Send | Join]:
    """The writes for one utterance as a compressed message. Only its first frame has RSV1."""
    payload = deflate.payload(octets)
    cuts = [len(payload) // 3, 2 * len(payload) // 3] if layout == "compressed-fragments" else []
    first, *others = websocket.fragments(payload, cuts)
    return [Send(websocket.with_rsv1(first)), *(Send(one) for one in others)]
