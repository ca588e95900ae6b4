"""Faults that act ahead of a connection, when a name is looked up or the proxy is asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from rhombus_mock.actions import Host
from rhombus_mock.connections.injection import Arming
from rhombus_mock.faults.fault import Fault

_Answer = TypeVar("_Answer")


class EarlyFaults:
    """A scenario's. `connection` counts look-ups of one kind, or requests to the proxy; `after`
    counts from the scenario's start."""

    def __init__(self, armings: Sequence[Arming], seed: int) -> None:
        self._armings = armings
        self._chance = random.Random(f"{seed}/early")
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._delays: dict[int, float] = {}

    def first(
        self, host: Host, number: int, ask: Callable[[Fault], _Answer | None]
    ) -> tuple[Arming, _Answer] | None:
        """What the first fault says that is concerned and live; it counts as injected."""
        for arming in self._armings:
            spec = arming.spec
            exhausted = spec.times is not None and arming.fired >= spec.times
            if exhausted or not spec.hits(host, number) or not self._live(arming):
                continue
            if (answer := ask(spec.create())) is not None:
                arming.fired += 1
                return arming, answer
        return None

    def _live(self, arming: Arming) -> bool:
        spec = arming.spec
        if id(arming) not in self._delays:
            more = self._chance.uniform(0, spec.jitter) if spec.jitter else 0.0
            self._delays[id(arming)] = spec.after.seconds + more
        return self._loop.time() - self._began >= self._delays[id(arming)]
