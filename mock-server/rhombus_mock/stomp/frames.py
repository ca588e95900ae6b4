"""STOMP 1.2 frames: what a correct server writes, and what it accepts from a client."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_HEAD_OCTETS = 64 * 1024
MAX_HEADERS = 256
MAX_BODY_OCTETS = 16 * 1024 * 1024

_ESCAPED = {"\\": "\\\\", "\r": "\\r", "\n": "\\n", ":": "\\c"}
_UNESCAPED = {"\\": "\\", "r": "\r", "n": "\n", "c": ":"}
_NEVER_ESCAPED = ("CONNECT", "CONNECTED")  # STOMP 1.2, Value Encoding
_WITH_BODY = ("SEND", "MESSAGE", "ERROR")  # STOMP 1.2, Body


class MalformedFrame(ValueError):
    """What broke STOMP 1.2, in one short sentence that may be sent to the client."""


@dataclass(frozen=True)
class Frame:
    """One STOMP frame; headers in order, repeated ones kept."""

    command: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of that name. Spec: STOMP 1.2, Repeated Header Entries."""
        return next((value for key, value in self.headers if key == name), None)

    def encode(self) -> bytes:
        """The octets a correct sender writes: LF line ends, escapes, one NUL at the end."""
        return self.head() + b"\n" + self.body + b"\0"

    def head(self) -> bytes:
        """Command and header lines, each with its LF, without the empty line."""
        raw = self.command in _NEVER_ESCAPED
        lines = [self.command]
        for name, value in self.headers:
            lines.append(f"{name}:{value}" if raw else f"{escape(name)}:{escape(value)}")
        return "".join(line + "\n" for line in lines).encode()


def escape(text: str) -> str:
    """Spec: STOMP 1.2, Value Encoding."""
    return "".join(_ESCAPED.get(character, character) for character in text)


def unescape(text: str) -> str:
    """Decodes once, left to right. Raises MalformedFrame on an undefined escape."""
    if "\\" not in text:
        return text
    out: list[str] = []
    position = 0
    while position < len(text):
        if text[position] == "\\":
            decoded = _UNESCAPED.get(text[position + 1 : position + 2])
            if decoded is None:
                raise MalformedFrame("undefined escape in a header")
            out.append(decoded)
            position += 2
        else:
            out.append(text[position])
            position += 1
    return "".join(out)


@dataclass(slots=True)
class Decoder:
    """Takes octets as they come; gives back frames and beats. An unterminated frame waits."""

    _buffer: bytearray = field(default_factory=bytearray)

    def receive(self, octets: bytes) -> list[Frame | None]:
        """Frames in order; None stands for an EOL between frames, a beat. Raises MalformedFrame."""
        self._buffer += octets
        seen: list[Frame | None] = []
        while self._buffer:
            if self._buffer[:1] == b"\n":
                del self._buffer[:1]
                seen.append(None)
            elif self._buffer[:2] == b"\r\n":
                del self._buffer[:2]
                seen.append(None)
            else:
                frame = self._take_frame()
                if frame is None:
                    break
                seen.append(frame)
        return seen

    def waiting(self) -> int:
        """How many octets of an unfinished frame are held."""
        return len(self._buffer)

    def _take_frame(self) -> Frame | None:
        if len(self._buffer) > MAX_BODY_OCTETS + MAX_HEAD_OCTETS:
            raise MalformedFrame("frame too long")
        head_end, body_start = _end_of_head(self._buffer)
        nul = self._buffer.find(b"\0", 0, head_end if head_end >= 0 else None)
        if nul >= 0:
            raise MalformedFrame("no empty line after the headers")
        if head_end < 0:
            if len(self._buffer) > MAX_HEAD_OCTETS:
                raise MalformedFrame("headers too long")
            return None
        command, headers = _parse_head(bytes(self._buffer[:head_end]))
        return self._take_body(command, headers, body_start)

    def _take_body(
        self, command: str, headers: tuple[tuple[str, str], ...], start: int
    ) -> Frame | None:
        length = next((value for name, value in headers if name == "content-length"), None)
        if length is None:
            end = self._buffer.find(b"\0", start)
            if end < 0:
                return None
        else:
            if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY_OCTETS:
                raise MalformedFrame("content-length is not a number within the limit")
            end = start + int(length)
            if len(self._buffer) <= end:
                return None
            if self._buffer[end] != 0:
                raise MalformedFrame("no NUL after content-length octets")
        body = bytes(self._buffer[start:end])
        del self._buffer[: end + 1]
        if body and command not in _WITH_BODY:
            raise MalformedFrame(f"{command} has a body")
        return Frame(command, headers, body)


def _end_of_head(buffer: bytearray) -> tuple[int, int]:
    """Offsets of the end of the last header line and of the body; (-1, -1) when not there yet."""
    plain, carriage = buffer.find(b"\n\n"), buffer.find(b"\n\r\n")
    if plain >= 0 and (carriage < 0 or plain < carriage):
        return plain, plain + 2
    if carriage >= 0:
        return carriage, carriage + 3
    return -1, -1


def _parse_head(head: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        raise MalformedFrame("headers are not UTF-8") from error
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    command = lines[0]
    if len(lines) > MAX_HEADERS + 1:
        raise MalformedFrame("too many headers")
    raw = command in ("CONNECT", "STOMP", "CONNECTED")
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or "\r" in line:
            raise MalformedFrame("a header line is not name:value")
        headers.append((name, value) if raw else (unescape(name), unescape(value)))
    return command, tuple(headers)
