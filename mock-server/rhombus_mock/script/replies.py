"""A scenario file's own answers to REST requests."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rhombus_mock import durations
from rhombus_mock.actions import Action, Answer, Fin, Reset, Wait
from rhombus_mock.connections.surroundings import ScriptedReply
from rhombus_mock.script.values import Values
from rhombus_mock.wire.http1 import Request, Response


@dataclass(frozen=True)
class Verbatim(Response):
    """A response whose octets are given, whatever they are."""

    octets: bytes = b""

    def encode(self) -> bytes:
        """The octets."""
        return self.octets


class Replies:
    """One scenario's; counts how often each route was asked for and has answered."""

    def __init__(self, routes: Sequence[dict[str, Any]], values: Values) -> None:
        self._routes = routes
        self._values = values
        self._asked: Counter[str] = Counter()
        self._used: Counter[int] = Counter()

    def answer(self, request: Request) -> ScriptedReply | None:
        """The first route's that fits and is not used up; None for the default."""
        asked = f"{request.method} {request.path}"
        self._asked[asked] += 1
        for at, route in enumerate(self._routes):
            if route["request"] == asked and self._fits(at, route, self._asked[asked]):
                self._used[at] += 1
                return self._reply(route["reply"])
        return None

    def _fits(self, at: int, route: dict[str, Any], number: int) -> bool:
        if "nth" in route:
            return 0 <= number - int(route["nth"]) < int(route.get("times", 1))
        return "times" not in route or self._used[at] < int(route["times"])

    def _reply(self, given: dict[str, Any]) -> ScriptedReply:
        response = self._response(given)
        drip = given.get("drip", {"octets": 0, "every": "0"})
        actions: list[Action] = [
            Answer(response, cut=drip["octets"], every=durations.seconds(drip["every"]))
        ]
        if "after" in given:
            actions.insert(0, Wait(durations.seconds(given["after"])))
        if "end" in given:
            actions.append(Fin() if given["end"] == "fin" else Reset())
        return ScriptedReply(response, tuple(actions))

    def _response(self, given: dict[str, Any]) -> Response:
        if "raw" in given:
            return Verbatim(given["status"], octets=self._values.octets(given["raw"]))
        if "json" in given:
            filled = self._values.filled(given["json"])
            text = json.dumps(filled, ensure_ascii=False, separators=(",", ":"))
            body, kind = text.encode(), "application/json"
        else:
            body, kind = self._values.octets(given.get("body", "")), "text/plain"
        headers = tuple(
            (_as_latin(name), _as_latin(value))
            for name, value in self._values.headers(given.get("headers", {}))
        )
        left_out = {name.lower() for name in (*dict(headers), *given.get("without", []))}
        made_up = tuple(
            (name, value)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))))
            if name.lower() not in left_out
        )
        return Response(given["status"], (*made_up, *headers), body)


def _as_latin(text: str) -> str:
    """The text such that a header written as Latin-1 holds its UTF-8."""
    return text.encode().decode("latin-1")
