"""What a schema cannot say about single values, steps and routes."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

from rhombus_mock import durations
from rhombus_mock.faults import catalogue
from rhombus_mock.faults.catalogue import UnknownFault
from rhombus_mock.script import expression, shape
from rhombus_mock.script.finding import Finding, Findings, near, where
from rhombus_mock.script.octets import octets
from rhombus_mock.script.reading import Document, Path
from rhombus_mock.script.values import names_in, text_of
from rhombus_mock.service.habits import UnknownHabit, habits

BUILT_IN = ("org", "canary_key", "heart_beat")
MAX_SECONDS = 7 * 24 * 3600
MAX_REASON_OCTETS = 123
"""RFC 6455, section 5.5: 125 octets of payload, two of them the code."""

_ONE_OF = {
    "await": ("upgrade", "frame", "beat", "close", "events"),
    "send": ("frame", "event", "raw"),
    "hold": ("for", "until"),
}
_AT_MOST_ONE_OF = {
    "beats": ("for", "until"),
    "events": ("count", "for", "until"),
    "reply": ("json", "body", "raw"),
}
_GOES_WITH: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "await": (
        *((name, ("frame",)) for name in ("headers", "matches", "has", "lacks", "save")),
        ("else", ("within",)),
    ),
    "send": (
        *((name, ("frame",)) for name in ("headers", "body")),
        ("subscription", ("event",)),
        ("as", ("raw",)),
        ("layout", ("frame", "event")),
    ),
    "hold": (("at_most", ("until",)),),
    "close": (("reason", ("code",)),),
    "events": tuple((name, ("rate",)) for name in ("for", "until", "burst")),
}


def findings(document: Document) -> Findings:
    """Of a file that is as its schema says."""
    value = document.value
    yield from _octets_and_durations(document)
    for at, text in enumerate(value.get("faults", [])):
        yield from _raised(("faults", at), functools.partial(catalogue.parse, text))
    server = {name: text_of(one) for name, one in value.get("server", {}).items()}
    yield from _raised(("server",), lambda: habits(server))
    saved = set(BUILT_IN)
    for at, block in enumerate(value.get("connections", [])):
        yield from _block(("connections", at), block)
        for step_at, step in enumerate(block["steps"]):
            path: Path = ("connections", at, "steps", step_at)
            yield from _step(path, step)
            yield from _names((*path, next(iter(step))), step, saved, where(path))
            saved |= set(_saves(step))
    for at, route in enumerate(value.get("rest", [])):
        yield from _route(("rest", at), route)
        yield from _names(("rest", at), route, saved, where(("rest", at)))


def fault_of(given: dict[str, Any]) -> catalogue.Spec:
    """The fault of a `fault:` step; it begins at once unless told otherwise."""
    options = {name: text_of(value) for name, value in given.items() if name not in ("id", "as")}
    spec = catalogue.spec(given["id"], {"after": "0s", **options})
    if spec.of_the_port:
        raise UnknownFault(f"{spec.id} must be there before the port is: list it under 'faults'")
    if spec.hosts == ("rest",):
        raise UnknownFault(f"{spec.id} is the REST host's: list it under 'faults'")
    return spec


def _octets_and_durations(document: Document) -> Findings:
    for kind, path, value in shape.typed(document.value, ("octets", "duration")):
        if kind == "duration":
            yield from _raised(path, functools.partial(_duration, path, value))
            continue
        if path in document.double_quoted:
            text = "octets in double quotes: YAML would decode the escapes; use single quotes"
            yield Finding(path, f"'{path[-1]}' holds {text}")
        yield from _raised(path, functools.partial(octets, value))


def _duration(path: Path, text: str) -> None:
    if path[0] == "rest":
        parsed = expression.Expression(durations.seconds(text))
    else:
        parsed = expression.parse(text)
    if parsed.fixed > MAX_SECONDS:
        raise ValueError(f"'{text}' is longer than 7 days")


def _block(path: Path, block: dict[str, Any]) -> Findings:
    kind = block["match"]
    if (kind == "nth") != ("nth" in block):
        yield Finding(path, "'nth' goes with match: nth, and only there")
    if (kind == "range") != ("from" in block):
        yield Finding(path, "'from' goes with match: range, and only there")
    if "to" in block and block["to"] < block.get("from", 1):
        yield Finding((*path, "to"), f"'to' is less than 'from'{where(path)}")
    elif "to" in block and kind != "range":
        yield Finding((*path, "to"), "'to' goes with match: range, and only there")
    labels = [step["fault"].get("as") for step in block["steps"] if "fault" in step]
    for at, step in enumerate(block["steps"]):
        label = step.get("fault", {}).get("as")
        if label and labels.count(label) > 1:
            text = f"two faults of this connection are called '{label}'"
            yield Finding((*path, "steps", at, "fault"), text)


def _step(path: Path, step: dict[str, Any]) -> Findings:
    kind, given = next(iter(step.items()))
    inner = (*path, kind)
    if kind == "fault":
        yield from _raised(inner, lambda: fault_of(given))
    if not isinstance(given, dict):
        return
    yield from _together(inner, kind, given)
    for one in (given, given.get("until")):
        if isinstance(one, dict):
            for name, pattern in one.get("matches", {}).items():
                yield from _raised((*inner, "matches", name), functools.partial(_pattern, pattern))
    if kind == "close":
        yield from _reason(inner, given)
    if kind == "await" and isinstance(given.get("else"), dict):
        instead = given["else"].get("close")
        if isinstance(instead, dict):
            yield from _together((*inner, "else", "close"), "close", instead)
            yield from _reason((*inner, "else", "close"), instead)
    if kind == "beats":
        yield from _more_than_nothing((*inner, "every"), given["every"], expression.parse)
    if kind == "events":
        yield from _events(inner, given)


def _together(path: Path, kind: str, given: dict[str, Any]) -> Findings:
    """What goes with what, and what excludes what."""
    alternatives = _ONE_OF.get(kind, _AT_MOST_ONE_OF.get(kind, ()))
    named = [one for one in alternatives if one in given]
    number = "exactly" if kind in _ONE_OF else "at most"
    if len(named) > 1 or (kind in _ONE_OF and not named):
        text = f"{number} one of {', '.join(alternatives)} is expected{where(path[:-1])}"
        yield Finding(path, text)
    for name, others in _GOES_WITH.get(kind, ()):
        if name in given and not any(other in given for other in others):
            quoted = " or ".join(f"'{other}'" for other in others)
            yield Finding((*path, name), f"'{name}' goes with {quoted}{where(path[:-1])}")


def _events(path: Path, given: dict[str, Any]) -> Findings:
    if "rate" in given:
        yield from _more_than_nothing((*path, "rate"), given["rate"], durations.per_second)
    elif "count" not in given and not {"for", "until"} & set(given):
        yield Finding(path, f"'rate' or 'count' is missing{where(path[:-1])}")
    length = given.get("octets")
    if isinstance(length, dict) and length["min"] > length["max"]:
        yield Finding((*path, "octets"), f"'min' is more than 'max'{where(path[:-1])}")
    order = given.get("order")
    if isinstance(order, list) and sorted(order) != list(range(1, len(order) + 1)):
        text = f"'order' holds each number from 1 to {len(order)} once{where(path[:-1])}"
        yield Finding((*path, "order"), text)
    for name in ("gaps", "duplicates"):
        places = given.get(name)
        if isinstance(places, list) and max(places, default=0) > given.get("count", 1 << 31):
            text = f"'{name}' names an event behind the last, {given['count']}{where(path[:-1])}"
            yield Finding((*path, name), text)


def _reason(path: Path, given: dict[str, Any]) -> Findings:
    if len(given.get("reason", "").encode()) > MAX_REASON_OCTETS:
        yield Finding((*path, "reason"), f"'reason' is longer than {MAX_REASON_OCTETS} octets")


def _route(path: Path, route: dict[str, Any]) -> Findings:
    reply = route["reply"]
    yield from _together((*path, "reply"), "reply", reply)
    for name in ("headers", "without"):
        if "raw" in reply and name in reply:
            text = f"'raw' is the whole response: no '{name}' beside it"
            yield Finding((*path, "reply", name), text)


def _names(path: Path, value: Any, saved: set[str], place: str) -> Findings:
    for name in sorted(set(names_in(value))):
        if name not in saved:
            text = f"nothing was saved as '{name}'{place}{near(name, sorted(saved))}"
            yield Finding(path, text)


def _saves(step: dict[str, Any]) -> Iterable[str]:
    handshake = step.get("handshake")
    if handshake == "normal":
        return ("sub",)
    if isinstance(handshake, dict):
        return () if handshake.get("until") == "connected" else ("sub",)
    return list(step.get("await", {}).get("save", {}))


def _pattern(text: str) -> None:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"'{text}' is no regular expression: {error}") from error


def _more_than_nothing(path: Path, text: str, parse: Callable[[str], object]) -> Findings:
    try:
        parsed = parse(text)
    except ValueError as error:
        yield Finding(path, str(error))
        return
    if parsed in (0.0, expression.Expression(0.0)):
        yield Finding(path, f"'{path[-1]}' is more than nothing; not {text}")


def _raised(path: Path, attempt: Callable[[], object]) -> Findings:
    try:
        attempt()
    except (ValueError, UnknownFault, UnknownHabit) as error:
        yield Finding(path, str(error))
