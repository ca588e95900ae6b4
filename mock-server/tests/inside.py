"""A server in this process, on an event loop of its own thread: what it leaves behind is seen."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from rhombus_mock.plan import Plan
from rhombus_mock.running.scenario import Scenario
from rhombus_mock.running.server import Server

BOUND = 10.0
T = TypeVar("T")


class Inside:
    """Used as a context manager."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        """What the event loop reported: exceptions that nobody took."""
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._complain)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: Server

    def __enter__(self) -> Inside:
        self._thread.start()
        self._server = self._done(self._make())
        return self

    def __exit__(self, *_: object) -> None:
        self._done(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(BOUND)
        self._loop.close()

    def start(self, plan: Plan) -> Scenario:
        """A scenario on ports of its own."""
        return self._done(self._start(plan))

    def end(self, scenario: Scenario) -> None:
        """Ends it."""
        self._done(self._server.end(scenario.id, "ended"))

    def tasks(self) -> set[str]:
        """What still runs on the loop."""
        return self._done(self._tasks())

    def _done(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(BOUND)

    async def _make(self) -> Server:
        return Server()

    async def _start(self, plan: Plan) -> Scenario:
        return self._server.start(plan)

    async def _tasks(self) -> set[str]:
        me = asyncio.current_task()
        for _ in range(3):
            await asyncio.sleep(0)
        return {repr(one.get_coro()) for one in asyncio.all_tasks() if one is not me}

    def _complain(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.complaints.append(f"{context.get('message')}: {context.get('exception')!r}")


def descriptors() -> set[str]:
    """Of this process, and what each stands for; those of the look itself left out."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(f"{name} {os.readlink(f'/proc/self/fd/{name}')}")
        except FileNotFoundError:
            continue
    return found
