"""A scenario file's own answers to REST requests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rhombus_mock.http1 import Request, Response
from rhombus_mock.script.values import Values


class Replies:
    """One scenario's; counts how often each route has answered."""

    def __init__(self, routes: Sequence[dict[str, Any]], values: Values) -> None:
        self._routes = routes
        self._values = values
        self._used = [0] * len(routes)

    def answer(self, request: Request) -> Response | None:
        """The first route's that fits and is not used up; None for the default."""
        for at, route in enumerate(self._routes):
            used = self._used[at]
            fits = route["request"] == f"{request.method} {request.path}"
            if fits and used < route.get("times", used + 1):
                self._used[at] += 1
                return self._reply(route["reply"])
        return None

    def _reply(self, reply: dict[str, Any]) -> Response:
        if "json" in reply:
            text = json.dumps(reply["json"], ensure_ascii=False, separators=(",", ":"))
            body, kind = self._values.filled_in(text).encode(), "application/json"
        else:
            body, kind = self._values.octets(reply.get("body", "")), "text/plain"
        given = {
            name: self._values.filled_in(str(value))
            for name, value in reply.get("headers", {}).items()
        }
        lower = {name.lower() for name in given}
        headers = [
            (name, value)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))))
            if name.lower() not in lower
        ]
        return Response(reply["status"], (*headers, *given.items()), body)
