"""One connection from accept to end: puts its parts together and runs them."""

from __future__ import annotations

import asyncio

from rhombus_mock.actions import Host, Publish
from rhombus_mock.connections.connection_state import ConnectionState
from rhombus_mock.connections.conversation import Conversation
from rhombus_mock.connections.cues import Script
from rhombus_mock.connections.ending import Ending, Over
from rhombus_mock.connections.inbox import Inbox
from rhombus_mock.connections.opening import Opening
from rhombus_mock.connections.outbox import Outbox
from rhombus_mock.connections.patience import Patience
from rhombus_mock.connections.performer import Performer
from rhombus_mock.connections.surroundings import Surroundings
from rhombus_mock.faults.situation import Side, Situation
from rhombus_mock.service.dialogue import Dialogue
from rhombus_mock.wire.tcp import TcpStream
from rhombus_mock.wire.tls import TlsFailed


class Connection:
    """What the scenario does on one accepted socket."""

    def __init__(
        self,
        scenario: Surroundings,
        host: Host,
        tcp: TcpStream,
        number: int,
        conn: int | None = None,
    ) -> None:
        """`number` counts the host's connections. `conn` is that of the journal, where the proxy
        has recorded the connection already."""
        self.host: Host = host
        self._journal = scenario.journal
        self._by_proxy = conn is not None
        conn = self._journal.connection() if conn is None else conn
        self._tcp = tcp
        self._outbox = Outbox(self._journal, conn, tcp, self)
        self._inbox = Inbox(self._journal, conn)
        self.state = ConnectionState(
            scenario=scenario,
            conn=conn,
            situation=_situation(scenario, host, number),
            dialogue=Dialogue(scenario.habits, scenario.topics),
            outbox=self._outbox,
        )
        self._ending = Ending(self.state, tcp, self._abandon)
        self.performer = Performer(self.state, self._ending)
        self._patience = Patience(self.state, self.performer)
        self._opening = Opening(self.performer, self._ending, tcp)
        self._conversation = Conversation(self.performer, self._ending, self._inbox)
        self._reader: asyncio.Task[None] | None = None
        self.state.situation.silence = self._silence
        self.state.ends = tcp.ends

    # ---- life -------------------------------------------------------------------------------

    async def serve(self) -> None:
        """From accept to the end; never raises but for cancellation."""
        conn = self.state.conn
        if not self._by_proxy:
            address, port = self._tcp.address
            self._journal.write(conn, "client", "tcp.connected", address=address, port=port)
        writer = asyncio.create_task(self._outbox.run())
        self._reader = asyncio.create_task(self._life())
        try:
            await _first_of(writer, self._reader)
            if self._outbox.black_hole:
                self._reader.cancel()
                await self._ending.watch_from_outside()
        finally:
            self._forget_timers()
            for task in (writer, self._reader):
                task.cancel()
            try:
                for outcome in await asyncio.gather(writer, self._reader, return_exceptions=True):
                    if isinstance(outcome, Exception):
                        text = f"mock server defect: {outcome!r}"
                        self._journal.write(conn, "tool", "note", text=text)
            finally:
                self._over()  # Also where the scenario is stopped meanwhile.

    def close(self) -> None:
        """Gives the socket back, at the latest now."""
        self._tcp.close()

    def follow(self, script: Script) -> None:
        """From now on that script is told what happens, and may take the dialogue's place."""
        self.state.script = script

    def publish(self, body: bytes | None, count: int) -> None:
        """Says so many events now."""
        self.performer.perform([Publish(body)] * count)

    def plan_events(self) -> None:
        """The rate of events has changed."""
        if self.state.situation.state == "subscribed":
            self.performer.pulse.time_events()

    async def _life(self) -> None:
        try:
            async with asyncio.timeout(self.state.scenario.opening_seconds):
                await self._opening.transport()
            request_rest = await self._opening.requests()
            if request_rest is not None:
                await self._conversation.run(request_rest)
        except TlsFailed as failure:
            self._opening.tls_failed(failure)
            await self._ending.see_off()
        except TimeoutError:
            self._ending.by_server("timeout")
            self._outbox.finished = True
        except OSError:
            self._ending.by_client("rst")
        except Over:
            await self._ending.see_off()

    def _silence(self, side: Side) -> float:
        now = asyncio.get_running_loop().time()
        match side:
            case "client":
                return now - self._tcp.read_at
            case "server":
                return now - self._tcp.wrote_at
            case "either":
                return now - max(self._tcp.read_at, self._tcp.wrote_at)
            case "pong":
                return now - self.state.ponged_at
        return now - self.state.dialogue.heard_at

    def _over(self) -> None:
        self._inbox.end()
        self.performer.end()
        self._outbox.end()
        if not self.state.ended:
            self._ending.by_server("fin")
        self._tcp.close()
        self.state.script.end()

    def _forget_timers(self) -> None:
        self._ending.forget_timers()
        self.performer.faults.forget_timers()
        self.performer.delays.forget_timers()
        self.performer.pulse.stop()
        self._patience.end()

    def _abandon(self) -> None:
        """The client never closed either."""
        if self._reader:
            self._reader.cancel()

    # ---- what the outbox tells --------------------------------------------------------------

    def answered(self, status: int) -> None:
        """A response went out; 101 makes this a WebSocket."""
        if status == 101:
            self.state.upgraded = True
            self.state.ponged_at = asyncio.get_running_loop().time()
            if agreed := self.state.situation.deflate:
                self._inbox.inflate(agreed.inflating)
            self.performer.reach("upgraded")
            self._patience.begin()
            self.state.script.upgraded(self._opening.let_go())

    def close_sent(self) -> None:
        """Our Close went out."""
        self._inbox.we_closed()
        self.state.dialogue.over = True
        self._ending.await_close()

    def ended_by_us(self, by: str, reading: float) -> None:
        """FIN or RST went out; the client has so many seconds to end too."""
        self._ending.by_server(by)
        self._ending.await_fin(reading)

    def client_unreachable(self) -> None:
        """A write failed."""
        self._ending.by_client("rst")


def _first_of(*tasks: asyncio.Task[None]) -> asyncio.Future[None]:
    """Done as soon as one of them is; asyncio.wait() would take a KiB for as long as it waits."""
    first = asyncio.get_running_loop().create_future()

    def done(_: asyncio.Task[None]) -> None:
        if not first.done():
            first.set_result(None)

    for task in tasks:
        task.add_done_callback(done)
    return first


def _situation(scenario: Surroundings, host: Host, number: int) -> Situation:
    return Situation(
        host=host,
        number=number,
        seed=f"{scenario.seed}/{host}/{number}",
        event_shape=scenario.habits.event_shape,
        org=scenario.account.org,
        topic=scenario.topics[0],
        note=scenario.rest.history.note,
        other_origin=scenario.other_origin(host),
        sessions=scenario.sessions,
        elapsed=scenario.elapsed,
        plain=scenario.plain,
    )
