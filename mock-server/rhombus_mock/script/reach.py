"""What a script says that can never happen: blocks, awaits and faults out of reach, and what is
saved for nobody. Only what is certain is called an error."""

from __future__ import annotations

from typing import Any

from rhombus_mock import durations
from rhombus_mock.script import agreement, blocks, faultreach
from rhombus_mock.script.finding import Finding, Findings, near
from rhombus_mock.script.meaning import fault_of
from rhombus_mock.script.reading import Path
from rhombus_mock.script.values import names_in
from rhombus_mock.service.upgrade import PATH

CLIENT_COMMANDS = (
    *("CONNECT", "STOMP", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK"),
    *("BEGIN", "COMMIT", "ABORT", "DISCONNECT"),
)
"""Spec: STOMP 1.2, Augmented BNF."""
SERVER_COMMANDS = ("CONNECTED", "MESSAGE", "RECEIPT", "ERROR")
LONG_WAIT_SECONDS = 1.0
_SAYING = ("send", "beats", "events", "close")


def findings(value: dict[str, Any]) -> Findings:
    """Of a file in which nothing else is wrong."""
    listed = value.get("connections", [])
    numbers = blocks.numbers(listed)
    for at, block in enumerate(listed):
        mine = [number for number in numbers if blocks.chosen(listed, number) == at]
        if mine:
            yield from _Walk(value, at, block, mine).findings()
        else:
            yield Finding(("connections", at), "no connection is left for this block")
    yield from faultreach.listed(value)
    yield from _routes(value)
    yield from _unused(value)
    yield from agreement.findings(value)
    if "permute" in value and (path := _first_wait(value)):
        text = "a scenario that waits is run once for each framing of 'permute'"
        yield Finding(path, text, "warning")


class _Walk:
    """The steps of one block in their order."""

    def __init__(
        self, value: dict[str, Any], at: int, block: dict[str, Any], numbers: list[int]
    ) -> None:
        self._value = value
        self._at = at
        self._steps = block["steps"]
        self._numbers = numbers
        self._upgraded = False
        self._greeted = False
        self._closed = False

    def findings(self) -> Findings:
        for at, step in enumerate(self._steps):
            kind, given = next(iter(step.items()))
            path: Path = ("connections", self._at, "steps", at, kind)
            if at and "abort" in self._steps[at - 1]:
                yield Finding(path, f"behind an abort nothing is done: steps[{at}]")
                return
            yield from self._step(path, kind, given, at)
            self._pass(kind, given)

    def _step(self, path: Path, kind: str, given: Any, at: int) -> Findings:
        if kind == "await":
            yield from self._await(path, given)
        if kind == "handshake" and self._closed:
            yield Finding(path, f"never comes behind a Close: steps[{at}]")
        if kind in _SAYING and not self._upgraded and not _is_stream(given):
            text = f"may come ahead of the upgrade; await it first: steps[{at}]"
            yield Finding(path, text, "warning")
        until = given.get("until") if isinstance(given, dict) else None
        if kind != "handshake" and until:
            yield from self._until((*path, "until"), until)
        if kind == "fault":
            yield from self._fault(path, given, at)

    def _await(self, path: Path, given: dict[str, Any]) -> Findings:
        if "upgrade" in given:
            if self._upgraded:
                yield Finding(path, "never comes: the connection is upgraded already")
            elif given["upgrade"] != PATH and not list(names_in(given["upgrade"])):
                text = f"only {PATH} is upgraded; not {given['upgrade']}"
                yield Finding((*path, "upgrade"), text)
        elif "frame" in given:
            yield from self._frame((*path, "frame"), given["frame"])

    def _until(self, path: Path, until: str | dict[str, Any]) -> Findings:
        if isinstance(until, dict):
            yield from self._frame((*path, "frame"), until["frame"])
        elif until.startswith("connection-"):
            number = int(until.removeprefix("connection-"))
            if number <= min(self._numbers):
                yield Finding(path, f"connection {number} is there already", "warning")

    def _frame(self, path: Path, command: str) -> Findings:
        if command in SERVER_COMMANDS:
            yield Finding(path, f"never comes: {command} is a frame of the server")
        elif self._closed:
            yield Finding(path, f"never comes: {command} behind a Close")
        elif command not in CLIENT_COMMANDS:
            text = f"{command} is no frame of STOMP 1.2{near(command, CLIENT_COMMANDS)}"
            yield Finding(path, text, "warning")

    def _fault(self, path: Path, given: dict[str, Any], at: int) -> Findings:
        spec = fault_of(given)
        if not any(spec.hits("ws", number) for number in self._numbers):
            yield Finding(path, f"{spec.name} can never fire: not on the connections of this block")
            return
        leading = all("fault" in step for step in self._steps[:at])
        reason = faultreach.reason(spec, self._value, self._steps, at)
        if not leading and reason is None:
            reason = faultreach.past(spec, upgraded=self._upgraded, greeted=self._greeted)
        if reason:
            yield Finding(path, f"{spec.name} can never fire: {reason}")

    def _pass(self, kind: str, given: Any) -> None:
        """What is certain behind a step."""
        self._upgraded = self._upgraded or _needs_upgrade(kind, given)
        if kind == "handshake" or faultreach.says_connected({kind: given}):
            self._greeted = True
        if kind == "close":
            self._closed = True


def _needs_upgrade(kind: str, given: Any) -> bool:
    """Whether the script only gets past the step on an upgraded connection."""
    if kind == "await":
        return "within" not in given or given.get("else", "go-on") != "go-on"
    if kind == "hold" and "at_most" in given:
        return False
    until = given.get("until") if isinstance(given, dict) else None
    return kind == "handshake" or isinstance(until, dict) or until in ("close", "beat")


def _is_stream(given: Any) -> bool:
    return isinstance(given, dict) and given.get("as") == "stream"


def _routes(value: dict[str, Any]) -> Findings:
    endless: set[str] = set()
    for at, route in enumerate(value.get("rest", [])):
        if route["request"] in endless:
            yield Finding(("rest", at), "a route above answers all such requests")
        if "times" not in route and "nth" not in route:
            endless.add(route["request"])


def _unused(value: dict[str, Any]) -> Findings:
    used = set(names_in(value))
    for at, block in enumerate(value.get("connections", [])):
        for step_at, step in enumerate(block["steps"]):
            for name in step.get("await", {}).get("save", {}):
                if name not in used:
                    path = ("connections", at, "steps", step_at, "await", "save", name)
                    yield Finding(path, f"'{name}' is saved and never used", "warning")


def _first_wait(value: dict[str, Any]) -> Path | None:
    for at, block in enumerate(value.get("connections", [])):
        for step_at, step in enumerate(block["steps"]):
            kind, given = next(iter(step.items()))
            if _waits(kind, given):
                return ("connections", at, "steps", step_at, kind)
    return None


def _waits(kind: str, given: Any) -> bool:
    if kind == "hold":
        length = given if isinstance(given, str) else given.get("for")
        return length is None or agreement.fixed_seconds(length) > LONG_WAIT_SECONDS
    if kind == "beats":
        return isinstance(given, dict) and bool({"for", "until"} & set(given))
    if kind == "events":
        if "count" in given and "rate" in given:
            return int(given["count"]) / durations.per_second(given["rate"]) > LONG_WAIT_SECONDS
        return bool({"for", "until"} & set(given))
    return False
