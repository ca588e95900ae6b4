"""What waits to be written on a connection, in order."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

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
from rhombus_mock.connections.injection import Injection
from rhombus_mock.wire.lane import SlowLink

MAX_PENDING_OCTETS = 64 * 1024 * 1024
"""Once so much waits, nothing more is queued; one thing alone may be longer."""
ITEM_OCTETS = 256
"""What Python needs to have a write wait, besides its octets."""
MAX_JOINED_OCTETS = 64 * 1024

Written = (
    Send
    | Join
    | Pour
    | SendClear
    | SayAfterHandshake
    | Answer
    | Wait
    | Fin
    | Reset
    | BlackHole
    | StopReading
    | CutWrites
    | SlowLink
)


@dataclass(frozen=True)
class Finish:
    """Everything of an injection is written: its receipt is due."""

    injection: Injection


@dataclass(frozen=True)
class Item:
    """An action, and the injections that its octets belong to."""

    action: Written | Finish
    injections: tuple[Injection, ...] = ()


class Backlog:
    """Filled from anywhere, emptied by one."""

    def __init__(self) -> None:
        self._items: deque[Item] | None = None
        """Made when first something waits: an idle connection needs none."""
        self._next: Item | None = None
        """Taken out of the queue already, but not its turn yet."""
        self._pending = 0
        self._unfinished = 0
        self._wanted: asyncio.Future[None] | None = None
        """Of who waits for an item."""
        self._watching: list[asyncio.Future[None]] = []
        """Of those who wait until everything is done."""

    @property
    def full(self) -> bool:
        """Whether the client leaves too much unread."""
        return self._pending > MAX_PENDING_OCTETS

    @property
    def count(self) -> int:
        """How many items wait."""
        return len(self._items or ()) + (self._next is not None)

    def put(self, item: Item) -> None:
        """Queues, however full it is."""
        self._pending += _weight(item)
        self._unfinished += 1
        if self._items is None:
            self._items = deque()
        self._items.append(item)
        if self._wanted and not self._wanted.done():
            self._wanted.set_result(None)

    async def next(self) -> Item:
        """The next item as soon as there is one; done() is due for it."""
        while (item := self.waiting()) is None:
            self._items = None
            self._wanted = asyncio.get_running_loop().create_future()
            try:
                await self._wanted
            finally:
                self._wanted = None
        return item

    def waiting(self) -> Item | None:
        """The next item, if one is there; done() is due for it."""
        item, self._next = self._next, None
        if item is None and self._items:
            item = self._items.popleft()
        return item and self._taken(item)

    def done(self) -> None:
        """An item that was given out is dealt with."""
        self._unfinished -= 1
        if not self._unfinished:
            for one in self._watching:
                if not one.done():
                    one.set_result(None)

    async def settled(self) -> None:
        """Until everything queued is done."""
        while self._unfinished:
            done = asyncio.get_running_loop().create_future()
            self._watching.append(done)
            try:
                await done
            finally:
                self._watching.remove(done)

    def forget(self) -> int:
        """Nothing of what waits is written any more, but for receipts; how many actions."""
        forgotten, receipts = 0, []
        while item := self.waiting():
            if isinstance(item.action, Finish):
                receipts.append(item)
            else:
                forgotten += 1
            self.done()
        for item in receipts:
            self.put(item)
        return forgotten

    def joined(self, first: Join, injections: tuple[Injection, ...]) -> bytes:
        """The octets of `first` and of what waits behind it for the same message."""
        octets = bytearray(first.octets)
        while len(octets) < MAX_JOINED_OCTETS and (item := self.waiting()):
            other = item.action
            alike = isinstance(other, Join) and other.opcode == first.opcode
            if not isinstance(other, Join) or not alike or item.injections != injections:
                self._pending += _weight(item)
                self._next = item
                break
            octets += other.octets
            self.done()
        return bytes(octets)

    def _taken(self, item: Item) -> Item:
        self._pending -= _weight(item)
        return item


def _weight(item: Item) -> int:
    """Octets that it takes while it waits. One thing alone never fills what there is: behind a
    message longer than all that, a beat can wait."""
    if not isinstance(item.action, Send | Join):
        return 0
    return min(len(item.action.octets), MAX_PENDING_OCTETS // 2) + ITEM_OCTETS
