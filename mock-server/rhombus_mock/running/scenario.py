"""One scenario: two listeners, one journal, and what is to happen on their connections."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rhombus_mock.actions import STATES, Host, State
from rhombus_mock.clients.client import Client
from rhombus_mock.connections.connection import Connection
from rhombus_mock.connections.injection import Arming, armed
from rhombus_mock.connections.performer import Performer
from rhombus_mock.connections.surroundings import ScriptedReply
from rhombus_mock.doors.front import Front
from rhombus_mock.faults.catalogue import Spec, UnknownFault, title
from rhombus_mock.faults.fault import Need
from rhombus_mock.plan import Plan
from rhombus_mock.records.journal import Journal, Observer
from rhombus_mock.records.redaction import Redactor
from rhombus_mock.script.replies import Replies
from rhombus_mock.script.run import ScriptRun
from rhombus_mock.script.values import Values
from rhombus_mock.service.credentials import Account, hexadecimal, new_key, write_key
from rhombus_mock.service.habits import habits
from rhombus_mock.service.rest import RestHost, spelt
from rhombus_mock.wire import tcp
from rhombus_mock.wire.certificates import Certificates
from rhombus_mock.wire.http1 import Request


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
        if self.plain and (hopeless := [one for one in faults if one.kind.only_tls]):
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
        self._plan = plan
        self._counts: dict[Host, int] = {"ws": 0, "rest": 0}
        self._connections: dict[Connection, asyncio.Task[None]] = {}
        self._awaited: list[tuple[int, asyncio.Future[None]]] = []
        """Who waits for how many connections of the WebSocket host."""
        self._first_at = 0.0

    # ---- life -------------------------------------------------------------------------------

    def start(self) -> None:
        """Binds and listens. Raises OSError where a port cannot be had."""
        self._front = Front(self._plan, self.journal, self.armings, self.begin)
        for arming in self.armings:
            armed(self.journal, 0, arming)
        try:
            self._front.open()
        except OSError:
            self._front.close()
            raise

    async def stop(self, reason: str) -> None:
        """Ends every connection, gives the ports back, ends the journal."""
        self.client.end()
        await self._front.stop()
        await _cancelled(list(self._connections.values()))
        self._front.close()
        self.journal.end(reason)

    def described(self) -> dict[str, Any]:
        """What a caller needs to use it."""
        front = self._front
        web, plain = ("ws", "http") if self.plain else ("wss", "https")
        return {
            "id": self.id,
            "rest_url": f"{plain}://{front.authority('rest')}",
            "ws_url": f"{web}://{front.authority('ws')}/websocket",
            "ca_file": str(self.certificates.ca_file),
            "api_key": self.account.api_key,
            "key_file": str(self.key_file),
            "org": self.org,
            "journal": str(self.journal.path),
            **({"resolver": front.resolver.address} if front.resolver else {}),
            **({"proxy_url": front.proxy.url} if front.proxy else {}),
            **({"unavailable": front.unavailable} if front.unavailable else {}),
        }

    @property
    def org(self) -> str:
        """The organization as REST spells it."""
        return spelt(self.account.org, self.habits)

    def needs(self, need: Need) -> bool:
        """Whether a fault that is armed, or that a step will inject, needs this."""
        specs = [arming.spec for arming in self.armings]
        specs += self.file.step_specs() if self.file else ()
        return any(need in spec.kind.needs for spec in specs)

    # ---- for connections --------------------------------------------------------------------

    def address(self, host: Host) -> tuple[str, int]:
        """Address and port number that a host listens on."""
        return self._front.doors[host].port.address

    @property
    def topics(self) -> tuple[str, ...]:
        """Where the organization's events are said: one destination, or one in each spelling."""
        forms = (self.account.org, hexadecimal(self.account.org))
        same, other = forms if self.habits.org_form == "ruuid" else (forms[1], forms[0])
        spellings = {"same": (same,), "other": (other,), "either": (same, other)}
        return tuple(f"/topic/change/{one}" for one in spellings[self.habits.topic_form])

    def other_origin(self, host: Host) -> str:
        """`ADDRESS:PORT` of the host that this one is not."""
        return self._front.doors["rest" if host == "ws" else "ws"].authority

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

    def scripted_reply(self, request: Request) -> ScriptedReply | None:
        """The file's own answer to a REST request."""
        return self._replies.answer(request)

    def replace_key(self) -> None:
        """The account has another key from now on."""
        self.account.api_key = new_key()
        self._redactor.add("api-key", self.account.api_key)
        write_key(self.key_file, self.account.api_key)

    def refuse(self, seconds: float) -> None:
        """The WebSocket port refuses for so long, then accepts again."""
        self._front.doors["ws"].refuse(seconds)

    # ---- for the control endpoint -----------------------------------------------------------

    def arm(self, spec: Spec, label: str | None = None) -> None:
        """Arms a fault from now on, on open connections too."""
        if spec.of_the_port:
            raise UnknownFault(f"{spec.id} must be there before the port is: start a scenario")
        self.habits = habits(dict(spec.create().habits()), self.habits)
        arming = Arming(spec, label)
        self.armings.append(arming)
        armed(self.journal, 0, arming)
        for host in spec.hosts:
            self._front.shrink(host)
        for connection in list(self._connections):
            if spec.hits(connection.host, connection.state.situation.number):
                connection.performer.arm(arming)

    def disarm(self, name: str = "") -> list[str]:
        """Disarms the faults of that id, id/variant or label, all where it is empty; their names.
        What they have done stays done. Raises UnknownFault where one is of the port."""
        found = [one for one in self.armings if not name or name in one.names]
        for arming in found:
            if arming.spec.of_the_port:
                raise UnknownFault(f"{arming.spec.id} is of the port: end the scenario instead")
        for arming in found:
            arming.disarmed = True
            self.armings.remove(arming)
            for connection in self._streams():
                connection.performer.call_off(arming)
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
            if arming.spec.hits(host, number) and not arming.spec.of_the_port:
                connection.performer.arm(arming)
        self._front.accepted(host, number)
        task = asyncio.create_task(connection.serve())
        self._connections[connection] = task
        task.add_done_callback(lambda _: self._ended(connection))
        for wanted, reached in self._awaited:
            if self._counts["ws"] >= wanted and not reached.done():
                reached.set_result(None)

    def _ended(self, connection: Connection) -> None:
        task = self._connections.pop(connection)
        connection.close()  # It may have been cancelled before it began.
        if not task.cancelled() and (broken := task.exception()):
            self.journal.write(0, "tool", "note", text=f"mock server defect: {broken!r}")

    async def _connections_reach(self, number: int) -> None:
        """Until the WebSocket host was given so many connections."""
        if self._counts["ws"] >= number:
            return
        waiting = (number, asyncio.get_running_loop().create_future())
        self._awaited.append(waiting)
        try:
            await waiting[1]
        finally:
            self._awaited.remove(waiting)


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
