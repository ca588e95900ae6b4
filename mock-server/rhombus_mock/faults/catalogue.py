"""catalogue.json, and the spelling of faults: `F-403`, `F-203/404`, `F-512:after=3s,times=2`."""

from __future__ import annotations

import difflib
import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from rhombus_mock import durations
from rhombus_mock.actions import Host
from rhombus_mock.faults import IMPLEMENTED
from rhombus_mock.faults.fault import Fault, Value


class UnknownFault(ValueError):
    """A fault, variant or parameter that does not exist; the text names the nearest."""


@dataclass(frozen=True)
class After:
    """When a fault goes live, counted from the state it begins in."""

    seconds: float = 0.0
    frames: int = 0
    events: int = 0


@dataclass(frozen=True)
class Spec:
    """One fault with everything that was said about it. Duration parameters are in seconds."""

    id: str
    variant: str
    parameters: Mapping[str, Value]
    given: Mapping[str, str]
    """As spelt by the user, for receipts."""
    hosts: tuple[Host, ...] = ("ws",)
    first: int = 1
    last: int | None = None
    """The connections of a host that it hits, from 1; None for no end."""
    after: After = field(default_factory=After)
    times: int | None = None
    jitter: float = 0.0

    @property
    def name(self) -> str:
        """`F-203/404`, or `F-401` where there is nothing to choose."""
        return f"{self.id}/{self.variant}" if self.variant else self.id

    @property
    def kind(self) -> type[Fault]:
        """Its class, which says what is the same on every connection."""
        return IMPLEMENTED.get(self.name) or IMPLEMENTED[self.id]

    @property
    def of_the_port(self) -> bool:
        """Whether it must be there before the port is."""
        return self.kind.begins == "listening"

    def create(self) -> Fault:
        """The fault for one connection."""
        return self.kind(self.variant, self.parameters)

    def hits(self, host: Host, number: int) -> bool:
        """Whether the nth connection of that host is concerned."""
        last = self.last is None or number <= self.last
        return host in self.hosts and self.first <= number and last


@functools.cache
def document() -> dict[str, Any]:
    """The whole catalogue as published."""
    text = resources.files("rhombus_mock.faults").joinpath("catalogue.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@functools.cache
def entries() -> dict[str, dict[str, Any]]:
    """Its faults by id."""
    return {entry["id"]: entry for entry in document()["faults"]}


def parse(text: str) -> Spec:
    """A fault as spelt on the command line. Raises UnknownFault."""
    name, _, options = text.partition(":")
    pairs: dict[str, str] = {}
    for option in options.split(",") if options else []:
        key, equals, value = option.partition("=")
        if not equals:
            raise UnknownFault(f"{text}: '{option}' is not name=value")
        pairs[key.strip()] = value.strip()
    return spec(name, pairs)


def spec(name: str, given: Mapping[str, str]) -> Spec:
    """A fault by `id` or `id/variant`, with options and parameters. Raises UnknownFault."""
    identity, _, variant = name.partition("/")
    entry = entry_of(identity)
    variants = [one["name"] for one in entry["variants"]]
    if variant and variant not in variants:
        raise UnknownFault(f"{identity} has no variant '{variant}'{_near(variant, variants)}")
    if not variant and variants:
        variant = variants[0]
    known = {one["name"]: one for one in entry["parameters"]}
    common = [one["name"] for one in document()["options"]]
    defaults = variant_of(entry, variant).get("defaults", {})
    parameters: dict[str, Value] = {
        key: _value(identity, one, str(defaults.get(key, one["default"])))
        for key, one in known.items()
    }
    for key, text in given.items():
        if key in known:
            parameters[key] = _value(identity, known[key], text)
        elif key not in common:
            hint = _near(key, [*known, *common])
            raise UnknownFault(f"{identity} has no parameter '{key}'{hint}")
    return _with_options(entry, variant, parameters, given)


def entry_of(identity: str) -> dict[str, Any]:
    """The catalogue's entry. Raises UnknownFault naming the nearest id."""
    if identity not in entries():
        raise UnknownFault(f"unknown fault '{identity}'{_near(identity, list(entries()))}")
    return entries()[identity]


def title(spec: Spec) -> str:
    """What it does, in one line."""
    entry = entry_of(spec.id)
    own = [one["title"] for one in entry["variants"] if one["name"] == spec.variant]
    return ": ".join([entry["title"], *own])


def _with_options(
    entry: Mapping[str, Any],
    variant: str,
    parameters: Mapping[str, Value],
    given: Mapping[str, str],
) -> Spec:
    identity = entry["id"]
    try:
        first, last = _connections(given.get("connection", "every"))
        after = _after(given.get("after", default_after(entry, variant)))
        jitter = durations.seconds(given.get("jitter", "0s"))
        times = _count(given["times"]) if "times" in given else entry.get("times")
    except ValueError as error:
        raise UnknownFault(f"{identity}: {error}") from error
    host = str(parameters.get("host", "rest" if entry["family"] == "rest" else "ws"))
    hosts: dict[str, tuple[Host, ...]] = {
        "ws": ("ws",),
        "rest": ("rest",),
        "both": ("ws", "rest"),
    }
    return Spec(
        id=identity,
        variant=variant,
        parameters=parameters,
        given=dict(given),
        hosts=hosts[host],
        first=first,
        last=last,
        after=after,
        times=times,
        jitter=jitter,
    )


def default_after(entry: Mapping[str, Any], variant: str) -> str:
    """When it goes live unless told otherwise."""
    return str(variant_of(entry, variant).get("after", entry.get("after", "0s")))


def variant_of(entry: Mapping[str, Any], variant: str) -> Mapping[str, Any]:
    """What the catalogue says of that variant; nothing where there is nothing to choose."""
    return next((one for one in entry["variants"] if one["name"] == variant), {})


def _value(identity: str, parameter: Mapping[str, Any], text: str) -> Value:
    choices = parameter.get("choices")
    name = parameter["name"]
    if choices and text not in choices:
        raise UnknownFault(f"{identity}: {name} is one of {', '.join(choices)}; not '{text}'")
    least = parameter.get("minimum")
    try:
        value: Value = _read(parameter["type"], text)
        if least is not None and value < _read(parameter["type"], str(least)):
            raise ValueError(f"at least {least} is expected; not {text}")
    except ValueError as error:
        raise UnknownFault(f"{identity}: {name}: {error}") from error
    return value


def _read(kind: str, text: str) -> Any:
    """As str, int or float. Raises ValueError."""
    match kind:
        case "duration":
            return durations.seconds(text)
        case "count":
            return _count(text)
        case "factor":
            return _factor(text)
    return text


def _factor(text: str) -> float:
    factor = float(text)
    if not 0 <= factor < math.inf:
        raise ValueError(f"'{text}' is not a factor such as 0.5")
    return factor


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"'{text}' is not a count")
    return int(text)


def _connections(text: str) -> tuple[int, int | None]:
    if text == "every":
        return 1, None
    if text.endswith("+"):
        return _count(text[:-1]), None
    return _count(text), _count(text)


def _after(text: str) -> After:
    for unit in ("frames", "events"):
        if text.endswith(unit):
            return After(**{unit: _count(text.removesuffix(unit))})
    return After(seconds=durations.seconds(text))


def _near(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1, 0.4)
    return f"; did you mean '{near[0]}'?" if near else ""
