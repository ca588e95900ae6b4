"""Runs the steps of a scenario file on one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any

from rhombus_mock import durations
from rhombus_mock.connections.injection import Arming, armed
from rhombus_mock.connections.performer import Performer
from rhombus_mock.script import expression, happenings, pacing
from rhombus_mock.script.happenings import Beat, Happenings
from rhombus_mock.script.meaning import fault_of
from rhombus_mock.script.saying import Saying
from rhombus_mock.script.values import Values
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire.http1 import Request


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
        self._saying = Saying(performer.state.situation, values)
        self._connections_reach = connections_reach
        self._next = 0
        self._happenings = Happenings()
        self._tasks: set[asyncio.Task[None]] = set()
        self._beating: asyncio.Task[None] | None = None
        self.automatic = any("handshake" in step for step in steps)
        self._awaits = set(_awaited_commands(steps))
        for step in steps:
            if isinstance(given := step.get("handshake"), dict):
                dialogue = self._state.dialogue
                dialogue.greeting = self._saying.greeting(dialogue.greeting, given)

    def start(self) -> None:
        """TCP is accepted; faults ahead of the first other step take effect now."""
        while self._next < len(self._steps) and "fault" in self._steps[self._next]:
            self._fault(self._steps[self._next]["fault"])
            self._next += 1
        self._spawn(self._run())

    def upgraded(self, request: Request) -> None:
        """The 101 went out."""
        self._happenings.put(request)

    def received(self, frame: Frame | None) -> bool:
        """Whether a step waits, or will wait, for such a frame."""
        self._happenings.put(Beat() if frame is None else frame)
        return frame is not None and frame.command in self._awaits

    def said(self, what: str) -> None:
        """The server said something."""
        self._happenings.said(what)

    def closed(self) -> None:
        """The client sent Close."""
        self._happenings.close()

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
                    if not await self._await(given):
                        return
                case "send":
                    await asyncio.sleep(self._seconds(given.get("after")) or 0)
                    self._performer.perform(self._saying.sent(given))
                case "beats":
                    await self._beats(given)
                case "hold":
                    await self._hold(given)
                case "fault":
                    self._fault(given)
                case "close":
                    self._performer.perform([self._saying.close(given)])
                case "abort":
                    self._performer.perform([self._saying.abort(given)])
                case "handshake":
                    await self._handshake(given)
                case "events":
                    await self._events(given)

    async def _await(self, given: dict[str, Any]) -> bool:
        """False where the client did not do it in time and that ends the script."""
        try:
            async with asyncio.timeout(self._seconds(given.get("within"))):
                await self._awaited(given)
                return True
        except TimeoutError:
            self._note(f"not met within {given['within']}")
        instead = given.get("else", "go-on")
        if instead == "go-on":
            return True
        if "close" in instead:
            self._performer.perform([self._saying.close(instead["close"])])
        else:
            self._performer.perform([self._saying.abort(instead["abort"])])
        return False

    async def _awaited(self, given: dict[str, Any]) -> None:
        if "upgrade" in given:
            path = self._values.filled_in(given["upgrade"])
            await self._happenings.until(happenings.upgrade(path))
        elif "frame" in given:
            frame = await self._happenings.until(happenings.frame(given, self._values))
            assert isinstance(frame, Frame)
            for name, header in given.get("save", {}).items():
                self._values.saved[name] = frame.header(header) or ""
        elif "events" in given:
            await self._happenings.until_said("MESSAGE", given["events"])
        elif "close" in given:
            await self._happenings.until_closed()
        else:
            await self._happenings.until(happenings.beat)

    async def _handshake(self, given: str | dict[str, Any]) -> None:
        if isinstance(given, dict) and given.get("until") == "connected":
            await self._happenings.until_said("CONNECTED", 1)
            return
        wanted = {"frame": "SUBSCRIBE", "headers": {"destination": self._state.situation.topic}}
        frame = await self._happenings.until(happenings.frame(wanted, self._values))
        assert isinstance(frame, Frame)
        self._values.saved["sub"] = frame.header("id") or ""

    async def _beats(self, given: str | dict[str, Any]) -> None:
        if self._beating:
            self._beating.cancel()
            self._beating = None
        if isinstance(given, str):
            return
        every = self._seconds(given["every"])
        if every is None:
            return
        if "for" in given:
            if (lasting := self._seconds(given["for"])) is not None:
                await pacing.beat(self._performer, every, lasting)
            return
        endless = pacing.beat(self._performer, every, None)
        if "until" in given:
            await self._meanwhile(endless, given["until"])
        else:
            self._beating = self._spawn(endless)

    async def _hold(self, given: str | dict[str, Any]) -> None:
        if isinstance(given, str):
            given = {"for": given}
        if "until" not in given:
            await asyncio.sleep(self._seconds(given["for"]) or 0)
            return
        try:
            async with asyncio.timeout(self._seconds(given.get("at_most"))):
                await self._until(given["until"])
        except TimeoutError:
            pass

    def _fault(self, given: dict[str, Any]) -> None:
        spec = fault_of(self._values.filled(given))
        if spec.hits("ws", self._state.situation.number):
            arming = Arming(spec, given.get("as"))
            armed(self._state.scenario.journal, self._state.conn, arming)
            self._performer.arm(arming)

    async def _events(self, given: dict[str, Any]) -> None:
        rate = durations.per_second(given["rate"]) if "rate" in given else 0.0
        count: int | None = given.get("count")
        if "for" in given:
            count = int((self._seconds(given["for"]) or 0) * rate)
        flow = pacing.flow(self._performer, self._saying, given, count, rate)
        if "until" in given:
            await self._meanwhile(flow, given["until"])
        elif count is None:
            self._spawn(flow)
        else:
            await flow

    # ---- waiting ----------------------------------------------------------------------------

    async def _until(self, given: str | dict[str, Any]) -> None:
        if isinstance(given, dict):
            await self._happenings.until(happenings.frame(given, self._values))
        elif given == "close":
            await self._happenings.until_closed()
        elif given == "beat":
            await self._happenings.until(happenings.beat)
        else:
            await self._connections_reach(int(given.removeprefix("connection-")))

    async def _meanwhile(
        self, work: Coroutine[Any, Any, None], until: str | dict[str, Any]
    ) -> None:
        """Works until something happens."""
        working = self._spawn(work)
        try:
            await self._until(until)
        finally:
            working.cancel()

    # ---- values -----------------------------------------------------------------------------

    def _seconds(self, text: str | None) -> float | None:
        """None where nothing is given, and where it rests on an interval agreed to be none."""
        if text is None:
            return None
        seconds = expression.parse(text).seconds(self._state.dialogue.agreed)
        if seconds is None:
            self._note(f"'{text}' rests on a heart-beat that was not agreed")
        return seconds

    def _note(self, text: str) -> None:
        (kind,) = self._steps[self._next - 1]
        said = f"step {self._next}, {kind}: {text}"
        self._state.scenario.journal.write(self._state.conn, "tool", "note", text=said)

    def _spawn(self, run: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(run)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (broken := task.exception()):
            text = f"mock server defect in a script: {broken!r}"
            self._state.scenario.journal.write(self._state.conn, "tool", "note", text=text)


def _awaited_commands(steps: list[dict[str, Any]]) -> Iterator[str]:
    """Of the frames that any step waits for."""
    for step in steps:
        for given in step.values():
            if isinstance(given, dict):
                until = given.get("until")
                if "await" in step and "frame" in given:
                    yield given["frame"]
                if isinstance(until, dict):
                    yield until["frame"]
