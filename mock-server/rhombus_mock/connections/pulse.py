"""What the server says of its own accord: beats when due, events at the scenario's rate."""

from __future__ import annotations

import asyncio

from rhombus_mock import durations
from rhombus_mock.actions import Publish
from rhombus_mock.connections.connection_state import ConnectionState
from rhombus_mock.connections.live_faults import LiveFaults
from rhombus_mock.connections.surroundings import Stage


class Pulse:
    """The two timers of one connection; what they bring is performed on `stage`."""

    def __init__(self, state: ConnectionState, faults: LiveFaults, stage: Stage) -> None:
        self._state = state
        self._faults = faults
        self._stage = stage
        self._loop = asyncio.get_running_loop()
        self._beat_timer: asyncio.TimerHandle | None = None
        self._event_timer: asyncio.TimerHandle | None = None

    def time_beats(self) -> None:
        """The dialogue's next deadline may have changed."""
        if self._beat_timer:
            self._beat_timer.cancel()
            self._beat_timer = None
        if not self._state.script.automatic:
            return
        deadline = self._state.dialogue.deadline()
        if deadline is not None and not self._state.outbox.finished:
            self._beat_timer = self._loop.call_at(deadline, self._tick)

    def time_events(self) -> None:
        """The client has subscribed, or the rate has changed."""
        if self._event_timer:
            self._event_timer.cancel()
        rate = durations.per_second(self._state.scenario.event_rate)
        if rate and self._state.script.automatic:
            pause = self._state.situation.events.pause(rate)
            self._event_timer = self._loop.call_later(pause, self._event)

    def stop(self) -> None:
        """Neither beats nor events any more."""
        for one in (self._beat_timer, self._event_timer):
            if one:
                one.cancel()

    def _tick(self) -> None:
        dialogue = self._state.dialogue
        interval: float = dialogue.agreed.server
        for live in self._faults.ready():
            changed = live.fault.beat_interval(interval, self._state.situation)
            if changed is not None:
                interval = changed
        self._stage.perform(dialogue.tick(self._loop.time(), interval))
        self.time_beats()

    def _event(self) -> None:
        dialogue = self._state.dialogue
        if self._state.ended or dialogue.over:
            return
        if not self._state.silent and dialogue.subscription is not None:
            self._stage.perform([Publish()])
        self.time_events()
