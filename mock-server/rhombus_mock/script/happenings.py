"""What a client and its server have done on one connection, as far as a script can wait for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rhombus_mock.script.values import Values
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire.http1 import Request


@dataclass(frozen=True)
class Beat:
    """An EOL of the client outside of frames."""


Happening = Request | Frame | Beat
Condition = Callable[[Happening], bool]

MAX_WAITING = 10_000
"""What no step has waited for yet; what comes behind is forgotten."""


class Happenings:
    """One connection's. Waiting for something lets pass what came before it."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Happening] = asyncio.Queue(MAX_WAITING)
        self._said: dict[str, int] = {}
        self._more = asyncio.Event()
        self._closed = asyncio.Event()

    def put(self, one: Happening) -> None:
        """It has happened."""
        if not self._queue.full():
            self._queue.put_nowait(one)

    def said(self, what: str) -> None:
        """The server said a frame with that command, or a beat."""
        self._said[what] = self._said.get(what, 0) + 1
        self._more.set()

    def close(self) -> None:
        """The client sent Close."""
        self._closed.set()

    async def until(self, fits: Condition) -> Happening:
        """The next that fits."""
        while not fits(one := await self._queue.get()):
            pass
        return one

    async def until_closed(self) -> None:
        """Until the client has sent Close."""
        await self._closed.wait()

    async def until_said(self, what: str, count: int) -> None:
        """Until the server has said it so often, from the connection's begin."""
        while self._said.get(what, 0) < count:
            self._more.clear()
            await self._more.wait()


def upgrade(path: str) -> Condition:
    """The upgrade request for that path."""
    return lambda one: isinstance(one, Request) and one.path == path


def beat(one: Happening) -> bool:
    """Any beat."""
    return isinstance(one, Beat)


def frame(given: dict[str, Any], values: Values) -> Condition:
    """A frame with that command whose headers meet what `given` says of them."""
    wanted = dict(values.headers(given.get("headers", {})))
    patterns = {name: re.compile(one) for name, one in given.get("matches", {}).items()}

    def fits(one: Happening) -> bool:
        return (
            isinstance(one, Frame)
            and one.command == given["frame"]
            and all(one.header(name) == value for name, value in wanted.items())
            and all(pattern.fullmatch(one.header(n) or "") for n, pattern in patterns.items())
            and all(one.header(name) is not None for name in given.get("has", []))
            and all(one.header(name) is None for name in given.get("lacks", []))
        )

    return fits
