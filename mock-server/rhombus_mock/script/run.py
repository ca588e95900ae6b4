"""Runs the steps of a scenario file on one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from rhombus_mock import durations, websocket
from rhombus_mock.actions import BEAT, Action, Fin, Reached, Reset, Say, Send, Utterance
from rhombus_mock.http1 import Request
from rhombus_mock.injection import Arming, armed
from rhombus_mock.performer import Performer
from rhombus_mock.script import expression
from rhombus_mock.script.check import fault_of
from rhombus_mock.script.values import Values
from rhombus_mock.situation import with_header
from rhombus_mock.stomp.frames import Frame

Happening = Request | Frame | str
"""The upgrade; a frame; or `beat`, `close`."""


class ScriptRun:
    """One connection's script. What no step waits for is let pass. `connections_reach` waits
    until the WebSocket host was given so many connections."""

    def __init__(
        self,
        steps: list[dict[str, Any]],
        performer: Performer,
        values: Values,
        connections_reach: Callable[[int], Awaitable[None]],
    ) -> None:
        self._steps = steps
        self._performer = performer
        self._state = performer.state
        self._values = values
        self._connections_reach = connections_reach
        self._next = 0
        self._happened: asyncio.Queue[Happening] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = asyncio.Event()
        self.automatic = any("handshake" in step for step in steps)
        self._awaits = {step["await"].get("frame") for step in steps if "await" in step}

    def start(self) -> None:
        """TCP is accepted; faults ahead of the first other step take effect now."""
        while self._next < len(self._steps) and "fault" in self._steps[self._next]:
            self._fault(self._steps[self._next]["fault"])
            self._next += 1
        self._spawn(self._run())

    def upgraded(self, request: Request) -> None:
        """The 101 went out."""
        self._happened.put_nowait(request)

    def received(self, frame: Frame | None) -> bool:
        """Whether a step waits, or will wait, for such a frame."""
        self._happened.put_nowait("beat" if frame is None else frame)
        return frame is not None and frame.command in self._awaits

    def closed(self) -> None:
        """The client sent Close."""
        self._closed.set()
        self._happened.put_nowait("close")

    def end(self) -> None:
        """The connection is over."""
        for task in self._tasks:
            task.cancel()

    # ---- steps ------------------------------------------------------------------------------

    async def _run(self) -> None:
        while self._next < len(self._steps):
            (kind, given) = next(iter(self._steps[self._next].items()))
            self._next += 1
            match kind:
                case "await":
                    await self._await(given)
                case "send":
                    self._performer.perform(self._sent(given))
                case "beats":
                    await self._beats(given)
                case "hold":
                    await self._hold(given)
                case "fault":
                    self._fault(given)
                case "close":
                    self._performer.perform([_close(given)])
                case "abort":
                    self._performer.perform([Fin() if given == "fin" else Reset()])
                case "handshake":
                    await self._handshake()
                case "events":
                    await self._events(given)

    async def _await(self, given: dict[str, Any]) -> None:
        if "upgrade" in given:
            await self._until(lambda one: isinstance(one, Request) and one.path == given["upgrade"])
        elif "frame" in given:
            frame = await self._until(
                lambda one: isinstance(one, Frame) and one.command == given["frame"]
            )
            assert isinstance(frame, Frame)
            for name, header in given.get("save", {}).items():
                self._values.saved[name] = frame.header(header) or ""
        else:
            word = "beat" if "beat" in given else "close"
            await self._until(lambda one: one == word)

    async def _handshake(self) -> None:
        topic = self._state.situation.topic
        frame = await self._until(
            lambda one: (
                isinstance(one, Frame)
                and one.command == "SUBSCRIBE"
                and one.header("destination") == topic
            )
        )
        assert isinstance(frame, Frame)
        self._values.saved["sub"] = frame.header("id") or ""

    async def _until(self, fits: Callable[[Happening], bool]) -> Happening:
        while True:
            happening = await self._happened.get()
            if fits(happening):
                return happening

    def _sent(self, given: dict[str, Any]) -> list[Action]:
        if "raw" in given:
            raw = self._values.octets(given["raw"])
            match given.get("as", "text"):
                case "binary":
                    return [Send(websocket.binary(raw))]
                case "stream":
                    return [Send(raw)]
            return [Say(Utterance("raw", raw))]
        if "event" in given:
            frame = self._message(given["event"])
            if "subscription" in given:
                frame = with_header(frame, "subscription", self._text(given["subscription"]))
            return [Say(Utterance.of(frame))]
        headers = tuple(
            (name, self._text(value)) for name, value in given.get("headers", {}).items()
        )
        frame = Frame(given["frame"], headers, self._values.octets(given.get("body", "")))
        said: list[Action] = [Say(Utterance.of(frame))]
        return [*said, Reached("connected")] if frame.command == "CONNECTED" else said

    def _message(self, event: dict[str, Any]) -> Frame:
        situation = self._state.situation
        filled = self._values.fields(event)
        return situation.message(situation.events.body(filled))

    async def _beats(self, given: dict[str, Any]) -> None:
        every = self._seconds(given["every"])
        if every is None:
            return
        if "for" not in given:
            self._spawn(self._beat(every, None))
        else:
            await self._beat(every, self._seconds(given["for"]))

    async def _beat(self, every: float, lasting: float | None) -> None:
        loop = asyncio.get_running_loop()
        start, count = loop.time(), 1
        while lasting is None or count * every <= lasting:
            await asyncio.sleep(start + count * every - loop.time())
            if self._state.silent:
                return
            self._performer.perform([Say(BEAT)])
            count += 1
        await asyncio.sleep(start + lasting - loop.time())

    async def _hold(self, given: str | dict[str, Any]) -> None:
        if isinstance(given, str):
            given = {"for": given}
        limit = self._seconds(given.get("at_most", given.get("for", "")))
        if "until" not in given:
            await asyncio.sleep(limit or 0)
            return
        try:
            async with asyncio.timeout(limit):
                if given["until"] == "close":
                    await self._closed.wait()
                    return
                number = int(given["until"].removeprefix("connection-"))
                await self._connections_reach(number)
        except TimeoutError:
            pass

    def _fault(self, given: dict[str, Any]) -> None:
        arming = Arming(fault_of(given), given.get("as"))
        armed(self._state.scenario.journal, self._state.conn, arming)
        self._performer.arm(arming)

    async def _events(self, given: dict[str, Any]) -> None:
        fields = given.get("event", {})
        rate = durations.per_second(given["rate"]) if "rate" in given else 0.0
        count = given.get("count")
        if count is None:
            count = int((self._seconds(given["for"]) or 0) * rate)
        for _ in range(count):
            if rate:
                await asyncio.sleep(1 / rate)
            self._performer.perform([Say(Utterance.of(self._message(fields)))])

    # ---- values -----------------------------------------------------------------------------

    def _seconds(self, text: str) -> float | None:
        """None for no limit: nothing given, or an interval that was agreed to be none."""
        if not text:
            return None
        return expression.parse(text).seconds(self._state.dialogue.agreed)

    def _text(self, value: object) -> str:
        return self._values.filled_in(str(value))

    def _spawn(self, run: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(run)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (broken := task.exception()):
            text = f"mock server defect in a script: {broken!r}"
            self._state.scenario.journal.write(self._state.conn, "tool", "note", text=text)


def _close(given: int | dict[str, Any]) -> Send:
    if isinstance(given, int):
        return Send(websocket.close(given))
    return Send(websocket.close(given.get("code"), given.get("reason", "").encode()))
