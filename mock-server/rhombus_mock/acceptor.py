"""Accepts what connects to one port, and can refuse for a while."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from rhombus_mock import tcp

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
        loop = asyncio.get_running_loop()
        self._opened.set()
        while True:
            try:
                accepted, _ = await loop.sock_accept(self._port.listener)
            except OSError:
                # Stopped by refuse(), or out of descriptors.
                await asyncio.sleep(_RETRY_SECONDS)
                await self._opened.wait()
                continue
            self._arrived(tcp.TcpStream(accepted))

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

    def _reopen(self) -> None:
        with contextlib.suppress(OSError):
            self._port.open()
        self._opened.set()
