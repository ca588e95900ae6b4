"""What a fault may know of the connection it is asked about."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from rhombus_mock.actions import Host, State
from rhombus_mock.service.events import EventSource
from rhombus_mock.stomp import heartbeat
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire.deflate import Deflate

Side = Literal["client", "server", "either", "stomp", "pong"]
"""Octets of the client, of the server, of either; of the client's STOMP, beats included; its
pongs, counted from the upgrade on."""


@dataclass
class Situation:
    """Facts of one connection. Only message() changes anything: each MESSAGE has its own id."""

    host: Host
    number: int
    """1 for the first connection that this host got in this scenario."""
    seed: str
    """Of all that is random on it."""
    event_shape: str
    org: str
    topic: str
    other_origin: str
    """`127.0.0.1:PORT` of the scenario's other host: an origin that is not this one."""
    plain: bool = False
    """Neither host speaks TLS."""
    no_tls_messages: str = "this connection has no TLS"
    """Why no message of TLS itself can be sent in the stream; empty where it can."""
    state: State = "accepted"
    subscription: str = "sub-0"
    agreed: heartbeat.Agreed = field(default=heartbeat.NONE)
    messages: int = 0
    deflate: Deflate | None = None
    """permessage-deflate as agreed on at the upgrade."""
    silence: Callable[[Side], float] = lambda side: 0.0
    """Seconds since that side was last heard of."""
    sessions: Callable[[State], int] = lambda state: 0
    """How many open WebSocket connections of the scenario have got so far, this one included."""
    elapsed: Callable[[], float] = lambda: 0.0
    """Seconds since the scenario's first connection."""

    note: Callable[[bytes], None] = lambda body: None
    """Told of every event that happens, before any fault is."""

    # What most connections never ask for takes no memory until then.

    @functools.cached_property
    def chance(self) -> random.Random:
        """All chance of faults and events; seeded, so that a run can be repeated."""
        return random.Random(self.seed)

    @functools.cached_property
    def events(self) -> EventSource:
        """What happens in the organization."""
        return EventSource(self.chance, self.event_shape)

    def message(self, body: bytes | None = None) -> Frame:
        """The next correct MESSAGE, headers in the catalogue's order."""
        self.messages += 1
        body = self.events.body() if body is None else body
        self.note(body)
        return Frame(
            "MESSAGE",
            (
                ("subscription", self.subscription),
                ("message-id", str(self.messages)),
                ("destination", self.topic),
                ("content-type", "application/json"),
                ("content-length", str(len(body))),
            ),
            body,
        )


def with_body(frame: Frame, body: bytes) -> Frame:
    """The same frame with another body and the right content-length."""
    return replace(with_header(frame, "content-length", str(len(body))), body=body)


def with_header(frame: Frame, name: str, value: str) -> Frame:
    """The same frame with that header changed, or added at the end."""
    if frame.header(name) is None:
        return replace(frame, headers=(*frame.headers, (name, value)))
    changed = tuple((key, value if key == name else old) for key, old in frame.headers)
    return replace(frame, headers=changed)


def without_header(frame: Frame, name: str) -> Frame:
    """The same frame without that header."""
    return replace(frame, headers=tuple(pair for pair in frame.headers if pair[0] != name))
