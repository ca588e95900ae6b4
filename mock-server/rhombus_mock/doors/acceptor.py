"""Accepts what connects to one port, and can refuse for a while."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from rhombus_mock.wire import tcp

_RETRY_SECONDS = 0.05


class Acceptor:
    """One port's; `arrived` takes over each accepted connection."""

    def __init__(self, port: tcp.Port, arrived: Callable[[tcp.TcpStream], None]) -> None:
        self._port = port
        self._arrived = arrived
        self._opened = asyncio.Event()
        self._reopening: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Accepts until cancelled; the port listens already."""
        self._opened.set()
        while True:
            try:
                accepted, _ = self._port.listener.accept()
            except (BlockingIOError, InterruptedError):
                await self._somebody()
                continue
            except OSError:
                # Stopped by refuse(), or out of descriptors.
                await asyncio.sleep(_RETRY_SECONDS)
                await self._opened.wait()
                continue
            self._arrived(tcp.TcpStream(accepted))

    @property
    def refusing(self) -> bool:
        """Whether it refuses just now."""
        return not self._opened.is_set()

    def refuse(self, seconds: float) -> None:
        """Refuses for so long, then accepts again."""
        if self._opened.is_set():
            self._opened.clear()
            self._port.stop()
            self._reopening = asyncio.get_running_loop().call_later(seconds, self._reopen)

    def end(self) -> None:
        """Does not open again."""
        if self._reopening:
            self._reopening.cancel()

    async def _somebody(self) -> None:
        """Until accept() is worth a try. (loop.sock_accept() accepts by itself; cancelled at that
        moment, it would keep the connection for nobody.)"""
        loop, listener = asyncio.get_running_loop(), self._port.listener
        waiting = loop.create_future()
        loop.add_reader(listener, _wake, waiting)
        try:
            await waiting
        finally:
            loop.remove_reader(listener)

    def _reopen(self) -> None:
        with contextlib.suppress(OSError):
            self._port.open()
        self._opened.set()


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
