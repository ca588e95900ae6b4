"""How one connection ends: who ended it and by what, and for how long the other is waited for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from rhombus_mock.actions import Fin
from rhombus_mock.connections.connection_state import ConnectionState
from rhombus_mock.wire.tcp import TcpStream
from rhombus_mock.wire.tls import TlsStream

CLOSING_SECONDS = 10.0
_POLL_SECONDS = 0.05


class Over(Exception):
    """We ended the connection ourselves."""


class Ending:
    """One connection's. `abandon` is called when a client does not end its side."""

    def __init__(self, state: ConnectionState, tcp: TcpStream, abandon: Callable[[], None]) -> None:
        self.linger = 0.0
        """Seconds that TCP is left open after the closing handshake."""
        self._state = state
        self._tcp = tcp
        self._abandon = abandon
        self._loop = asyncio.get_running_loop()
        self._timers: list[asyncio.TimerHandle] = []

    def by_server(self, by: str) -> None:
        """We ended TCP."""
        self._record("server", by)

    def by_client(self, by: str) -> None:
        """The client ended TCP; only the first time counts."""
        if not self._state.client_gone:
            self._state.client_gone = True
            self._record("client", by)

    def await_close(self) -> None:
        """Our Close went out: the client has a limited time to answer it."""
        self._after(CLOSING_SECONDS + self.linger, self._give_up)

    def await_fin(self, seconds: float) -> None:
        """Our FIN or RST went out: the client has a limited time to end too."""
        self._after(seconds, self._abandon)

    async def settle(self) -> None:
        """Until everything queued is done; raises Over where that ended the connection."""
        await self._state.outbox.settled()
        if self._state.outbox.black_hole:
            await asyncio.Event().wait()  # serve() cancels this task; until then nothing is read.
        if self._state.outbox.finished:
            raise Over

    async def linger_on(self) -> None:
        """Leaves TCP open for as long as a fault wants it."""
        if self.linger:
            with contextlib.suppress(TimeoutError):
                await self._read_to_fin(self.linger)

    async def say_goodbye(self) -> None:
        """Ends in good order: close_notify, FIN; then raises Over."""
        outbox = self._state.outbox
        if not self._state.ended:
            if isinstance(outbox.stream, TlsStream):
                await outbox.stream.say_goodbye()
            outbox.end_tcp("fin")
        raise Over

    async def see_off(self) -> None:
        """Reads until the client has ended too, so that the journal knows how."""
        if self._tcp.closed or self._state.client_gone:
            return
        try:
            await self._read_to_fin(CLOSING_SECONDS)
        except TimeoutError:
            pass
        except OSError:
            self.by_client("rst")

    async def watch_from_outside(self) -> None:
        """In a black hole nothing is read; the kernel still knows when the client has gone."""
        while (by := self._tcp.peer_ended()) is None:
            await asyncio.sleep(_POLL_SECONDS)
        self.by_client(by)

    def forget_timers(self) -> None:
        """Nobody is waited for any more."""
        for timer in self._timers:
            timer.cancel()

    async def _read_to_fin(self, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while await self._tcp.read():
                pass
        self.by_client("fin")

    def _give_up(self) -> None:
        """The client never answered our Close."""
        if not self._state.outbox.finished:
            self._state.outbox.put(Fin())

    def _after(self, seconds: float, then: Callable[[], None]) -> None:
        self._timers.append(self._loop.call_later(seconds, then))

    def _record(self, who: str, by: str) -> None:
        address, port = self._tcp.address
        self._state.scenario.journal.write(
            self._state.conn, who, "tcp.closed", address=address, port=port, by=by
        )
