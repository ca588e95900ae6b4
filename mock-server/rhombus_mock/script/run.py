"""Runs the steps of a scenario file on one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any

from rhombus_mock import durations, websocket
from rhombus_mock.actions import BEAT, Action, Fin, Reached, Reset, Say, Send, Utterance
from rhombus_mock.http1 import Request
from rhombus_mock.injection import Arming, armed
from rhombus_mock.performer import Performer
from rhombus_mock.script import eventflow, expression, happenings
from rhombus_mock.script.happenings import Beat, Happenings
from rhombus_mock.script.meaning import fault_of
from rhombus_mock.script.values import Values
from rhombus_mock.situation import with_header, without_header
from rhombus_mock.stomp.frames import Frame

SHORTEST_SECONDS = 0.001
"""Of what is said again and again."""
BLOCK_OCTETS = 256 * 1024
"""So much is queued at once; then the client must read."""


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
        self._happenings = Happenings()
        self._tasks: set[asyncio.Task[None]] = set()
        self._beating: asyncio.Task[None] | None = None
        self.automatic = any("handshake" in step for step in steps)
        self._awaits = set(_awaited_commands(steps))
        for step in steps:
            if isinstance(given := step.get("handshake"), dict):
                self._change_greeting(given)

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
                    self._performer.perform(self._sent(given))
                case "beats":
                    await self._beats(given)
                case "hold":
                    await self._hold(given)
                case "fault":
                    self._fault(given)
                case "close":
                    self._performer.perform([self._close(given)])
                case "abort":
                    self._performer.perform([_abort(given)])
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
            self._performer.perform([self._close(instead["close"])])
        else:
            self._performer.perform([_abort(instead["abort"])])
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

    def _change_greeting(self, given: dict[str, Any]) -> None:
        greeting = self._state.dialogue.greeting
        for name, value in self._values.headers(given.get("headers", {})):
            greeting = with_header(greeting, name, value)
        for name in given.get("without", []):
            greeting = without_header(greeting, name)
        self._state.dialogue.greeting = greeting

    def _sent(self, given: dict[str, Any]) -> list[Action]:
        if "raw" in given:
            raw = self._values.octets(given["raw"])
            match given.get("as", "text"):
                case "binary":
                    return [Send(websocket.binary(raw))]
                case "stream":
                    return [Send(raw)]
            return [Say(Utterance("raw", raw))]
        layout = given.get("layout", "")
        if "event" in given:
            fields = self._values.filled(given["event"])
            body = self._state.situation.events.body(fields)
            return [Say(Utterance.of(self._message(given, body)), layout)]
        headers = self._values.headers(given.get("headers", {}))
        frame = Frame(given["frame"], headers, self._values.octets(given.get("body", "")))
        said: list[Action] = [Say(Utterance.of(frame), layout)]
        return [*said, Reached("connected")] if frame.command == "CONNECTED" else said

    async def _beats(self, given: str | dict[str, Any]) -> None:
        if self._beating:
            self._beating.cancel()
            self._beating = None
        if isinstance(given, str):
            return
        every = self._seconds(given["every"])
        if every is None:
            return
        every = max(every, SHORTEST_SECONDS)
        if "until" in given:
            await self._meanwhile(self._beat(every, None), given["until"])
        elif "for" not in given:
            self._beating = self._spawn(self._beat(every, None))
        elif (lasting := self._seconds(given["for"])) is not None:
            await self._beat(every, lasting)

    async def _beat(self, every: float, lasting: float | None) -> None:
        loop = asyncio.get_running_loop()
        start, count = loop.time(), 1
        while lasting is None or count * every <= lasting:
            await asyncio.sleep(start + count * every - loop.time())
            if self._state.silent:
                break
            self._performer.perform([Say(BEAT)])
            count += 1
        if lasting is None:
            await asyncio.Event().wait()
        else:
            await asyncio.sleep(start + lasting - loop.time())

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
        flow = self._flow(given, count, rate)
        if "until" in given:
            await self._meanwhile(flow, given["until"])
        elif count is None:
            self._spawn(flow)
        else:
            await flow

    async def _flow(self, given: dict[str, Any], count: int | None, rate: float) -> None:
        loop = asyncio.get_running_loop()
        start, made, queued = loop.time(), 0, 0
        burst = given.get("burst", 1)
        for row in eventflow.rows(given, count, self._state.situation.chance):
            frames = {place.number: self._event(given) for place in sorted(row, key=_number)}
            for place in row:
                if rate:
                    await asyncio.sleep(start + (made // burst + 1) * burst / rate - loop.time())
                made += 1
                message = Utterance.of(frames[place.number])
                self._performer.perform([Say(message)] * place.times)
                queued += len(message.octets) * place.times
                if queued > BLOCK_OCTETS:
                    await self._state.outbox.settled()
                    queued = 0

    def _event(self, given: dict[str, Any]) -> Frame:
        situation = self._state.situation
        fields = self._values.filled(given.get("event", {}))
        return self._message(
            given, eventflow.body(given, fields, situation.events, situation.chance)
        )

    def _message(self, given: dict[str, Any], body: bytes) -> Frame:
        frame = self._state.situation.message(body)
        if "subscription" not in given:
            return frame
        return with_header(frame, "subscription", self._values.filled_in(given["subscription"]))

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

    def _close(self, given: int | dict[str, Any]) -> Send:
        if isinstance(given, int):
            return Send(websocket.close(given))
        reason = self._values.filled_in(given.get("reason", ""))
        return Send(websocket.close(given.get("code"), reason.encode()))

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


def _number(place: eventflow.Place) -> int:
    return place.number


def _abort(how: str) -> Action:
    return Fin() if how == "fin" else Reset()


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
