"""How STOMP octets are laid out in WebSocket messages: same meaning, other octets."""

from __future__ import annotations

from rhombus_mock import websocket
from rhombus_mock.actions import Send

FRAMINGS = ("whole", "split-frame", "coalesced", "fragmented", "tcp-slices", "binary")
SLICE_OCTETS = 7


def laid_out(octets: bytes, framing: str) -> list[Send]:
    """The writes for one utterance. Beats are never cut: one octet has no middle."""
    if framing == "binary":
        return [Send(websocket.binary(octets))]
    if framing == "tcp-slices":
        return [Send(websocket.text(octets), cut=SLICE_OCTETS)]
    if framing == "coalesced" and octets != b"\n":
        return [Send(websocket.text(b"\n" + octets))]
    middle = websocket.legal_cut(octets, len(octets) // 2)
    if middle and framing == "split-frame":
        return [Send(websocket.text(one)) for one in websocket.pieces_of(octets, [middle])]
    if middle and framing == "fragmented":
        return [Send(one) for one in websocket.fragments(octets, [middle])]
    return [Send(websocket.text(octets))]
