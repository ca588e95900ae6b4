"""What is wrong with a client's frames by R-201 to R-216, octet by octet and message by message.
Nothing is put together or repaired here, unlike in `frames`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMANDS = (
    "CONNECT",
    "STOMP",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "DISCONNECT",
    "SEND",
    "ACK",
    "NACK",
    "BEGIN",
    "COMMIT",
    "ABORT",
)
_OF_A_CONSUMER = ("CONNECT", "STOMP", "SUBSCRIBE", "UNSUBSCRIBE", "DISCONNECT")
_HEADERS = (
    "accept-version",
    "host",
    "login",
    "passcode",
    "heart-beat",
    "destination",
    "id",
    "ack",
    "receipt",
    "transaction",
    "content-type",
    "content-length",
)
_HEART_BEAT = re.compile(r"[0-9]+,[0-9]+")
_ESCAPED = re.compile(r"(?:\\[rnc\\]|[^\\])*")
_BLANKS = " \t"


@dataclass(frozen=True)
class Flaw:
    """The requirement that is broken, and by what, in a few words that may be sent."""

    requirement: str
    text: str


@dataclass(frozen=True)
class _Frame:
    command: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


class Judge:
    """One connection's client; its messages in order."""

    def __init__(self) -> None:
        self.answered = False
        """Whether CONNECTED went out."""
        self._greeted = False

    def flaw(self, octets: bytes) -> Flaw | None:
        """The first flaw of a message. EOLs alone are a beat, and behind the NUL they are
        tolerated (R-213)."""
        if not _without_eols(octets):
            return None
        read = _read(octets)
        if isinstance(read, Flaw):
            return read
        return self._order(read) or _command(read) or _content(read)

    def _order(self, frame: _Frame) -> Flaw | None:
        greeting = frame.command in ("CONNECT", "STOMP")
        if not self._greeted and not greeting and frame.command in _COMMANDS:
            return Flaw("R-201", f"{frame.command} is the first frame in place of CONNECT")
        if self._greeted and greeting:
            return Flaw("R-201", f"a second {frame.command}")
        if self._greeted and not self.answered:
            return Flaw("R-201", f"{frame.command} before CONNECTED")
        self._greeted = self._greeted or greeting
        return None


def _read(octets: bytes) -> _Frame | Flaw:
    """The one frame of a message."""
    if not _without_eols(octets).strip(b"\0"):
        return Flaw("R-206", "a NUL without a frame")
    if octets.startswith((b"\n", b"\r\n")):
        return Flaw("R-213", "an EOL ahead of the frame in its message")
    at = 0
    lines: list[bytes] = []
    while True:
        end = octets.find(b"\n", at)
        nul = octets.find(b"\0", at, None if end < 0 else end)
        if nul >= 0:
            return Flaw("R-207", "no empty line behind the headers")
        if end < 0:
            return Flaw("R-206", "no NUL at the end of the frame")
        line, at = octets[at:end].removesuffix(b"\r"), end + 1
        if b"\r" in line:
            return Flaw("R-208", "a bare CR in a line")
        if not line:
            break
        lines.append(line)
    return _head(lines) or _frame(lines, octets[at:])


def _head(lines: list[bytes]) -> Flaw | None:
    try:
        command, *headers = [line.decode() for line in lines]
    except UnicodeDecodeError:
        return Flaw("R-214", "a header is not UTF-8")
    if command not in _COMMANDS:
        if command.strip(_BLANKS).upper() in _COMMANDS:
            return Flaw("R-214", f"the command is not spelt {command.strip(_BLANKS).upper()}")
        return Flaw("R-216", "a command that no client has")
    seen: set[str] = set()
    for line in headers:
        name, colon, value = line.partition(":")
        if not colon:
            return Flaw("R-214", "a header line without a colon")
        flaw = _header(name, value)
        if flaw is None and command not in ("CONNECT", "STOMP"):
            flaw = _escapes(name, value)
        if flaw is None and name in seen:
            flaw = Flaw("R-215", f"{_short(name)} is repeated")
        if flaw is not None:
            return flaw
        seen.add(name)
    return None


def _header(name: str, value: str) -> Flaw | None:
    if not name:
        return Flaw("R-214", "a header without a name")
    if name != name.strip(_BLANKS) or value != value.strip(_BLANKS):
        return Flaw("R-210", f"blanks around {_short(name.strip(_BLANKS))} or its value")
    if name not in _HEADERS and name.lower() in _HEADERS:
        return Flaw("R-214", f"the header is not spelt {name.lower()}")
    return None


def _escapes(name: str, value: str) -> Flaw | None:
    if ":" in value:
        return Flaw("R-209", f"a colon in the value of {_short(name)} is not escaped")
    if not (_ESCAPED.fullmatch(name) and _ESCAPED.fullmatch(value)):
        return Flaw("R-209", f"an undefined escape in {_short(name)} or its value")
    return None


def _frame(lines: list[bytes], rest: bytes) -> _Frame | Flaw:
    """With the body; `rest` is what stands behind the empty line."""
    command, *headers = [line.decode() for line in lines]
    pairs = [(name, value) for name, _, value in (line.partition(":") for line in headers)]
    length = next((value for name, value in pairs if name == "content-length"), None)
    end = rest.find(b"\0")
    if length is not None:
        if not (length.isascii() and length.isdigit()):
            return Flaw("R-212", "content-length is no number")
        if int(length) < len(rest) and rest[int(length)] == 0:
            end = int(length)
        elif end >= 0:
            return Flaw("R-212", "content-length is not the number of octets of the body")
    if end < 0:
        return Flaw("R-206", "no NUL at the end of the frame")
    behind = _without_eols(rest[end + 1 :])
    if behind.startswith(b"\0"):
        return Flaw("R-206", "more than one NUL at the end of the frame")
    if behind:
        return Flaw("R-213", "more than one frame in a message")
    return _Frame(command, pairs, rest[:end])


def _without_eols(octets: bytes) -> bytes:
    """Without those at both ends; a bare CR is none."""
    return octets.replace(b"\r\n", b"\n").strip(b"\n")


def _short(name: str) -> str:
    return name[:40]


def _command(frame: _Frame) -> Flaw | None:
    if frame.command not in _OF_A_CONSUMER:
        return Flaw("R-216", f"a consumer sends no {frame.command}")
    if frame.body:
        return Flaw("R-211", f"{frame.command} has a body")
    return None


def _content(frame: _Frame) -> Flaw | None:
    if frame.command not in ("CONNECT", "STOMP"):
        return None
    versions = frame.header("accept-version")
    if versions is None or "1.2" not in versions.split(","):
        return Flaw("R-203", "accept-version does not hold 1.2")
    if not frame.header("host"):
        return Flaw("R-204", "CONNECT has no host")
    beats = frame.header("heart-beat")
    if beats is None or not _HEART_BEAT.fullmatch(beats):
        return Flaw("R-205", "heart-beat is not two numbers and a comma")
    if 0 in (int(number) for number in beats.split(",")):
        return Flaw("R-205", "heart-beat is 0 in one direction")
    return None
