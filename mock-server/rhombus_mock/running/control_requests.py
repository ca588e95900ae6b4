"""What stands in requests to the control endpoint. Shape: mock-control.schema.json."""

from __future__ import annotations

import asyncio
import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rhombus_mock import durations
from rhombus_mock.connections.framing import FRAMINGS
from rhombus_mock.plan import Plan, specs
from rhombus_mock.records.journal import Journal
from rhombus_mock.running.scenario import Scenario
from rhombus_mock.script.file import load, load_text
from rhombus_mock.wire.http1 import Request

MAX_JOURNAL_OCTETS = 8 * 1024 * 1024
MAX_WAIT_SECONDS = 60.0
MAX_EVENTS = 100_000
_START = (
    *("file", "yaml", "faults", "seed", "variant", "api_key", "org", "habits", "journal"),
    *("plain", "proxy", "max_connections", "opening_timeout"),
)
REQUESTS = {
    "GET /": "this list",
    "GET /scenarios": "every scenario, with what is armed and who is connected",
    "POST /scenarios": "starts one on ports of its own",
    "GET /scenarios/ID": "one of them",
    "DELETE /scenarios/ID": "ends it; its journal has its end record",
    "GET /scenarios/ID/faults": "what is armed, and how often it was injected",
    "POST /scenarios/ID/faults": "arms faults, on open connections too",
    "DELETE /scenarios/ID/faults": "disarms all",
    "DELETE /scenarios/ID/faults/F-203/404": "disarms those of that id, id/variant or label",
    "POST /scenarios/ID/events": "says events to every subscriber now, or changes the rate",
    "GET /scenarios/ID/journal": "records; ?from=N: from that number on; ?kind=K: of that kind; "
    "?wait=5s: waits so long for the first",
    "… /faults, /events, /journal": "the same for the listener of the ready line",
    "POST /shutdown": "ends the server",
}


class Refused(Exception):
    """The request cannot be done; status and text of the answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def plan_of(body: Mapping[str, Any]) -> Plan:
    """What a scenario is to be started with. Raises Refused, UnknownFault, InvalidFile."""
    _only(body, _START)
    file = None
    if "file" in body:
        file = load(Path(_text(body, "file")))
    elif "yaml" in body:
        file = load_text(_text(body, "yaml"), "yaml")
    faults = body.get("faults", [])
    variant, changes = body.get("variant") or {}, body.get("habits") or {}
    if not isinstance(faults, list) or not all(isinstance(one, str) for one in faults):
        raise Refused(400, "faults is a list of strings such as F-203/404")
    if not isinstance(variant, dict) or not isinstance(changes, dict):
        raise Refused(400, "variant and habits are objects")
    framing = variant.get("framing", "whole")
    if framing not in FRAMINGS:
        raise Refused(400, f"framing is one of {', '.join(FRAMINGS)}; not '{framing}'")
    seed = body.get("seed")
    if seed is not None and not isinstance(seed, int):
        raise Refused(400, "seed is an integer")
    journal = _text(body, "journal")
    return Plan(
        file=file,
        faults=(*(file.specs() if file else ()), *specs(faults)),
        seed=seed,
        framing=framing,
        api_key=_text(body, "api_key"),
        org=_text(body, "org"),
        habits={str(name): str(value) for name, value in changes.items()},
        journal=Path(journal) if journal else None,
        scheme="ws" if body.get("plain") is True else "wss",
        proxy=body.get("proxy") is True,
        max_connections=_count(body, "max_connections", Plan.max_connections, 1_000_000),
        opening_seconds=_duration(body.get("opening_timeout"), Plan.opening_seconds),
    )


def change(scenario: Scenario, what: str, body: Mapping[str, Any]) -> dict[str, object]:
    """Arms faults, says events or changes their rate; the answer. Raises Refused, UnknownFault."""
    if what == "faults":
        return _arm(scenario, body)
    _only(body, ("event", "count", "rate"))
    if "rate" in body:
        rate = str(body["rate"])
        try:
            durations.per_second(rate)
        except ValueError as error:
            raise Refused(400, str(error)) from error
        scenario.set_event_rate(rate)
        return {"rate": rate}
    event, count = body.get("event"), _count(body, "count", 1, MAX_EVENTS)
    octets = None
    if event is not None:
        octets = event.encode() if isinstance(event, str) else json.dumps(event).encode()
    return {"connections": scenario.publish(octets, count), "count": count}


async def journal_text(journal: Journal, request: Request) -> bytes:
    """The records asked for, at most MAX_JOURNAL_OCTETS of them; whoever wants all asks again
    from the number behind the last. Waits for the first where that is asked for."""
    first = _count({"from": _number(request.query("from"))}, "from", 0, 1 << 62, least=0)
    kind = request.query("kind")
    wait = min(_duration(request.query("wait"), 0.0), MAX_WAIT_SECONDS)
    try:
        async with asyncio.timeout(wait or None):
            while True:
                lines = journal.lines(first, MAX_JOURNAL_OCTETS)
                found = [line for line in lines if kind in (None, json.loads(line)["kind"])]
                first += len(lines)
                if found or (not lines and (journal.ended or not wait)):
                    return b"".join(found)
                if not lines:
                    await journal.reaches(first)
    except TimeoutError:
        return b""


def body_of(request: Request) -> Mapping[str, Any]:
    """The JSON object that a request carries; an empty body is an empty one. Raises Refused."""
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise Refused(400, "the body is not an object")
    return body


def _arm(scenario: Scenario, body: Mapping[str, Any]) -> dict[str, object]:
    _only(body, ("faults", "fault"))
    given = body.get("faults", [body["fault"]] if "fault" in body else [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Refused(400, "faults is a list of strings such as F-203/404")
    for spec in specs(given):
        scenario.arm(spec)
    return {"armed": given}


def _only(body: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in sorted(set(body) - set(known)):
        near = difflib.get_close_matches(name, known, 1, 0.5)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise Refused(400, f"unknown member '{name}'{hint}")


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Refused(400, f"{name} is a string")
    return value


def _number(text: str | None) -> object:
    return int(text) if text is not None and text.isdecimal() else text or 0


def _count(body: Mapping[str, Any], name: str, default: int, most: int, *, least: int = 1) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refused(400, f"{name} is an integer from {least} to {most}")
    return value


def _duration(text: object, default: float) -> float:
    if text is None:
        return default
    try:
        return durations.seconds(str(text))
    except ValueError as error:
        raise Refused(400, str(error)) from error
