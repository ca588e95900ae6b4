"""What a connection may know of the scenario around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rhombus_mock.actions import Action, Host, State
from rhombus_mock.clients.client import Client
from rhombus_mock.connections.injection import Injection
from rhombus_mock.records.journal import Journal
from rhombus_mock.service.credentials import Account
from rhombus_mock.service.habits import Habits
from rhombus_mock.service.rest import RestHost
from rhombus_mock.wire.certificates import Certificates
from rhombus_mock.wire.http1 import Request, Response


@dataclass(frozen=True)
class ScriptedReply:
    """What a scenario file has a route answer."""

    response: Response
    """As faults are shown it."""
    actions: tuple[Action, ...]
    """What writes it, where no fault stands in."""


class Stage(Protocol):
    """Where actions can be performed: one connection."""

    def perform(
        self, actions: Iterable[Action], injections: tuple[Injection, ...] = (), skip: int = 0
    ) -> None:
        """Performs in order. `skip` is how many faults have already seen what is said here."""

    def share(self, actions: Sequence[Action], injections: tuple[Injection, ...]) -> None:
        """Performs what another connection's fault does to this one too, with receipts here."""


class Surroundings(Protocol):
    """The scenario; habits and the rate of events may change while a connection is open."""

    plain: bool
    """Neither listener speaks TLS."""
    framing: str
    """One of FRAMINGS."""
    seed: int
    habits: Habits
    event_rate: str
    opening_seconds: float
    """How long TCP and TLS, and then each request, may take to be there; then it is ended."""
    account: Account
    rest: RestHost
    journal: Journal
    certificates: Certificates
    client: Client

    @property
    def topics(self) -> tuple[str, ...]:
        """Where the organization's events are said: one destination, or one in each spelling."""

    def address(self, host: Host) -> tuple[str, int]:
        """Address and port number that a host listens on."""

    def other_origin(self, host: Host) -> str:
        """`ADDRESS:PORT` of the host that this one is not."""

    def stages(self) -> Sequence[Stage]:
        """The open WebSocket connections that were upgraded."""

    def sessions(self, state: State) -> int:
        """How many open WebSocket connections have got so far, at least."""

    def elapsed(self) -> float:
        """Seconds since the first connection."""

    def scripted_reply(self, request: Request) -> ScriptedReply | None:
        """The file's own answer to a REST request."""

    def replace_key(self) -> None:
        """The account has another key from now on."""

    def refuse(self, seconds: float) -> None:
        """The WebSocket port refuses for so long, then accepts again."""
