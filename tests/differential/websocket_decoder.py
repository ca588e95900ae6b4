"""A second WebSocket decoder, written from RFC 6455 and RFC 7692.

Where a violation is said to be: bits, opcode and order at the frame's first octet; mask and length
at its second, an impossible length at its third; a Close code at the payload; text at the octet
that is not UTF-8, and at its frame where the text was compressed; all else at the frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from inflate import Corrupt, Inflater, TooLong

Token = list[object]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Violation(Exception):
    """The rule that is broken, and the octet of the stream where it is."""

    def __init__(self, rule: str, offset: int) -> None:
        super().__init__(rule)
        self.rule = rule
        self.offset = offset


class NeedMore(Exception):
    """The stream ends inside a frame."""


def sendable(code: int) -> bool:
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999


def first_wrong_octet(text: bytes) -> int | None:
    """The index of the first octet that no UTF-8 has there; the length when it ends too soon."""
    try:
        text.decode()
    except UnicodeDecodeError as broken:
        lead = text[broken.start]
        return broken.end if 0xC2 <= lead <= 0xF4 else broken.start
    return None


@dataclass(frozen=True)
class Frame:
    offset: int
    fin: bool
    rsv: int
    opcode: int
    mask: bytes | None
    payload: bytes
    head_octets: int

    @property
    def end(self) -> int:
        return self.offset + self.head_octets + len(self.payload)

    def token(self) -> Token:
        mask = self.mask.hex() if self.mask is not None else None
        return [
            "frame",
            self.offset,
            int(self.fin),
            self.rsv,
            self.opcode,
            mask,
            self.payload.hex(),
        ]


@dataclass(frozen=True)
class FrameDecoder:
    side: str
    limit: int
    compressed: bool

    def frames(self, stream: bytes) -> tuple[list[Frame], Violation | None, int]:
        """The frames, what broke the stream, and how many octets of a frame are left over."""
        frames: list[Frame] = []
        at = 0
        inside = False
        try:
            while at < len(stream):
                frame = self._frame(stream, at, inside=inside)
                frames.append(frame)
                at = frame.end
                if frame.opcode < CLOSE:
                    inside = not frame.fin
        except Violation as broken:
            return frames, broken, 0
        except NeedMore:
            pass
        return frames, None, len(stream) - at

    def decode(self, stream: bytes) -> list[Token]:
        frames, broken, unfinished = self.frames(stream)
        tokens = [frame.token() for frame in frames]
        if broken:
            return [*tokens, ["violation", broken.rule, broken.offset]]
        return [*tokens, ["unfinished", unfinished]]

    def _frame(self, stream: bytes, at: int, *, inside: bool) -> Frame:
        if len(stream) < at + 2:
            raise NeedMore
        first, second = stream[at], stream[at + 1]
        fin, rsv, opcode = first >> 7 == 1, first >> 4 & 7, first & 15
        self._check_bits(at, rsv, opcode)
        masked = second >> 7 == 1
        if masked != (self.side == "client"):
            raise Violation("masked-by-server" if masked else "unmasked-by-client", at + 1)
        self._check_order(at, opcode, fin=fin, inside=inside)
        length, behind = self._length(stream, at, control=opcode >= CLOSE)
        mask = stream[behind : behind + 4] if masked else None
        begin = behind + (4 if masked else 0)
        if len(stream) < begin + length:
            raise NeedMore
        payload = stream[begin : begin + length]
        if mask is not None:
            payload = bytes(octet ^ mask[i % 4] for i, octet in enumerate(payload))
        if opcode == CLOSE:
            self._check_close(payload, begin)
        return Frame(at, fin, rsv, opcode, mask, payload, begin - at)

    def _check_bits(self, at: int, rsv: int, opcode: int) -> None:
        if rsv and (not self.compressed or rsv != 4):
            raise Violation("reserved-bits", at)
        if rsv and opcode >= CLOSE:
            raise Violation("compressed-control-frame", at)
        if rsv and opcode == CONTINUATION:
            raise Violation("compressed-continuation", at)
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise Violation("unknown-opcode", at)

    def _check_order(self, at: int, opcode: int, *, fin: bool, inside: bool) -> None:
        if opcode >= CLOSE:
            if not fin:
                raise Violation("fragmented-control-frame", at)
        elif opcode == CONTINUATION and not inside:
            raise Violation("continuation-without-start", at)
        elif opcode != CONTINUATION and inside:
            raise Violation("message-inside-message", at)

    def _length(self, stream: bytes, at: int, *, control: bool) -> tuple[int, int]:
        short = stream[at + 1] & 127
        size = {126: 2, 127: 8}.get(short, 0)
        if control and size:
            raise Violation("long-control-frame", at + 1)
        if len(stream) < at + 2 + size:
            raise NeedMore
        length = int.from_bytes(stream[at + 2 : at + 2 + size], "big") if size else short
        if length < {0: 0, 2: 126, 8: 65536}[size]:
            raise Violation("length-not-minimal", at + 1)
        if length >= 2**63:
            raise Violation("length-out-of-range", at + 2)
        if length > self.limit:
            raise Violation("frame-too-long", at + 1)
        return length, at + 2 + size

    def _check_close(self, payload: bytes, begin: int) -> None:
        if len(payload) == 1:
            raise Violation("one-octet-close", begin)
        if payload and not sendable(int.from_bytes(payload[:2], "big")):
            raise Violation("close-code-not-sendable", begin)


@dataclass
class MessageDecoder:
    side: str
    limit: int
    compressed: bool
    takeover: bool = True
    _inflater: Inflater = field(default_factory=Inflater)
    _closed: bool = False

    def decode(self, stream: bytes) -> list[Token]:
        frames, broken, _ = FrameDecoder(self.side, self.limit, self.compressed).frames(stream)
        tokens: list[Token] = []
        parts: list[Frame] = []
        try:
            for frame in frames:
                if frame.opcode >= CLOSE:
                    self._check_control(frame)
                    tokens.append(["control", frame.opcode])
                    continue
                if self._closed:
                    raise Violation("data-after-close", frame.offset)
                parts.append(frame)
                text = self._joined(parts)
                if frame.fin:
                    tokens.append(self._message(parts, text))
                    parts = []
        except Violation as found:
            broken = found
        if broken:
            tokens.append(["violation", broken.rule, broken.offset])
        return tokens

    def _check_control(self, frame: Frame) -> None:
        if frame.opcode != CLOSE:
            return
        self._closed = True
        wrong = first_wrong_octet(frame.payload[2:])
        if wrong is not None:
            raise Violation("close-reason-not-utf8", frame.offset + frame.head_octets + 2 + wrong)

    @staticmethod
    def _message(parts: list[Frame], payload: bytes) -> Token:
        kind = "text" if parts[0].opcode == TEXT else "binary"
        return ["message", kind, parts[0].offset, len(parts), payload.hex()]

    def _joined(self, parts: list[Frame]) -> bytes:
        """All octets of the message so far, checked as far as they can be."""
        last = parts[-1]
        if parts[0].rsv:
            return self._inflated(parts)
        text = b"".join(part.payload for part in parts)
        if len(text) > self.limit:
            raise Violation("message-too-long", last.offset)
        if parts[0].opcode == TEXT:
            wrong = first_wrong_octet(text)
            if wrong is not None and (wrong < len(text) or last.fin):
                inside = wrong - (len(text) - len(last.payload))
                raise Violation("text-not-utf8", last.offset + last.head_octets + inside)
        return text

    def _inflated(self, parts: list[Frame]) -> bytes:
        last = parts[-1]
        deflated = b"".join(part.payload for part in parts)
        try:
            text = self._inflater.inflate(deflated, self.limit, whole=last.fin)
        except Corrupt:
            raise Violation("corrupt-deflate-data", last.offset) from None
        except TooLong:
            raise Violation("inflated-too-long", last.offset) from None
        if last.fin and not self.takeover:
            self._inflater = Inflater()
        if parts[0].opcode == TEXT:
            wrong = first_wrong_octet(text)
            if wrong is not None and (wrong < len(text) or last.fin):
                raise Violation("text-not-utf8", last.offset)
        return text
