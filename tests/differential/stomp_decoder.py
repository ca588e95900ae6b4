"""A second STOMP decoder, written from the specification (1.2 and its differences to 1.1 and 1.0).

It is slow and plain on purpose: the whole stream at once, line by line. Which rule is named where,
and in which order the rules of one line are looked at, is what rhombus/stomp/error.hpp and
the tests of the codec say.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SERVER_COMMANDS = {b"CONNECTED", b"MESSAGE", b"RECEIPT", b"ERROR"}
CLIENT_COMMANDS = {
    *(b"SEND", b"SUBSCRIBE", b"UNSUBSCRIBE", b"BEGIN", b"COMMIT", b"ABORT", b"ACK", b"NACK"),
    *(b"DISCONNECT", b"CONNECT", b"STOMP"),
}
NEW_IN_1_1 = {b"NACK", b"STOMP"}
WITH_BODY = {b"SEND", b"MESSAGE", b"ERROR"}
WITHOUT_ESCAPES = {b"CONNECT", b"CONNECTED"}
ESCAPES = {
    "1.0": {},
    "1.1": {b"n": b"\n", b"c": b":", b"\\": b"\\"},
    "1.2": {b"n": b"\n", b"c": b":", b"\\": b"\\", b"r": b"\r"},
}
LONGEST_COMMAND_LINE = len(b"UNSUBSCRIBE\r\n")

Token = list[object]


class Violation(Exception):
    """The rule that is broken, and the octet of the stream where it is."""

    def __init__(self, rule: str, offset: int) -> None:
        super().__init__(rule)
        self.rule = rule
        self.offset = offset


class Unfinished(Exception):
    """The stream ends inside a frame."""


@dataclass(frozen=True)
class Limits:
    command_octets: int = 16
    header_count: int = 8
    header_octets: int = 512
    frame_octets: int = 2048


@dataclass
class Head:
    command: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    end: int = 0


@dataclass(frozen=True)
class StompDecoder:
    side: str
    version: str = "1.2"
    limits: Limits = Limits()

    def decode(self, stream: bytes) -> list[Token]:
        """All tokens of the stream; the last may be a violation."""
        tokens: list[Token] = []
        at = 0
        try:
            while at < len(stream):
                token, at = self._token(stream, at)
                tokens.append(token)
        except Violation as broken:
            tokens.append(["violation", broken.rule, broken.offset])
        except Unfinished:
            tokens.append(["violation", "unfinished-frame", len(stream)])
        return tokens

    def _token(self, stream: bytes, at: int) -> tuple[Token, int]:
        if stream[at : at + 1] == b"\n":
            return ["eol", at], at + 1
        if stream[at : at + 1] == b"\r" and self.version == "1.2":
            if at + 1 == len(stream):
                raise Unfinished
            if stream[at + 1 : at + 2] != b"\n":
                raise Violation("bare-carriage-return", at)
            return ["eol", at + 1], at + 2
        if stream[at] == 0:
            raise Violation("null-octet-between-frames", at)
        return self._frame(stream, at)

    def _frame(self, stream: bytes, begin: int) -> tuple[Token, int]:
        head = self._head(stream, begin)
        body, end = self._body(stream, begin, head)
        headers = [[name.hex(), value.hex()] for name, value in head.headers]
        return ["frame", begin, end - begin, head.command.hex(), headers, body.hex()], end

    def _head(self, stream: bytes, begin: int) -> Head:
        head = Head()
        at = begin
        while True:
            end = self._line_end(stream, begin, at, in_command=not head.command)
            if stream[end] == 0:
                raise Violation("null-octet-in-headers", end)
            line = stream[at:end]
            if self.version == "1.2" and line.endswith(b"\r"):
                line = line[:-1]
            if not line:
                head.end = end + 1
                return head
            if self.version == "1.2" and b"\r" in line:
                raise Violation("bare-carriage-return", at + line.index(b"\r"))
            if not head.command:
                head.command = self._command(line, at)
            else:
                head.headers.append(self._header(line, at, head))
                head.places.append(at)
            at = end + 1

    def _line_end(self, stream: bytes, begin: int, at: int, *, in_command: bool) -> int:
        ends = [place for place in (stream.find(b"\n", at), stream.find(b"\0", at)) if place >= 0]
        end = min(ends, default=len(stream))
        if in_command and end - begin > self.limits.command_octets:
            raise Violation("command-too-long", begin + self.limits.command_octets)
        if end - begin > self.limits.header_octets:
            raise Violation("headers-too-long", begin + self.limits.header_octets)
        if not ends:
            raise Unfinished
        return end

    def _command(self, line: bytes, at: int) -> bytes:
        if line not in self._commands():
            raise Violation("unknown-command", at)
        return line

    def _commands(self) -> set[bytes]:
        if self.side == "server":
            return SERVER_COMMANDS
        return CLIENT_COMMANDS - NEW_IN_1_1 if self.version == "1.0" else CLIENT_COMMANDS

    def _header(self, line: bytes, at: int, head: Head) -> tuple[bytes, bytes]:
        name, colon, value = line.partition(b":")
        if not colon:
            raise Violation("header-without-colon", at)
        if not name:
            raise Violation("empty-header-name", at)
        if len(head.headers) == self.limits.header_count:
            raise Violation("too-many-headers", at)
        if self.version != "1.0":
            try:
                line.decode()
            except UnicodeDecodeError as broken:
                raise Violation("header-octets-not-utf8", at + broken.start) from None
        if head.command in WITHOUT_ESCAPES or not ESCAPES[self.version]:
            return name, value
        return self._unescape(name, at), self._unescape(value, at + len(name) + 1)

    def _unescape(self, text: bytes, at: int) -> bytes:
        meant = b""
        i = 0
        while i < len(text):
            octet = text[i : i + 1]
            if octet == b"\\":
                letter = text[i + 1 : i + 2]
                if letter not in ESCAPES[self.version]:
                    raise Violation("undefined-escape", at + i)
                octet = ESCAPES[self.version][letter]
                i += 1
            meant += octet
            i += 1
        return meant

    def _body(self, stream: bytes, begin: int, head: Head) -> tuple[bytes, int]:
        may_have_body = self.version == "1.0" or head.command in WITH_BODY
        for (name, value), place in zip(head.headers, head.places, strict=True):
            if name == b"content-length":
                length = self._length(value, place)
                return self._counted_body(stream, head.end, length, may_have_body=may_have_body)
        if not may_have_body:
            self._expect_no_body(stream, head.end)
        end = stream.find(b"\0", head.end)
        if (end if end >= 0 else len(stream)) - begin > self.limits.frame_octets:
            raise Violation("frame-too-long", begin + self.limits.frame_octets)
        if end < 0:
            raise Unfinished
        return stream[head.end : end], end + 1

    def _length(self, value: bytes, place: int) -> int:
        digits = value and all(0x30 <= octet <= 0x39 for octet in value)
        if not digits or int(value) >= 2**64:
            raise Violation("bad-content-length", place)
        if int(value) > self.limits.frame_octets:
            raise Violation("frame-too-long", place)
        return int(value)

    def _counted_body(
        self, stream: bytes, begin: int, length: int, *, may_have_body: bool
    ) -> tuple[bytes, int]:
        if length and not may_have_body:
            raise Violation("body-not-allowed", begin)
        end = begin + length
        if end >= len(stream):
            raise Unfinished
        if stream[end] != 0:
            raise Violation("missing-null-octet", end)
        return stream[begin:end], end + 1

    def _expect_no_body(self, stream: bytes, begin: int) -> None:
        """Behind such a head stands its NUL, the next frame (then that is lost), or a body."""
        rest = stream[begin:]
        if not rest:
            raise Unfinished
        if rest[0] == 0:
            return
        if len(rest) < LONGEST_COMMAND_LINE and b"\n" not in rest and b"\0" not in rest:
            raise Unfinished
        line, eol, _ = rest.partition(b"\n")
        if self.version == "1.2" and line.endswith(b"\r"):
            line = line[:-1]
        if eol and line in self._commands():
            raise Violation("missing-null-octet", begin)
        raise Violation("body-not-allowed", begin)
