"""Whether a fault can fire at all, by what it acts on and by what a script does."""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from typing import Any

from rhombus_mock import durations
from rhombus_mock.actions import STATES
from rhombus_mock.faults import catalogue
from rhombus_mock.faults.catalogue import Spec
from rhombus_mock.faults.fault import ConnectedFault, Fault
from rhombus_mock.script import blocks
from rhombus_mock.script.finding import Finding, Findings
from rhombus_mock.script.octets import octets
from rhombus_mock.script.values import text_of

_OPENING = {"accepted", "certificate", "client_hello", "answer"}
Steps = Sequence[dict[str, Any]]


def listed(value: dict[str, Any]) -> Findings:
    """The faults under `faults` that are armed from the start."""
    in_blocks = value.get("connections", [])
    in_steps = {
        step["fault"]["id"].partition("/")[0]
        for block in in_blocks
        for step in block["steps"]
        if "fault" in step
    }
    for at, text in enumerate(value.get("faults", [])):
        spec = catalogue.parse(text)
        if spec.id in in_steps:
            continue
        reasons = [_general(spec, value)]
        if "ws" in spec.hosts and not spec.of_the_port:
            reasons += [_on(spec, value, number) for number in _numbers(spec, value)]
        if reasons[0] or (len(reasons) > 1 and all(reasons[1:])):
            reason = reasons[0] or reasons[1]
            yield Finding(("faults", at), f"{spec.name} can never fire: {reason}")


def reason(spec: Spec, value: dict[str, Any], steps: Steps, at: int) -> str | None:
    """Why a fault armed by the step at this place can never fire, whatever the client does."""
    if general := _general(spec, value):
        return general
    if _needs_session(spec) and not any(says_connected(step) for step in steps):
        return "the steps never say CONNECTED"
    others = [step for step in steps[:at] if "fault" in step]
    if spec.after.events and not others:
        said = _events(steps[at + 1 :], value)
        if said < spec.after.events:
            return f"it waits for {spec.after.events} events, and only {said:.0f} come behind it"
    return None


def past(spec: Spec, *, upgraded: bool, greeted: bool) -> str | None:
    """Why it comes too late; asked where steps other than faults stand above it."""
    hooks = _hooks(spec.create())
    if hooks and hooks <= {"accepted"}:
        return "it acts when TCP is accepted, which is past"
    if hooks and hooks <= _OPENING and upgraded:
        return "it acts ahead of the upgrade, which is past"
    if isinstance(spec.create(), ConnectedFault) and greeted and hooks <= {"said", "connected"}:
        return "it changes CONNECTED, which is past"
    return None


def says_connected(step: dict[str, Any]) -> bool:
    """Whether a step brings CONNECTED, by the default dialogue or by itself."""
    send = step.get("send", {})
    spelt = send.get("raw", "")
    return (
        "handshake" in step
        or send.get("frame") == "CONNECTED"
        or ("raw" in send and b"CONNECTED" in octets(spelt))
    )


def _general(spec: Spec, value: dict[str, Any]) -> str | None:
    if spec.times == 0:
        return "'times' is 0"
    if spec.kind.only_tls and value.get("scheme") == "ws":
        return "it needs TLS, and 'scheme' is ws"
    return None


def _on(spec: Spec, value: dict[str, Any], number: int) -> str | None:
    """Why it cannot fire on the nth connection."""
    in_blocks = value.get("connections", [])
    chosen = blocks.chosen(in_blocks, number)
    if chosen is None:
        quiet = bool(in_blocks) and _rate(value) == 0
        return "no events are said" if quiet and spec.after.events else None
    return reason(spec, value, [{}, *in_blocks[chosen]["steps"]], 0)


def _numbers(spec: Spec, value: dict[str, Any]) -> list[int]:
    numbers = {*blocks.numbers(value.get("connections", [])), spec.first, spec.last or spec.first}
    return sorted(number for number in numbers if spec.hits("ws", number))


def _needs_session(spec: Spec) -> bool:
    return STATES.index(spec.kind.begins) >= STATES.index("connected")


def _events(steps: Steps, value: dict[str, Any]) -> float:
    """How many MESSAGEs the steps say at most."""
    if _rate(value) or any("fault" in step for step in steps):
        return math.inf
    return sum((_said(step) for step in steps), 0.0)


def _said(step: dict[str, Any]) -> float:
    send, events = step.get("send", {}), step.get("events")
    if events is not None:
        return math.inf if "duplicates" in events else events.get("count", math.inf)
    return 1 if "event" in send or send.get("frame") == "MESSAGE" else 0


def _rate(value: dict[str, Any]) -> float:
    return durations.per_second(text_of(value.get("server", {}).get("events", "0")))


def _hooks(fault: Fault) -> set[str]:
    """The stages at which it does something: its own methods that are told the situation."""
    kind = type(fault)
    return {
        name
        for name, hook in vars(Fault).items()
        if inspect.isfunction(hook)
        and "now" in inspect.signature(hook).parameters
        and getattr(kind, name) is not hook
    }
