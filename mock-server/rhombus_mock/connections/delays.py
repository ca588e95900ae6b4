"""What a fault has happen later on one connection, while everything else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rhombus_mock.connections.injection import Injection


class Delays:
    """`finish` is told of each injection that has nothing more to come, `cut_short` of each whose
    connection ended before."""

    def __init__(
        self, finish: Callable[[Injection], None], cut_short: Callable[[Injection], None]
    ) -> None:
        self._finish = finish
        self._cut_short = cut_short
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[asyncio.TimerHandle, tuple[Injection, ...]] = {}

    def after(
        self, seconds: float, then: Callable[[], None], injections: tuple[Injection, ...]
    ) -> None:
        """Calls `then` as a part of these injections."""

        def now() -> None:
            del self._waiting[timer]
            then()
            self._no_more(injections, self._finish)

        timer = self._loop.call_later(seconds, now)
        self._waiting[timer] = injections
        for injection in injections:
            injection.delayed += 1

    def forget_timers(self) -> None:
        """Nothing of it happens any more."""
        for timer, injections in self._waiting.items():
            timer.cancel()
            self._no_more(injections, self._cut_short)
        self._waiting.clear()

    def _no_more(
        self, injections: tuple[Injection, ...], tell: Callable[[Injection], None]
    ) -> None:
        for injection in injections:
            injection.delayed -= 1
            if not injection.delayed:
                tell(injection)
