"""What a dialogue, a script or a fault wants done. The server performs; nobody else does I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire.http1 import Response
from rhombus_mock.wire.lane import SlowLink
from rhombus_mock.wire.terms import AfterHandshakeMessage

State = Literal["listening", "accepted", "tls", "upgraded", "connected", "subscribed"]
STATES: tuple[State, ...] = ("listening", "accepted", "tls", "upgraded", "connected", "subscribed")
Host = Literal["ws", "rest"]


@dataclass(frozen=True)
class Utterance:
    """One thing the server says in STOMP, before WebSocket framing."""

    what: str
    """The command, or `beat`."""
    octets: bytes
    frame: Frame | None = None

    @classmethod
    def of(cls, frame: Frame) -> Utterance:
        """A correct frame."""
        return cls(frame.command, frame.encode(), frame)


BEAT = Utterance("beat", b"\n")


@dataclass(frozen=True)
class Say:
    """Goes through the faults that have not seen it yet, then out as WebSocket messages."""

    utterance: Utterance
    layout: str = ""
    """One of LAYOUTS or COMPRESSED, or `binary`, in place of the connection's own."""


@dataclass(frozen=True)
class Send:
    """Octets as they are, above TLS."""

    octets: bytes
    cut: int = 0
    """Longest socket write in octets; 0 for no limit."""
    every: float = 0.0
    """Seconds between those writes."""


@dataclass(frozen=True)
class Pour:
    """A prepared block above TLS over and over: more octets than anybody should hold."""

    block: bytes
    octets: int | None = None
    """How many in all; the last block is cut to fit. None for no end."""
    every: float = 0.0
    """Seconds between blocks."""
    frames: int = 0
    """How many WebSocket frames the block is, which are then counted in the journal rather than
    recorded; 0 where each is recorded, or where there are none."""


@dataclass(frozen=True)
class Join:
    """STOMP octets in one WebSocket message with those that wait to be joined right behind."""

    octets: bytes
    opcode: int


@dataclass(frozen=True)
class SendClear:
    """Octets below TLS."""

    octets: bytes


@dataclass(frozen=True)
class SayAfterHandshake:
    """A message of TLS itself, in the stream."""

    message: AfterHandshakeMessage


@dataclass(frozen=True)
class Answer:
    """An HTTP response. Status 101 makes the connection a WebSocket."""

    response: Response
    cut: int = 0
    every: float = 0.0
    before: bytes = b""
    """Octets ahead of the status line, such as an interim response."""
    after: bytes = b""
    """Octets in the same write behind the head, such as an early frame."""


@dataclass(frozen=True)
class Wait:
    """Holds back everything after it, in seconds."""

    seconds: float


@dataclass(frozen=True)
class Later:
    """The actions happen so many seconds from now; everything else goes on meanwhile."""

    seconds: float
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Publish:
    """The next event, as a MESSAGE; `body` replaces the made-up one."""

    body: bytes | None = None


@dataclass(frozen=True)
class Reached:
    """The client has got so far."""

    state: State


@dataclass(frozen=True)
class Fin:
    """FIN without any goodbye of the layers above."""

    reading: float = 10.0
    """Seconds for which the client's octets are still read, unless it ends too."""


@dataclass(frozen=True)
class Reset:
    """RST."""


@dataclass(frozen=True)
class BlackHole:
    """Nothing is read or written any more; the socket stays open."""


@dataclass(frozen=True)
class StopReading:
    """The client's octets stay in the kernel, until its window is full; the server goes on
    writing."""

    buffer: int = 0
    """SO_RCVBUF from now on, in octets; 0 leaves it."""


@dataclass(frozen=True)
class Swallow:
    """The client's octets are read and recorded, but the server knows nothing of them."""


@dataclass(frozen=True)
class CutWrites:
    """TCP writes are so short from now on, in octets; the first limit stays."""

    octets: int


@dataclass(frozen=True)
class StayOpen:
    """TCP is left open so many seconds after the closing handshake."""

    seconds: float


@dataclass(frozen=True)
class FallSilent:
    """No beats and no events of the server's own accord from now on; it goes on reading."""


@dataclass(frozen=True)
class StopEvents:
    """No events of the server's own accord from now on; beats go on."""


@dataclass(frozen=True)
class Resume:
    """Ends FallSilent and StopEvents: beats and events as before."""


@dataclass(frozen=True)
class Heed:
    """A frame of the client has the effect that it has on a faultless server."""

    frame: Frame


@dataclass(frozen=True)
class Refuse:
    """The listener refuses connections for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Revoke:
    """The key is unknown from now on, on both hosts."""


@dataclass(frozen=True)
class ReplaceKey:
    """The account has another key from now on, which stands in the scenario's key file."""


@dataclass(frozen=True)
class Suspend:
    """The client's process is stopped for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class StepClock:
    """The client's wall clock jumps by so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Everyone:
    """The actions happen on every WebSocket connection of the scenario that was upgraded, with a
    receipt on each."""

    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Others:
    """The same on every such connection but this one."""

    actions: tuple[Action, ...]


Action = (
    Say
    | Send
    | Pour
    | Join
    | SendClear
    | SayAfterHandshake
    | Answer
    | Wait
    | Later
    | Publish
    | Reached
    | Fin
    | Reset
    | BlackHole
    | StopReading
    | Swallow
    | CutWrites
    | SlowLink
    | StayOpen
    | FallSilent
    | StopEvents
    | Resume
    | Heed
    | Refuse
    | Revoke
    | ReplaceKey
    | Suspend
    | StepClock
    | Everyone
    | Others
)
