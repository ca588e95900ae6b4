"""permessage-deflate: what is agreed on at the upgrade, and the server's half of it. The client's
half is inflated, within limits, by `websockets`. Spec: RFC 7692, section 7."""

from __future__ import annotations

import zlib
from typing import Literal

from websockets.exceptions import InvalidHeader, NegotiationError
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.headers import build_extension, parse_extension

from rhombus_mock.wire.http1 import Request

Context = Literal["take-over", "no-take-over"]
"""Whether both sides may refer to messages before the one that they compress."""
TAIL = b"\x00\x00\xff\xff"
"""Ends what a flush writes, and is left out on the wire. Spec: RFC 7692, section 7.2.1."""
MEBI = 1 << 20


class Deflate:
    """As agreed on for one connection."""

    def __init__(self, answer: str, inflating: PerMessageDeflate) -> None:
        self.answer = answer
        """The value of Sec-WebSocket-Extensions in the 101."""
        self.inflating = inflating
        self._compressor = self._fresh()

    def payload(self, octets: bytes) -> bytes:
        """The payload of a compressed message."""
        if self.inflating.local_no_context_takeover:
            self.forget()
        written = self._compressor.compress(octets) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        return written.removesuffix(TAIL)

    def forget(self) -> None:
        """The next message refers to none before it."""
        self._compressor = self._fresh()

    def _fresh(self) -> zlib._Compress:
        return zlib.compressobj(wbits=-self.inflating.local_max_window_bits)


def agreed(request: Request, context: Context) -> Deflate | None:
    """Accepts the first offer that can be; None where the client makes none."""
    alone = context == "no-take-over"
    factory = ServerPerMessageDeflateFactory(alone, alone)
    for name, value in request.headers:
        if name.lower() != "sec-websocket-extensions":
            continue
        try:
            offers = parse_extension(value)
        except InvalidHeader:
            continue
        for offered, parameters in offers:
            if offered != factory.name:
                continue
            try:
                ours, inflating = factory.process_request_params(parameters, [])
            except NegotiationError:
                continue
            return Deflate(build_extension([(factory.name, ours)]), inflating)
    return None


def bomb(octets: int) -> tuple[bytes, int]:
    """A payload that inflates to that many MiB of `a` when its block is repeated so often and the
    last TAIL is left out. Of the fixed code, as 6 MiB for 1 GiB."""
    compressor = zlib.compressobj(wbits=-15, strategy=zlib.Z_FIXED)
    block = compressor.compress(b"a" * MEBI) + compressor.flush(zlib.Z_FULL_FLUSH)
    return block, max(1, octets // MEBI)
