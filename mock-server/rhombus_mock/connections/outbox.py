"""The one writer of a connection: performs what is queued in order, so that nothing interleaves;
records every frame that goes out, and writes the fault receipts."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

from rhombus_mock.actions import (
    Answer,
    BlackHole,
    CutWrites,
    Fin,
    Join,
    Pour,
    Reset,
    SayAfterHandshake,
    Send,
    SendClear,
    StopReading,
    Wait,
)
from rhombus_mock.connections.backlog import Backlog, Finish, Item, Written
from rhombus_mock.connections.injection import Injection
from rhombus_mock.records.journal import Journal, body_text
from rhombus_mock.wire import websocket
from rhombus_mock.wire.lane import SlowLink
from rhombus_mock.wire.tcp import TcpStream
from rhombus_mock.wire.tls import Stream, TlsStream
from rhombus_mock.wire.websocket import FrameDecoder, SeenFrame


class Owner(Protocol):
    """Who is told what went out."""

    def answered(self, status: int) -> None:
        """A response is written."""

    def close_sent(self) -> None:
        """A Close frame is written."""

    def ended_by_us(self, by: str, reading: float) -> None:
        """FIN or RST is sent; the client's octets are read for so many seconds more."""

    def client_unreachable(self) -> None:
        """A write failed."""


