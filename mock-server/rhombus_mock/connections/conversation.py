"""What the server makes of a client's octets after the upgrade."""

from __future__ import annotations

import asyncio

from rhombus_mock.actions import Send
from rhombus_mock.connections.ending import Ending
from rhombus_mock.connections.inbox import (
    Arrival,
    Beat,
    Closed,
    Heard,
    Inbox,
    Malformed,
    Ponged,
    Rejection,
    Reply,
    Unacceptable,
    Unfinished,
)
from rhombus_mock.connections.performer import Performer
from rhombus_mock.service.dialogue import error
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket


class Conversation:
    """One connection's: faults, script and dialogue are asked in this order."""

    def __init__(self, performer: Performer, ending: Ending, inbox: Inbox) -> None:
        self._performer = performer
        self._state = performer.state
        self._ending = ending
        self._inbox = inbox
        self._loop = asyncio.get_running_loop()

    async def run(self, octets: bytes) -> None:
        """Until the client's FIN; `octets` came with the upgrade request. Raises Over."""
        stream = self._state.outbox.stream
        while True:
            if octets:
                self._received(octets, stream.reads)
                if self._inbox.ended and not self._state.deaf:
                    await self._ending.settle()
                    await self._ending.linger_on()
                    await self._ending.say_goodbye()
            octets = await stream.read()
            if not octets:
                self._ending.by_client("fin")
                return

    def _received(self, octets: bytes, read: int) -> None:
        for arrival in self._inbox.receive(octets, read):
            if not self._state.deaf:
                self._arrived(arrival)
        self._performer.pulse.time_beats()

    def _arrived(self, arrival: Arrival) -> None:
        dialogue = self._state.dialogue
        match arrival:
            case Reply(octets):
                self._reply(octets)
            case Rejection(octets):
                self._state.outbox.stop_pouring()
                self._state.outbox.put(Send(octets))
            case Closed():
                self._state.script.closed()
                self._state.outbox.stop_pouring()
                dialogue.over = True
            case Ponged():
                self._state.ponged_at = self._loop.time()
            case Heard(octets):
                dialogue.heard(self._loop.time())
                self._heard(octets)
            case Unacceptable(code):
                self._performer.perform([Send(websocket.close(code))])
            case Malformed(message) if not dialogue.over:
                self._performer.perform(error(message))
                dialogue.over = True
            case Unfinished() if not dialogue.over:
                self._performer.perform(dialogue.unfinished())
            case Beat():
                self._state.script.received(None)
            case Frame() if not dialogue.over:
                self._frame(arrival)

    def _reply(self, octets: bytes) -> None:
        for live in self._performer.faults.ready():
            instead = live.fault.replies(octets, self._state.situation)
            if instead is not None:
                self._performer.inject(live, instead)
                return
        self._state.outbox.put(Send(octets))

    def _heard(self, octets: bytes) -> None:
        if self._state.dialogue.over:
            return
        for live in self._performer.faults.ready():
            added = live.fault.heard(octets, self._state.situation)
            if added is not None:
                self._performer.inject(live, added)

    def _frame(self, frame: Frame) -> None:
        situation, dialogue, script = (
            self._state.situation,
            self._state.dialogue,
            self._state.script,
        )
        if frame.command in ("CONNECT", "STOMP"):
            dialogue.offered(frame)
        if frame.command == "SUBSCRIBE":
            identity, destination = frame.header("id"), frame.header("destination")
            if destination in dialogue.topics:
                situation.topic = destination
            if not script.automatic or (identity and destination in dialogue.topics):
                situation.subscription = identity or ""
        for live in self._performer.faults.ready():
            instead = live.fault.received(frame, situation)
            if instead is not None:
                self._performer.inject(live, instead)
                script.received(frame)
                return
        expected = script.received(frame)
        if script.automatic:
            self._performer.perform(dialogue.receive(frame, self._loop.time()))
        elif frame.command == "DISCONNECT" and not expected:
            self._performer.perform(dialogue.disconnect(frame))
        elif frame.command == "SUBSCRIBE":
            dialogue.subscription = situation.subscription
            self._performer.reach("subscribed")
