"""One scenario: two listeners, one journal, and what is to happen on their connections."""

from __future__ import annotations

import asyncio
import functools
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rhombus_mock import tcp
from rhombus_mock.acceptor import Acceptor
from rhombus_mock.actions import STATES, Host, State
from rhombus_mock.availability import missing, why_not
from rhombus_mock.certificates import Certificates
from rhombus_mock.client import Client
from rhombus_mock.connection import Connection
from rhombus_mock.credentials import Account, hexadecimal, new_key, write_key
from rhombus_mock.early_faults import EarlyFaults
from rhombus_mock.faults.catalogue import Spec, UnknownFault, title
from rhombus_mock.faults.fault import Need
from rhombus_mock.forward_proxy import ForwardProxy
from rhombus_mock.habits import habits
from rhombus_mock.http1 import Request
from rhombus_mock.injection import Arming, Injection, armed
from rhombus_mock.journal import Journal, Observer
from rhombus_mock.names import HOST_NAMES
from rhombus_mock.performer import Performer
from rhombus_mock.plan import Plan
from rhombus_mock.redaction import Redactor
from rhombus_mock.resolver import Resolver
from rhombus_mock.rest import RestHost, spelt
from rhombus_mock.script.replies import Replies, Reply
from rhombus_mock.script.run import ScriptRun
from rhombus_mock.script.values import Values


