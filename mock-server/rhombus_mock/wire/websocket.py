"""WebSocket frames as octets: our own writer, which also writes what is illegal, and a decoder
that reads every frame there can be, for the journal. Spec: RFC 6455, section 5.2."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from websockets.extensions import Extension
from websockets.frames import Close
from websockets.protocol import Event, State
from websockets.server import ServerProtocol

RSV1 = 0x40
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MAX_MESSAGE_OCTETS = 16 * 1024 * 1024


def frame_octets(opcode: int, payload: bytes = b"", *, first: int = 0x80) -> bytes:
    """One unmasked frame. `first` holds FIN and RSV bits, as they stand on the wire."""
    return frame_head(opcode, len(payload), first=first) + payload


EMPTY_PING = bytes([0x80 | PING, 0])


def frame_head(opcode: int, length: int, *, first: int = 0x80) -> bytes:
    """What stands before the payload of one unmasked frame."""
    if length < 126:
        size = struct.pack("!B", length)
    elif length < 65536:
        size = struct.pack("!BH", 126, length)
    else:
        size = struct.pack("!BQ", 127, length)
    return bytes([first | opcode]) + size


def masked_frame_octets(opcode: int, payload: bytes, mask: bytes) -> bytes:
    """One masked frame of at most 125 octets: what only a client may send."""
    masked = bytes(octet ^ mask[at % 4] for at, octet in enumerate(payload))
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked


def text(payload: bytes) -> bytes:
    """One text message in one frame; whether it is UTF-8 is the caller's business."""
    return frame_octets(TEXT, payload)


def binary(payload: bytes) -> bytes:
    """One binary message in one frame."""
    return frame_octets(BINARY, payload)


def close(code: int | None, reason: bytes = b"") -> bytes:
    """A Close frame with any code, also a forbidden one; None for no code."""
    return frame_octets(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def fragments(payload: bytes, cuts: Sequence[int], *, opcode: int = TEXT) -> list[bytes]:
    """The frames of one message cut at the given offsets."""
    pieces = pieces_of(payload, cuts)
    last = len(pieces) - 1
    return [
        frame_octets(CONTINUATION if at else opcode, piece, first=0x80 if at == last else 0)
        for at, piece in enumerate(pieces)
    ]


def with_rsv1(frame: bytes) -> bytes:
    """The same frame, said to begin a compressed message."""
    return bytes([frame[0] | RSV1]) + frame[1:]


def pieces_of(payload: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The payload cut at the given offsets; nothing is lost or doubled."""
    edges = [0, *sorted(cuts), len(payload)]
    return [payload[a:b] for a, b in itertools.pairwise(edges)]


def legal_cut(payload: bytes, wanted: int) -> int:
    """The offset nearest below `wanted` that is not inside a UTF-8 character."""
    while 0 < wanted < len(payload) and payload[wanted] & 0xC0 == 0x80:
        wanted -= 1
    return wanted


@dataclass(frozen=True)
class SeenFrame:
    """One frame as it stood on the wire, payload unmasked."""

    fin: bool
    rsv: int
    opcode: int
    mask: bytes | None
    payload: bytes
    read: int
    """Number of the socket read or write that carried its first octet."""


@dataclass(frozen=True)
class NoFrame:
    """Octets that cannot be read as frames, and the section of RFC 6455 that says so."""

    octets: bytes
    rule: str


@dataclass(slots=True)
class FrameDecoder:
    """Reads frames of either side without judging them: any opcode, RSV bit, mask or length."""

    max_payload: int = MAX_MESSAGE_OCTETS
    _buffer: bytearray = field(default_factory=bytearray)
    _read: int = 0
    _lost: bool = False

    def receive(self, octets: bytes, read: int) -> list[SeenFrame | NoFrame]:
        """Frames now complete. After the first NoFrame everything is NoFrame."""
        if self._lost:
            return [NoFrame(octets, "5.2")]
        if not self._buffer:
            self._read = read
        self._buffer += octets
        seen: list[SeenFrame | NoFrame] = []
        while (frame := self._take(read)) is not None:
            seen.append(frame)
        return seen

    def end(self) -> list[SeenFrame | NoFrame]:
        """What was left unfinished when the stream ended."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return [NoFrame(rest, "5.2")] if rest else []

    def _take(self, read: int) -> SeenFrame | NoFrame | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, at = buffer[1] & 0x7F, 2
        if length == 126:
            at = 4
            length = int.from_bytes(buffer[2:4], "big")
        elif length == 127:
            at = 10
            length = int.from_bytes(buffer[2:10], "big")
        masked = bool(buffer[1] & 0x80)
        if len(buffer) < at:
            return None
        if length > self.max_payload:
            self._lost = True
            return self.end()[0]
        start = at + 4 if masked else at
        if len(buffer) < start + length:
            return None
        mask = bytes(buffer[at:start]) if masked else None
        payload = bytes(buffer[start : start + length])
        frame = SeenFrame(
            fin=bool(buffer[0] & 0x80),
            rsv=(buffer[0] >> 4) & 7,
            opcode=buffer[0] & 15,
            mask=mask,
            payload=_unmask(payload, mask) if mask else payload,
            read=self._read,
        )
        del buffer[: start + length]
        self._read = read
        return frame


def _unmask(payload: bytes, mask: bytes) -> bytes:
    length = len(payload)
    key = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
    return (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big")


class Endpoint:
    """The receiving half of a WebSocket server: `websockets` judges what the client sends and
    answers pings and Close; what we send ourselves never passes through it."""

    def __init__(self) -> None:
        self._protocol = ServerProtocol(state=State.OPEN, max_size=MAX_MESSAGE_OCTETS)

    def receive(self, octets: bytes) -> tuple[list[Event], list[bytes]]:
        """Frames of the client, and what must be sent in answer; b"" there means FIN."""
        self._protocol.receive_data(octets)
        return self._protocol.events_received(), self._protocol.data_to_send()

    def inflate(self, extension: Extension) -> None:
        """From now on the client may compress its messages."""
        self._protocol.extensions = [extension]

    def we_closed(self) -> None:
        """A Close of ours went out: the client's Close is its answer and gets none."""
        if self._protocol.state is State.OPEN:
            self._protocol.close_sent = Close(1000, "")
            self._protocol.state = State.CLOSING

    @property
    def broken(self) -> bool:
        """Whether the client sent something that is no WebSocket."""
        return self._protocol.parser_exc is not None

    @property
    def ended(self) -> bool:
        """Whether the client sent a Close, or something that is no WebSocket."""
        return self._protocol.eof_sent
