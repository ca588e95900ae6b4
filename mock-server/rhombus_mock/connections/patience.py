"""Sessions of no use, ended as Spring's simple broker ends them: by Close 4500."""

from __future__ import annotations

import asyncio

from rhombus_mock import durations
from rhombus_mock.actions import Send
from rhombus_mock.connections.connection_state import ConnectionState
from rhombus_mock.connections.surroundings import Stage
from rhombus_mock.wire import websocket

NOT_RELIABLE = 4500
TOO_SLOW = b"Failed to send message within the configured send limit"


class Patience:
    """One WebSocket's; limits are the habits `time_to_first_message` and `send_time_limit`."""

    def __init__(self, state: ConnectionState, stage: Stage) -> None:
        self._state = state
        self._stage = stage
        self._loop = asyncio.get_running_loop()
        habits = state.scenario.habits
        self._first_message = durations.seconds(habits.time_to_first_message)
        self._send = durations.seconds(habits.send_time_limit)
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def begin(self) -> None:
        """The 101 went out."""
        if self._first_message:
            self._timers["first"] = self._loop.call_later(self._first_message, self._look_for_first)
        if self._send:
            self._timers["send"] = self._loop.call_later(self._send, self._look_at_writes)

    def end(self) -> None:
        """Nobody is waited for any more."""
        for timer in self._timers.values():
            timer.cancel()

    def _look_for_first(self) -> None:
        if not self._state.dialogue.heard_at and not self._state.dialogue.over:
            self._stage.perform([Send(websocket.close(NOT_RELIABLE))])

    def _look_at_writes(self) -> None:
        if self._state.ended:
            return
        stuck = self._state.outbox.stuck_seconds()
        if stuck < self._send:
            again = self._send - stuck
            self._timers["send"] = self._loop.call_later(again, self._look_at_writes)
            return
        # What the kernel has not taken stays one whole write: Close must not stand inside it.
        forgotten = self._state.outbox.forget_waiting()
        self._state.scenario.journal.dropped(forgotten, "client does not read", self._state.conn)
        self._stage.perform([Send(websocket.close(NOT_RELIABLE, TOO_SLOW))])
        self._timers["send"] = self._loop.call_later(self._send, self._give_up)

    def _give_up(self) -> None:
        if not self._state.ended and self._state.outbox.stuck_seconds() >= self._send:
            self._state.outbox.end_tcp("rst")