class Scenario:
    """Started and stopped by the server; its listeners hold their ports until it is stopped."""

    def __init__(
        self,
        identity: str,
        plan: Plan,
        certificates: Certificates,
        folder: Path,
        observer: Observer | None = None,
    ) -> None:
        self.id = identity
        self.certificates = certificates
        self.plain = plan.scheme == "ws" or (plan.file is not None and plan.file.plain)
        self.framing = plan.framing
        self.file = plan.file
        faults = plan.faults
        if self.plain and (hopeless := [one for one in faults if one.create().only_tls]):
            raise UnknownFault(f"{hopeless[0].id} needs TLS, and this server speaks none")
        self.habits = plan.all_habits()
        self.event_rate = self.habits.events
        self.seed = plan.chosen_seed()
        self.opening_seconds = plan.opening_seconds
        self.account = Account(plan.api_key or new_key(), plan.org or secrets.token_urlsafe(16))
        self.rest = RestHost(self.account)
        self._redactor = Redactor({"api-key": self.account.api_key})
        path = plan.journal or folder / f"journal-{identity}.jsonl"
        self.journal = Journal(path, self._redactor, observer)
        self.client = Client(self.journal)
        self.key_file = folder / f"key-{identity}"
        write_key(self.key_file, self.account.api_key)
        self._values = Values(self.org, self.account.api_key, lambda: self.habits)
        self._replies = Replies(
            plan.file.value.get("rest", []) if plan.file else [],
            self._values,
        )
        self.armings = [Arming(one) for one in faults]
        self.ports: dict[Host, tcp.Port] = {}
        self._plan = plan
        self._moods: dict[Host, str] = {}
        self._names: dict[Host, str] = {}
        self._counts: dict[Host, int] = {"ws": 0, "rest": 0}
        self._connections: dict[Connection, asyncio.Task[None]] = {}
        self._acceptors: dict[Host, Acceptor] = {}
        self._further: list[tcp.Port] = []
        self._resolver: Resolver | None = None
        self._proxy: ForwardProxy | None = None
        self._unavailable: dict[str, str] = {}
        self._accepting: list[asyncio.Task[None]] = []
        self._more_connections = asyncio.Condition()
        self._telling: asyncio.Task[None] | None = None
        self._first_at = 0.0

    # ---- life -------------------------------------------------------------------------------

    def start(self) -> None:
        """Binds and listens. Raises OSError where a port cannot be had."""
        hosts: tuple[Host, ...] = ("ws", "rest")
        for host in hosts:
            number = self._plan.port if host == "ws" else 0
            self.ports[host] = tcp.bound(self._plan.address, number)
        for arming in self.armings:
            armed(self.journal, 0, arming)
        for host in hosts:
            mood, name = self._listening_faults(host)
            self._moods[host], self._names[host] = mood, name
            if mood == "swallowing":
                self.ports[host].swallow()
            elif mood == "open":
                self._shrink(host)
                self._acceptors[host] = self._accept(host, self.ports[host])
            self._open_further(host)
        self._offer_services()
        self._note_unavailable()

    async def stop(self, reason: str) -> None:
        """Ends every connection, gives the ports back, ends the journal."""
        self.client.end()
        for acceptor in self._acceptors.values():
            acceptor.end()
        await _cancelled(self._accepting)
        if self._proxy:
            await self._proxy.stop()
        if self._resolver:
            self._resolver.stop()
        await asyncio.sleep(0)  # What was just accepted begins: a task that never did ends nothing.
        await _cancelled(list(self._connections.values()))
        for port in (*self.ports.values(), *self._further):
            port.close()
        self.journal.end(reason)

    def described(self) -> dict[str, Any]:
        """What a caller needs to use it."""
        web, plain = ("ws", "http") if self.plain else ("wss", "https")
        return {
            "id": self.id,
            "rest_url": f"{plain}://{self._authority('rest')}",
            "ws_url": f"{web}://{self._authority('ws')}/websocket",
            "ca_file": str(self.certificates.ca_file),
            "api_key": self.account.api_key,
            "key_file": str(self.key_file),
            "org": self.org,
            "journal": str(self.journal.path),
            **({"resolver": self._resolver.address} if self._resolver else {}),
            **({"proxy_url": self._proxy.url} if self._proxy else {}),
            **({"unavailable": self._unavailable} if self._unavailable else {}),
        }

    @property
    def org(self) -> str:
        """The organization as REST spells it."""
        return spelt(self.account.org, self.habits)

    def needs(self, need: Need) -> bool:
        """Whether a fault that is armed needs this of the machine."""
        return any(need in arming.spec.create().needs for arming in self.armings)

    # ---- for connections --------------------------------------------------------------------

    def address(self, host: Host) -> tuple[str, int]:
        """Address and port number that a host listens on."""
        return self.ports[host].address

    @property
    def topics(self) -> tuple[str, ...]:
        """Where the organization's events are said: one destination, or one in each spelling."""
        forms = (self.account.org, hexadecimal(self.account.org))
        same, other = forms if self.habits.org_form == "ruuid" else (forms[1], forms[0])
        spellings = {"same": (same,), "other": (other,), "either": (same, other)}
        return tuple(f"/topic/change/{one}" for one in spellings[self.habits.topic_form])

    def other_origin(self, host: Host) -> str:
        """`ADDRESS:PORT` of the host that this one is not."""
        return self._authority("rest" if host == "ws" else "ws", real=True)

    def stages(self) -> list[Performer]:
        """Where actions can be performed: the open WebSocket connections that were upgraded."""
        return [one.performer for one in self._streams() if one.state.upgraded]

    def sessions(self, state: State) -> int:
        """How many open WebSocket connections have got so far, at least."""
        reached = [STATES.index(one.state.situation.state) for one in self._streams()]
        return sum(one >= STATES.index(state) for one in reached)

    def elapsed(self) -> float:
        """Seconds since the first connection."""
        return asyncio.get_running_loop().time() - self._first_at if self._first_at else 0.0

    def scripted_reply(self, request: Request) -> Reply | None:
        """The file's own answer to a REST request."""
        return self._replies.answer(request)

    def replace_key(self) -> None:
        """The account has another key from now on."""
        self.account.api_key = new_key()
        self._redactor.add("api-key", self.account.api_key)
        write_key(self.key_file, self.account.api_key)

    def refuse(self, seconds: float) -> None:
        """The WebSocket port refuses for so long, then accepts again."""
        if acceptor := self._acceptors.get("ws"):
            acceptor.refuse(seconds)

    # ---- for the proxy ----------------------------------------------------------------------

    def host_at(self, authority: str) -> Host | None:
        """The host that `ADDRESS:PORT` or `NAME:PORT` stands for."""
        name, _, number = authority.rpartition(":")
        for host, port in self.ports.items():
            names = {_bracketed(port.address[0]), "localhost", HOST_NAMES[host], self._names[host]}
            if name.lower() in names and number == str(port.address[1]):
                return host
        return None

    def mood(self, host: Host) -> str:
        """How the host's port behaves."""
        acceptor = self._acceptors.get(host)
        return "refusing" if acceptor and acceptor.refusing else self._moods[host]

    # ---- for the control endpoint -----------------------------------------------------------

    def arm(self, spec: Spec, label: str | None = None) -> None:
        """Arms a fault from now on, on open connections too."""
        if spec.create().begins == "listening":
            raise UnknownFault(f"{spec.id} must be there before the port is: start a scenario")
        self.habits = habits(dict(spec.create().habits()), self.habits)
        arming = Arming(spec, label)
        self.armings.append(arming)
        armed(self.journal, 0, arming)
        for host in spec.hosts:
            self._shrink(host)
        for connection in list(self._connections):
            if spec.hits(connection.host, connection.state.situation.number):
                connection.performer.arm(arming)

    def disarm(self, name: str = "") -> list[str]:
        """Disarms the faults of that id, id/variant or label, all where it is empty; their names.
        What they have done stays done. Raises UnknownFault where one is of the port."""
        found = [one for one in self.armings if not name or name in one.names]
        for arming in found:
            if arming.spec.create().begins == "listening":
                raise UnknownFault(f"{arming.spec.id} is of the port: end the scenario instead")
        for arming in found:
            arming.disarmed = True
            self.armings.remove(arming)
            self.journal.write(0, "tool", "note", text=f"{arming.spec.name} is disarmed")
        self.habits = replace(
            self._plan, faults=tuple(one.spec for one in self.armings)
        ).all_habits()
        return [one.spec.name for one in found]

    def progress(self) -> dict[str, Any]:
        """What it is doing: what is armed and how often it was injected, and who is connected."""
        return {
            "faults": [
                {
                    "fault": one.spec.name,
                    "parameters": one.parameters,
                    "title": title(one.spec),
                    "injected": one.fired,
                }
                for one in self.armings
            ],
            "connections": len(self._connections),
            "records": self.journal.records,
            "journal_error": str(self.journal.failure) if self.journal.failure else None,
        }

    def publish(self, body: bytes | None, count: int) -> int:
        """Says events now on every subscribed connection; how many connections that were."""
        subscribed = [one for one in self._streams() if one.state.situation.state == "subscribed"]
        for connection in subscribed:
            connection.publish(body, count)
        return len(subscribed)

    def set_event_rate(self, rate: str) -> None:
        """How often something changes from now on."""
        self.event_rate = rate
        for connection in self._streams():
            connection.plan_events()

    # ---- inside -----------------------------------------------------------------------------

    def _streams(self) -> list[Connection]:
        """The open WebSocket connections."""
        return [one for one in self._connections if one.host == "ws"]

    def _authority(self, host: Host, *, real: bool = False) -> str:
        address, number = self.ports[host].address
        name = "" if real else self._names.get(host, "")
        return f"{name or _bracketed(address)}:{number}"

    def _listening_faults(self, host: Host) -> tuple[str, str]:
        mood, name = "open", ""
        for arming in self.armings:
            if host not in arming.spec.hosts:
                continue
            fault = arming.spec.create()
            if "resolver" in fault.services:
                name = HOST_NAMES[host]
            elif fault.begins == "listening" and not fault.services:
                mood = fault.mood() if fault.mood() != "open" else mood
                name = fault.host_name() or name
                arming.fired += 1
                Injection(arming, "listening").receipt(self.journal, 0, 0)
        return mood, name

    def _accept(self, host: Host, port: tcp.Port) -> Acceptor:
        port.open()
        acceptor = Acceptor(port, functools.partial(self.begin, host))
        self._accepting.append(asyncio.create_task(acceptor.run()))
        return acceptor

    def _open_further(self, host: Host) -> None:
        """The host's port on further addresses, where faults want that."""
        number = self.ports[host].address[1]
        for arming in self.armings:
            wanted = arming.spec.create().addresses() if host in arming.spec.hosts else {}
            for address, mood in wanted.items():
                if ":" in address and missing("ipv6-loopback"):
                    continue
                port = tcp.bound(address, number)
                self._further.append(port)
                if mood == "swallowing":
                    port.swallow()
                elif mood == "open":
                    self._accept(host, port)

    def _note_unavailable(self) -> None:
        for arming in self.armings:
            if reason := why_not(arming.spec.create()):
                name = arming.spec.name
                self._unavailable[name] = reason
                self.journal.write(0, "tool", "note", text=f"{name} unavailable: {reason}")

    def _offer_services(self) -> None:
        wanted = {one for arming in self.armings for one in arming.spec.create().services}
        early = EarlyFaults(self.armings, self.seed)
        if "resolver" in wanted:
            addresses = {host: _bracketed(port.address[0]) for host, port in self.ports.items()}
            self._resolver = Resolver(self.journal, early, addresses)
        if "proxy" in wanted or self._plan.proxy:
            self._proxy = ForwardProxy(self, early)

    def _shrink(self, host: Host) -> None:
        """Gives the port the smallest receive buffer that a fault wants."""
        wanted = [
            size
            for arming in self.armings
            if host in arming.spec.hosts and (size := arming.spec.create().receive_buffer())
        ]
        if wanted:
            self.ports[host].shrink(min(wanted))

    def begin(self, host: Host, stream: tcp.TcpStream, conn: int | None = None) -> None:
        """Serves a connection to a host; `conn` where the proxy has recorded it already."""
        limit = self._plan.max_connections
        if len(self._connections) >= limit:
            stream.reset()
            self.journal.dropped(1, f"more than {limit} connections")
            return
        self._first_at = self._first_at or asyncio.get_running_loop().time()
        self._counts[host] += 1
        number = self._counts[host]
        connection = Connection(self, host, stream, number, conn)
        if self.file and host == "ws":
            block = self.file.block_for(number)
            if block is not None:
                connection.follow(
                    ScriptRun(block, connection.performer, self._values, self._connections_reach)
                )
        for arming in self.armings:
            if arming.spec.hits(host, number) and arming.spec.create().begins != "listening":
                connection.performer.arm(arming)
        task = asyncio.create_task(connection.serve())
        self._connections[connection] = task
        task.add_done_callback(lambda _: self._ended(connection))
        self._telling = asyncio.create_task(self._tell_waiting())

    def _ended(self, connection: Connection) -> None:
        task = self._connections.pop(connection)
        connection.close()  # It may have been cancelled before it began.
        if not task.cancelled() and (broken := task.exception()):
            self.journal.write(0, "tool", "note", text=f"mock server defect: {broken!r}")

    async def _connections_reach(self, number: int) -> None:
        """Until the WebSocket host was given so many connections."""
        async with self._more_connections:
            await self._more_connections.wait_for(lambda: self._counts["ws"] >= number)

    async def _tell_waiting(self) -> None:
        async with self._more_connections:
            self._more_connections.notify_all()


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _bracketed(address: str) -> str:
    if address in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{address}]" if ":" in address else address
