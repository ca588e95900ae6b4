"""TCP on non-blocking sockets: counted reads and writes, FIN and RST on purpose, and listeners
that refuse or swallow."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass, field
from typing import Literal

from rhombus_mock.wire.lane import SlowLink
from rhombus_mock.wire.slow import SlowSocket

READ_OCTETS = 64 * 1024
_TCP_CLOSE, _TCP_CLOSE_WAIT = 7, 8
BACKLOG = 512
_POLL_SECONDS = 0.05
_READS_IN_A_ROW = 8


class TcpStream:
    """One accepted connection. `reads` and `writes` number the socket calls from 1."""

    def __init__(self, accepted: socket.socket) -> None:
        self._socket = accepted
        self._loop = asyncio.get_running_loop()
        self.reads = 0
        self.writes = 0
        self.closed = False
        self.read_at = self.wrote_at = self._loop.time()
        """When octets last came and went, in seconds of the loop's clock."""
        self._stopped = False
        self._readable: asyncio.Future[None] | None = None
        self._slow: SlowSocket | None = None
        self._unread = b""
        self.slice = 0
        """Longest socket write in octets; 0 for no limit."""
        self.ends = _ends(accepted)
        """Address and port of our end and of the peer's; port 0 where that has gone already."""
        accepted.setblocking(False)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def address(self) -> tuple[str, int]:
        """Address and port number on our side."""
        return self.ends[0]

    async def read(self) -> bytes:
        """The next octets; empty at FIN. Raises ConnectionError on RST."""
        if self.reads % _READS_IN_A_ROW == _READS_IN_A_ROW - 1:
            # A client that never pauses must not keep the loop from the others.
            await asyncio.sleep(0)
        octets, self._unread = self._unread or None, b""
        while octets is None and not self._stopped and not self._slow:
            octets = await self._take(READ_OCTETS)
        if octets is None:
            octets = await (self._slow.read() if self._slow else self._until_peer_ended())
        self.reads += 1
        self.read_at = self._loop.time()
        return octets

    def unread(self, octets: bytes) -> None:
        """Gives back what was read too far: the next read() begins with it."""
        self._unread = octets + self._unread

    def stop_reading(self, buffer: int = 0) -> None:
        """Leaves octets to the kernel, whose buffer is made so large in octets (0: as it is).
        From then on read() returns at FIN and RST only."""
        if buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._stopped = True
        self._wake_reader()

    async def write(self, octets: bytes) -> None:
        """One socket write, or one per slice. Raises OSError when the peer is gone."""
        step = self.slice or max(1, len(octets))
        for at in range(0, len(octets), step):
            self.writes += 1
            if self._slow:
                await self._slow.write(octets[at : at + step])
            else:
                await self._send(octets[at : at + step])
            self.wrote_at = self._loop.time()

    def peer_ended(self) -> Literal["fin", "rst"] | None:
        """How the peer ended the connection, without reading from it (Linux: TCP_INFO)."""
        try:
            state = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        except OSError:
            return "rst"
        return {_TCP_CLOSE: "rst", _TCP_CLOSE_WAIT: "fin"}.get(state)  # type: ignore[return-value]

    def slow_down(self, link: SlowLink) -> None:
        """From now on octets go over that link, both ways; a second one changes nothing."""
        if self._slow:
            return
        self._slow = SlowSocket(link, self._receive, self._send, self._shut_down)
        self._wake_reader()

    def send_fin(self) -> None:
        """Half-closes: no more octets from us, theirs are still read."""
        if self._slow:
            self._slow.end()
        else:
            self._shut_down()

    def _shut_down(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """RST: SO_LINGER 0 and close."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        """FIN, unless something unread makes the kernel say RST. Repeating it changes nothing."""
        if not self.closed:
            self.closed = True
            if self._slow:
                self._slow.stop()
            self._forget_reader()  # A read that waits goes on waiting: its task is ended.
            self._loop.remove_writer(self._socket.fileno())
            self._socket.close()

    async def _receive(self, limit: int) -> bytes:
        """For a slow link: what comes next, `limit` octets at most; 0 for no limit."""
        while not self._stopped:
            if (octets := await self._take(limit or READ_OCTETS)) is not None:
                return octets
        return await self._until_peer_ended()

    async def _send(self, octets: bytes) -> None:
        await self._loop.sock_sendall(self._socket, octets)

    async def _take(self, limit: int) -> bytes | None:
        """What is there; otherwise None, once something may be."""
        try:
            return self._socket.recv(limit)
        except (BlockingIOError, InterruptedError):
            pass
        waiting = self._readable = self._loop.create_future()
        self._loop.add_reader(self._socket.fileno(), _wake, waiting)
        try:
            await waiting
        finally:
            if self._readable is waiting:
                self._forget_reader()
        return None

    def _wake_reader(self) -> None:
        if waiting := self._forget_reader():
            _wake(waiting)

    def _forget_reader(self) -> asyncio.Future[None] | None:
        waiting, self._readable = self._readable, None
        if waiting:
            self._loop.remove_reader(self._socket.fileno())
        return waiting

    async def _until_peer_ended(self) -> bytes:
        while (by := self.peer_ended()) is None:
            await asyncio.sleep(_POLL_SECONDS)
        if by == "rst":
            raise ConnectionResetError
        return b""


def _ends(one: socket.socket) -> tuple[tuple[str, int], tuple[str, int]]:
    ours = one.getsockname()
    try:
        theirs = one.getpeername()
    except OSError:
        theirs = ("", 0)
    return (ours[0], ours[1]), (theirs[0], theirs[1])


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


@dataclass
class Port:
    """A TCP port that we hold, in one of three moods: open, refusing, swallowing."""

    listener: socket.socket
    _fillers: list[socket.socket] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        """Address and port number."""
        name = self.listener.getsockname()
        return name[0], name[1]

    def open(self) -> None:
        """Accepts connections from now on."""
        self.listener.listen(BACKLOG)

    def shrink(self, buffer: int) -> None:
        """SO_RCVBUF of the connections to come, in octets."""
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)

    def stop(self) -> None:
        """Refuses connections until open() is called again; the port stays ours."""
        self.listener.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Gives the port back."""
        for filler in self._fillers:
            filler.close()
        self.listener.close()

    def swallow(self) -> None:
        """Leaves SYNs unanswered: a backlog of 0 whose queue we fill ourselves."""
        self.listener.listen(0)
        for _ in range(3):
            filler = socket.socket(self.listener.family, socket.SOCK_STREAM)
            filler.setblocking(False)
            filler.connect_ex(self.address)
            self._fillers.append(filler)


def bound(address: str, number: int) -> Port:
    """A port that is held but does not listen: connecting to it gets RST. 0 picks a free one."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = _bound(family, address, number)
    if number == 0:
        # Linux gives a port that it picked itself away when listening stops; an explicit one
        # stays. Both sockets hold it for a moment, so that nobody can come between.
        picked, listener = listener, _bound(family, address, listener.getsockname()[1])
        picked.close()
    listener.setblocking(False)
    return Port(listener)


def _bound(family: socket.AddressFamily, address: str, number: int) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((address, number))
    except OSError:
        one.close()
        raise
    return one
