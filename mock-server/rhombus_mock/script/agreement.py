"""Durations that rest on a heart-beat interval which will be agreed to be none."""

from __future__ import annotations

from typing import Any

from rhombus_mock.script import expression, shape
from rhombus_mock.script.finding import Finding, Findings
from rhombus_mock.script.reading import Path
from rhombus_mock.script.values import names_in, text_of
from rhombus_mock.service.habits import Habits
from rhombus_mock.stomp import heartbeat
from rhombus_mock.stomp.heartbeat import Agreed

_ASKED = (1, 1)
"""A client that offers and wants beats: what is none with it is none with any."""


def findings(value: dict[str, Any]) -> Findings:
    """Warnings for each such duration in steps, and for those of `expect` where no connection
    agrees on that interval."""
    habit = text_of(value.get("server", {}).get("heart_beat", Habits().heart_beat))
    agreed = [_agreed(habit, block["steps"]) for block in value.get("connections", [])]
    for at, block in enumerate(value.get("connections", [])):
        yield from _told(block, agreed[at], ("connections", at))
    best = Agreed(
        max((one.server for one in agreed), default=_offer(habit).server),
        max((one.client for one in agreed), default=_offer(habit).client),
    )
    yield from _told(value.get("expect", []), best, ("expect",))


def fixed_seconds(text: str) -> float:
    """At least so long; infinite for multiples of an interval."""
    parsed = expression.parse(text)
    return float("inf") if parsed.server or parsed.client else parsed.fixed


def _told(value: Any, agreed: Agreed, path: Path) -> Findings:
    for _, place, text in shape.typed(value, ("duration",), _part(path), path):
        if expression.parse(text).seconds(agreed) is None:
            names = f"'{text}' rests on a heart-beat that this file does not offer"
            yield Finding(place, names, "warning")


def _part(path: Path) -> Any:
    part = shape.schema()
    for name in path:
        part = part["items"] if isinstance(name, int) else part["properties"][name]
    return part


def _agreed(habit: str, steps: list[dict[str, Any]]) -> Agreed:
    """The best that a client can get on such a connection."""
    for step in steps:
        handshake, send = step.get("handshake", {}), step.get("send", {})
        if isinstance(handshake, dict) and "heart-beat" in handshake.get("without", []):
            return heartbeat.NONE
        headers = handshake.get("headers", {}) if isinstance(handshake, dict) else {}
        if "heart-beat" in headers:
            return _offer(text_of(headers["heart-beat"]))
        if send.get("frame") == "CONNECTED":
            return _offer(text_of(send.get("headers", {}).get("heart-beat", "0,0")))
    return _offer(habit)


def _offer(header: str) -> Agreed:
    if list(names_in(header)):
        return Agreed(1, 1)
    return heartbeat.negotiate(_ASKED, heartbeat.parse(header) or (0, 0))