class Outbox:
    """Queues are filled from anywhere; run() alone writes."""

    def __init__(self, journal: Journal, conn: int, tcp: TcpStream, owner: Owner) -> None:
        self.stream: Stream = tcp
        """Where octets go; TLS once that is established."""
        self.purpose = "rest"
        """Of the request that is being answered."""
        self.finished = False
        """FIN or RST went out, or the client is gone: nothing is written any more."""
        self.black_hole = False
        self._journal = journal
        self._conn = conn
        self._tcp = tcp
        self._owner = owner
        self._backlog = Backlog()
        self._dammed = False
        self._written = 0
        self._writing_since: float | None = None
        self._websocket = False
        self._frames = FrameDecoder(max_payload=1 << 30)

    def put(self, action: Written | Finish, injections: tuple[Injection, ...] = ()) -> None:
        """Queues. A client that leaves too much unread is cut off."""
        if isinstance(action, Send | Join):
            if self.finished:
                return
            if self._backlog.full:
                self._journal.dropped(1, "client does not read")
                self.end_tcp("rst", reading=0.0)
                return
        self._backlog.put(Item(action, injections))

    def stop_pouring(self) -> None:
        """What is poured, or would be, ends with the block under way."""
        self._dammed = True

    def stuck_seconds(self) -> float:
        """How long the client has not taken what is being written; 0 where nothing is."""
        if self._writing_since is None:
            return 0.0
        return asyncio.get_running_loop().time() - self._writing_since

    def forget_waiting(self) -> int:
        """Nothing of what waits is written any more, but for receipts; how many actions."""
        return self._backlog.forget()

    async def settled(self) -> None:
        """Until everything queued is done."""
        await self._backlog.settled()

    async def run(self) -> None:
        """Writes until TCP is closed, or falls into a black hole."""
        while True:
            item = await self._backlog.next()
            try:
                if isinstance(item.action, Finish):
                    self._receipt(item.action.injection)
                elif not self.finished:
                    await self._write(item.action, item.injections)
            except OSError:
                if not self.finished:
                    self.finished = True
                    self._owner.client_unreachable()
            finally:
                self._backlog.done()
            if self._tcp.closed or self.black_hole:
                self._flush_receipts()
                return

    def end_tcp(self, by: str, reading: float = Fin.reading) -> None:
        """FIN or RST, without a goodbye of the layers above; then it reads for so many seconds."""
        if by == "rst":
            self.stream.reset()
        else:
            self.stream.send_fin()
        self.finished = True
        self._owner.ended_by_us(by, reading)

    def cut_short(self, injection: Injection) -> None:
        """What was still to come of it does not come: its receipt says what was written."""
        self._receipt(injection)

    def end(self) -> None:
        """Records what was left half written, and receipts of what was written of a fault."""
        while item := self._backlog.waiting():
            if isinstance(item.action, Finish) and item.action.injection.octets:
                self._receipt(item.action.injection)
        for seen in self._frames.end():
            self._journal.frame(self._conn, "server", seen)

    def _receipt(self, injection: Injection) -> None:
        injection.receipt(self._journal, self._conn, self._written)

    def _flush_receipts(self) -> None:
        """Nobody writes any more: receipts that still wait say what was written."""
        while item := self._backlog.waiting():
            if isinstance(item.action, Finish):
                self._receipt(item.action.injection)
            self._backlog.done()

    async def _write(self, action: Written, injections: tuple[Injection, ...]) -> None:
        match action:
            case Send():
                await self._send(action, injections)
            case Pour():
                await self._pour(action, injections)
            case Join(_, opcode):
                joined = self._backlog.joined(action, injections)
                await self._send(Send(websocket.frame_octets(opcode, joined)), injections)
            case SendClear(octets):
                await self._tcp.write(octets)
                self._count(octets, injections)
            case SayAfterHandshake():
                assert isinstance(self.stream, TlsStream)  # So says the fault's hindrance().
                self._count(await self.stream.say_after_handshake(action.message), injections)
            case Answer():
                await self._answer(action, injections)
            case Wait(seconds):
                await asyncio.sleep(seconds)
            case Fin(reading):
                self.end_tcp("fin", reading)
            case Reset():
                self.end_tcp("rst")
            case BlackHole():
                self.black_hole = True
            case StopReading(buffer):
                self._tcp.stop_reading(buffer)
            case SlowLink():
                self._tcp.slow_down(action)
            case CutWrites(octets):
                self._tcp.slice = self._tcp.slice or octets

    async def _send(self, send: Send, injections: tuple[Injection, ...]) -> None:
        step = send.cut or max(1, len(send.octets))
        loop = asyncio.get_running_loop()
        begun = loop.time()
        written: deque[tuple[bytes, int]] = deque()
        try:
            for at in range(0, len(send.octets), step):
                if at and send.every:
                    self._note(written, injections)
                    due = begun + at // step * send.every
                    await asyncio.sleep(max(0.0, due - loop.time()))
                piece = send.octets[at : at + step]
                number = self.stream.writes + 1
                self._writing_since = loop.time()
                await self.stream.write(piece)
                self._writing_since = None
                written.append((piece, number))
            while len(written) > 1:
                # What goes out without a pause is noted when all of it is out.
                self._note_one(*written.popleft(), injections)
                await asyncio.sleep(0)
        finally:
            self._note(written, injections)

    def _note(self, written: deque[tuple[bytes, int]], injections: tuple[Injection, ...]) -> None:
        while written:
            self._note_one(*written.popleft(), injections)

    def _note_one(self, piece: bytes, number: int, injections: tuple[Injection, ...]) -> None:
        self._count(piece, injections)
        if self._websocket:
            self._observe(piece, number)

    async def _pour(self, pour: Pour, injections: tuple[Injection, ...]) -> None:
        block, left, before = pour.block, pour.octets, self._written
        try:
            while block and (left is None or left > 0) and not self._dammed:
                piece = block if left is None else block[:left]
                if pour.frames:
                    await self.stream.write(piece)
                    self._count(piece, injections)
                else:
                    await self._send(Send(piece), injections)
                left = None if left is None else left - len(piece)
                await asyncio.sleep(pour.every)
        finally:
            if pour.frames:
                octets = len(block) // pour.frames
                reason = f"frames of {octets} octets, all alike"
                self._journal.dropped((self._written - before) // octets, reason, self._conn)

    async def _answer(self, answer: Answer, injections: tuple[Injection, ...]) -> None:
        given = answer.response
        self._journal.write(
            self._conn,
            "server",
            "http.response",
            purpose=self.purpose,
            status=given.status,
            headers=list(given.headers),
            body=body_text(given.body),
            body_octets=len(given.body),
        )
        octets = answer.before + given.encode() + answer.after
        number = self.stream.writes + 1
        await self._send(Send(octets, answer.cut, answer.every), injections)
        if given.status == 101:
            self._websocket = True
            self._observe(answer.after, number)
        self._owner.answered(given.status)

    def _count(self, octets: bytes, injections: tuple[Injection, ...]) -> None:
        for injection in injections:
            injection.wrote(octets, self._written)
        self._written += len(octets)

    def _observe(self, octets: bytes, number: int) -> None:
        for seen in self._frames.receive(octets, number):
            self._journal.frame(self._conn, "server", seen)
            if isinstance(seen, SeenFrame) and seen.opcode == websocket.CLOSE:
                self._owner.close_sent()
