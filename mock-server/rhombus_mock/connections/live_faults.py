"""When the faults of one connection go live: by the state that the client has reached, then by
time, frames or events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from rhombus_mock.actions import STATES, Utterance
from rhombus_mock.connections.injection import Arming, Live
from rhombus_mock.faults.situation import Situation
from rhombus_mock.wire.deflate import Context
from rhombus_mock.wire.terms import Interface


class LiveFaults:
    """In the order they were armed. `activate` is called for each when its time has come."""

    def __init__(self, situation: Situation, activate: Callable[[Live], None]) -> None:
        self._situation = situation
        self._activate = activate
        self._loop = asyncio.get_running_loop()
        self._all: list[Live] = []
        self._timers: list[asyncio.TimerHandle] = []
        self._reminders: dict[int, asyncio.TimerHandle] = {}

    def add(self, arming: Arming) -> Live:
        """One more, which waits until wake() finds that its state is reached."""
        live = Live(arming, arming.spec.create())
        self._all.append(live)
        return live

    def interface(self) -> Interface:
        """What TLS must stand on here, whether they are ready yet or not."""
        wanted = any("tls-messages" in one.fault.needs for one in self._all)
        return "openssl" if wanted else "python"

    def compression(self) -> Context | None:
        """What the first of them needs that needs permessage-deflate, live already or not."""
        needed = (live.fault.compression() for live in self._all)
        return next((context for context in needed if context), None)

    def ready(self) -> list[Live]:
        """Those that may be injected now."""
        return [live for live in self._all if live.ready()]

    def ready_from(self, first: int) -> Iterator[tuple[int, Live]]:
        """With their places, each looked at when it is its turn."""
        for at in range(first, len(self._all)):
            if self._all[at].ready():
                yield at, self._all[at]

    def wake_all(self) -> None:
        """The client has got further."""
        for live in list(self._all):
            self.wake(live)

    def wake(self, live: Live) -> None:
        """Starts to count for a fault whose state is reached."""
        reached = STATES.index(self._situation.state) >= STATES.index(live.fault.begins)
        if not live.waiting or not reached:
            return
        live.waiting = False
        spec = live.arming.spec
        live.frames_left, live.events_left = spec.after.frames, spec.after.events
        delay = spec.after.seconds + (
            self._situation.chance.uniform(0, spec.jitter) if spec.jitter else 0
        )
        if delay:
            self._timers.append(self._loop.call_later(delay, self._activate, live))
        elif not live.frames_left and not live.events_left:
            self._activate(live)

    def count(self, utterance: Utterance) -> None:
        """The server said something that no fault replaced."""
        for live in self._all:
            if live.active or live.waiting:
                continue
            if live.frames_left and utterance.what != "beat":
                live.frames_left -= 1
            elif live.events_left and utterance.what == "MESSAGE":
                live.events_left -= 1
            else:
                continue
            if not live.frames_left and not live.events_left:
                self._activate(live)

    def remind(self, live: Live, seconds: float, then: Callable[[Live], None]) -> None:
        """Calls back so long after the last time that it was due, or at once where that is past."""
        live.due_at += seconds
        self._reminders[id(live)] = self._loop.call_at(live.due_at, then, live)

    def forget(self, live: Live) -> None:
        """Calls back no more."""
        if timer := self._reminders.pop(id(live), None):
            timer.cancel()

    def going(self) -> list[Live]:
        """Those that have not come to their end."""
        return [live for live in self._all if live.going is not None]

    def forget_timers(self) -> None:
        """None goes live by time any more."""
        for timer in (*self._timers, *self._reminders.values()):
            timer.cancel()
