"""What a client's octets mean after the upgrade: WebSocket messages put together, STOMP frames
taken out of them, everything recorded and bounded."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from websockets.extensions import Extension
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode

from rhombus_mock.records.journal import Journal
from rhombus_mock.stomp.frames import Decoder, Frame, MalformedFrame
from rhombus_mock.wire import websocket
from rhombus_mock.wire.websocket import Endpoint, FrameDecoder


@dataclass(frozen=True)
class Reply:
    """Octets that RFC 6455 wants in answer: a pong, a Close."""

    octets: bytes


@dataclass(frozen=True)
class Rejection:
    """The Close that something gets which is no WebSocket."""

    octets: bytes


@dataclass(frozen=True)
class Closed:
    """The client sent Close."""


@dataclass(frozen=True)
class Ponged:
    """The client sent a pong."""


@dataclass(frozen=True)
class Heard:
    """A message with STOMP octets came, of whatever kind."""

    octets: bytes


@dataclass(frozen=True)
class Beat:
    """An EOL outside of frames."""


@dataclass(frozen=True)
class Unacceptable:
    """A message that ends the connection with this close code."""

    code: int


@dataclass(frozen=True)
class Unfinished:
    """The message ended inside a STOMP frame."""


@dataclass(frozen=True)
class Malformed:
    """Octets that are no STOMP; the text may be sent to the client."""

    message: str


Arrival = (
    Reply
    | Rejection
    | Closed
    | Ponged
    | Heard
    | Beat
    | Unacceptable
    | Malformed
    | Unfinished
    | Frame
)


class Inbox:
    """One connection's; octets in, arrivals out."""

    def __init__(self, journal: Journal, conn: int) -> None:
        self._journal = journal
        self._conn = conn
        self._endpoint = Endpoint()
        self._frames = FrameDecoder()
        self._stomp = Decoder()
        self._message = bytearray()
        self._is_text = False
        self._inflates = False

    def receive(self, octets: bytes, read: int) -> list[Arrival]:
        """What has arrived; `read` is the number of the socket read."""
        seen = self._frames.receive(octets, read)
        events, answers = self._endpoint.receive(octets)
        frames = [event for event in events if isinstance(event, WebSocketFrame)]
        for one, frame in itertools.zip_longest(seen, frames[: len(seen)]):
            meaning = bytes(frame.data) if frame and self._inflates else None
            self._journal.frame(self._conn, "client", one, meaning)
        arrivals = [arrival for frame in frames for arrival in self._frame(frame)]
        kind = Rejection if self._endpoint.broken else Reply
        return arrivals + [kind(answer) for answer in answers if answer]

    def inflate(self, extension: Extension) -> None:
        """From now on the client may compress its messages."""
        self._endpoint.inflate(extension)
        self._inflates = True

    def we_closed(self) -> None:
        """A Close of ours went out: the client's is its answer."""
        self._endpoint.we_closed()

    @property
    def ended(self) -> bool:
        """Whether the client sent a Close, or something that is no WebSocket."""
        return self._endpoint.ended

    def end(self) -> None:
        """Records what was left half received."""
        for seen in self._frames.end():
            self._journal.frame(self._conn, "client", seen)

    def _frame(self, frame: WebSocketFrame) -> list[Arrival]:
        if frame.opcode is Opcode.CLOSE:
            return [Closed()]
        if frame.opcode is Opcode.PONG:
            return [Ponged()]
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return []
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        self._message += frame.data
        if len(self._message) > websocket.MAX_MESSAGE_OCTETS:
            self._message.clear()
            return [Unacceptable(1009)]
        if not frame.fin:
            return []
        payload = bytes(self._message)
        self._message.clear()
        return self._payload(payload)

    def _payload(self, payload: bytes) -> list[Arrival]:
        if self._is_text and not _is_utf8(payload):
            return [Unacceptable(1007)]
        try:
            frames = self._stomp.receive(payload)
        except MalformedFrame as broken:
            return [Heard(payload), Malformed(str(broken))]
        unfinished = [Unfinished()] if self._stomp.waiting() else []
        seen = (Beat() if frame is None else frame for frame in frames)
        return [Heard(payload), *seen, *unfinished]


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
