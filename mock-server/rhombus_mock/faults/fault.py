"""What every fault is: a small object per connection that is asked at each stage and answers
with actions, or with None where it is not concerned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from rhombus_mock.actions import Action, Say, State, Utterance
from rhombus_mock.faults.situation import Situation
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire.deflate import Context
from rhombus_mock.wire.http1 import Request, Response
from rhombus_mock.wire.names import LookUp, Resolution
from rhombus_mock.wire.terms import Terms

Mood = Literal["open", "refusing", "swallowing"]
Service = Literal["resolver", "proxy"]
Need = Literal["resolver-port", "ipv6-loopback", "stepped-clock", "other-processes", "tls-messages"]
"""Told to be there or not by availability.missing()."""
Value = str | int | float


class Fault:
    """The hooks in the order of a connection's life. Durations in parameters are seconds."""

    begins: ClassVar[State] = "accepted"
    """The state of the client from which on it is live; `after` counts from there."""
    per_connection: ClassVar[int | None] = None
    """How often it is injected on one connection; None for no limit."""
    needs_message: ClassVar[bool] = False
    """It waits for a MESSAGE: the server sends one when it goes live, and one when it is done."""
    continuous: ClassVar[bool] = False
    """What it does after the first time is in one receipt, written when due_in() knows no more or
    the connection ends."""
    services: ClassVar[frozenset[Service]] = frozenset()
    """What the scenario must offer besides its two listeners."""
    needs: ClassVar[tuple[Need, ...]] = ()
    """What the machine must permit."""
    only_tls: ClassVar[bool] = False
    """Without TLS it can never fire."""

    def __init__(self, variant: str, parameters: Mapping[str, Value]) -> None:
        self.variant = variant
        self.parameters = parameters

    def mood(self) -> Mood:
        """How the port behaves."""
        return "open"

    def host_name(self) -> str | None:
        """Stands in the URL in place of the address."""
        return None

    def addresses(self) -> Mapping[str, Mood]:
        """Further addresses on which the host's port is there too, and how it behaves there."""
        return {}

    def looked_up(self, look_up: LookUp) -> Resolution | None:
        """The host's name is looked up; stands in for the host's own address."""
        return None

    def proxied(self, response: Response) -> Response | None:
        """The proxy is asked for a way to the host; `response` is what a faultless one says."""
        return None

    def habits(self) -> Mapping[str, str]:
        """Habits that the server must have for it."""
        return {}

    def compression(self) -> Context | None:
        """The permessage-deflate that the server must agree to for it, where a client offers it."""
        return None

    def hindrance(self, now: Situation) -> str | None:
        """Why it cannot be injected on this connection; asked when it would go live."""
        return None

    def receive_buffer(self) -> int:
        """SO_RCVBUF of the port's connections in octets; 0 for the kernel's own choice."""
        return 0

    def accepted(self, now: Situation) -> list[Action] | None:
        """TCP is accepted, nothing was read or written."""
        return None

    def certificate(self, now: Situation) -> str | None:
        """The kind of chain to present, one of Certificates.chain()."""
        return None

    def terms(self, offered: Terms, now: Situation) -> Terms | None:
        """The terms of the handshake in place of those offered so far."""
        return None

    def client_hello(self, now: Situation) -> list[Action] | None:
        """The client's first TLS octets are there."""
        return None

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        """`response` is what a faultless server would say."""
        return None

    def begin(self, now: Situation) -> list[Action] | None:
        """It has gone live."""
        return None

    def due_in(self, now: Situation) -> float | None:
        """Seconds until due() is asked, None for never. Asked when it has gone live, and counted
        from there; then after each due(), and counted from when that was due."""
        return None

    def due(self, now: Situation) -> list[Action] | None:
        """The time of due_in() has come."""
        return None

    def replies(self, octets: bytes, now: Situation) -> list[Action] | None:
        """The server is about to answer a ping or a Close with these octets, a pong or a Close;
        the actions stand in for it."""
        return None

    def heard(self, octets: bytes, now: Situation) -> list[Action] | None:
        """A message of the client, as it came; the actions come ahead of the server's own."""
        return None

    def called_off(self, now: Situation) -> list[Action] | None:
        """A continuous fault is disarmed: what is to be put right; None where it must come to its
        end first. due_in() knows no more afterwards."""
        return []

    def received(self, frame: Frame, now: Situation) -> list[Action] | None:
        """A STOMP frame of the client; the actions stand in for the server's own."""
        return None

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        """The server is about to say something; the actions stand in for it."""
        return None

    def beat_interval(self, interval_ms: float, now: Situation) -> float | None:
        """Milliseconds to the next beat, where N is `interval_ms`."""
        return None

    def silence_limit(self, interval_ms: float, now: Situation) -> float | None:
        """Milliseconds of silence that a client is allowed, where N is `interval_ms`."""
        return None

    def text(self, name: str) -> str:
        """A parameter that is a word."""
        return str(self.parameters[name])

    def number(self, name: str) -> int:
        """A parameter that is a count."""
        return int(self.parameters[name])

    def factor(self, name: str) -> float:
        """A parameter that is a multiple of something."""
        return float(self.parameters[name])

    def seconds(self, name: str) -> float:
        """A parameter that is a duration."""
        return float(self.parameters[name])


class InStream(Fault):
    """Happens once, to a client that has subscribed."""

    begins: ClassVar[State] = "subscribed"
    per_connection: ClassVar[int | None] = 1


class MessageFault(Fault):
    """Spoils or reshapes a MESSAGE."""

    begins = "subscribed"
    needs_message = True

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        if utterance.what != "MESSAGE" or utterance.frame is None:
            return None
        return self.message(utterance.frame, now)

    def message(self, frame: Frame, now: Situation) -> list[Action] | None:
        """Stands in for that MESSAGE."""
        raise NotImplementedError


class ConnectedFault(Fault):
    """Spoils or reshapes CONNECTED."""

    begins = "upgraded"

    def said(self, utterance: Utterance, now: Situation) -> list[Action] | None:
        if utterance.what != "CONNECTED" or utterance.frame is None:
            return None
        return self.connected(utterance.frame, now)

    def connected(self, frame: Frame, now: Situation) -> list[Action]:
        """Stands in for CONNECTED."""
        raise NotImplementedError


def shaped(frame: Frame, octets: bytes) -> Say:
    """The frame said in other octets that mean the same."""
    return Say(Utterance(frame.command, octets, frame))


def broken(frame: Frame, octets: bytes) -> Say:
    """Octets that do not say the frame any more."""
    return Say(Utterance(frame.command, octets))


def raw(frame: Frame, header_lines: bytes) -> bytes:
    """The frame with lines put unescaped behind its headers."""
    return frame.head() + header_lines + b"\n" + frame.body + b"\0"
