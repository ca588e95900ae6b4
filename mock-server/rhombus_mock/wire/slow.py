"""A socket behind a slow link: what is written leaves later, what arrives is seen later."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from rhombus_mock.wire.lane import Lane, SlowLink

MAX_UNDER_WAY_OCTETS = 1024 * 1024
MAX_AHEAD_OCTETS = 4096
MAX_AHEAD_SECONDS = 1.0
"""So much of a limited rate is under way at once; the rest waits with who sends it."""


class SlowSocket:
    """Carries octets both ways until stop(). `receive` and `send` are those of the socket; `end`
    sends FIN."""

    def __init__(
        self,
        link: SlowLink,
        receive: Callable[[int], Awaitable[bytes]],
        send: Callable[[bytes], Awaitable[None]],
        end: Callable[[], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._receive = receive
        self._send = send
        self._end = end
        now = self._loop.time()
        self._way_in = Lane(link, f"{link.seed}/in", now)
        self._way_out = Lane(link, f"{link.seed}/out", now)
        self._limited = link.rate > 0
        self._arriving: asyncio.Queue[tuple[float, bytes | OSError]] = asyncio.Queue()
        self._leaving: deque[tuple[float, bytes]] = deque()
        self._to_carry = asyncio.Event()
        self._under_way = 0
        self._room = asyncio.Event()
        self._broken: OSError | None = None
        self._tasks = [asyncio.create_task(self._take_in()), asyncio.create_task(self._carry_out())]

    async def read(self) -> bytes:
        """What has arrived; empty at FIN. Raises OSError."""
        due, arrived = await self._arriving.get()
        await self._until(due)
        if isinstance(arrived, OSError):
            raise arrived
        return arrived

    async def write(self, octets: bytes) -> None:
        """Returns when they are under way. Raises OSError where earlier ones could not leave."""
        step = self._way_out.longest or max(1, len(octets))
        for at in range(0, len(octets), step):
            piece = octets[at : at + step]
            due = self._way_out.due(len(piece), self._loop.time())
            self._under_way += len(piece)
            self._leaving.append((due, piece))
            self._to_carry.set()
            while self._crowded() and not self._broken:
                self._room.clear()
                await self._room.wait()
            if self._broken:
                raise self._broken

    def end(self) -> None:
        """FIN, behind what is under way."""
        self._leaving.append((self._way_out.due(0, self._loop.time()), b""))
        self._to_carry.set()

    def stop(self) -> None:
        """What is under way is lost."""
        for task in self._tasks:
            task.cancel()

    def _crowded(self) -> bool:
        most = MAX_AHEAD_OCTETS if self._limited else MAX_UNDER_WAY_OCTETS
        return self._under_way > most

    async def _take_in(self) -> None:
        while True:
            arrived: bytes | OSError
            try:
                arrived = await self._receive(self._way_in.longest)
            except OSError as error:
                arrived = error
            count = len(arrived) if isinstance(arrived, bytes) else 0
            due = self._way_in.due(count, self._loop.time())
            self._arriving.put_nowait((due, arrived))
            if not count:
                return
            if self._limited:
                await self._until(due - MAX_AHEAD_SECONDS)

    async def _carry_out(self) -> None:
        while True:
            self._to_carry.clear()
            if not self._leaving:
                await self._to_carry.wait()
            due, _ = self._leaving[0]
            await self._until(due)
            octets = self._come_out()
            if not octets:
                self._leaving.popleft()
                self._end()
                return
            try:
                await self._send(octets)
            except OSError as error:
                self._broken = error
                self._room.set()
                return
            self._under_way -= len(octets)
            self._room.set()

    def _come_out(self) -> bytes:
        """Everything whose time has come, in one piece; empty where FIN is next."""
        now = self._loop.time()
        ready: list[bytes] = []
        while self._leaving and (not ready or self._leaving[0][0] <= now):
            if not self._leaving[0][1]:
                break
            ready.append(self._leaving.popleft()[1])
        return b"".join(ready)

    async def _until(self, when: float) -> None:
        await asyncio.sleep(max(0.0, when - self._loop.time()))
