"""F-15x: getOrgV2."""

from __future__ import annotations

import json

from rhombus_mock.actions import Action, Answer, Fin
from rhombus_mock.credentials import forbidden, unauthorized
from rhombus_mock.faults.fault import Fault
from rhombus_mock.http1 import Request, Response, response
from rhombus_mock.rest import json_response
from rhombus_mock.situation import Situation

HTML = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please log in.</body></html>"


class RestFault(Fault):
    """Answers every request of its host."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        return [Answer(self.instead())]

    def instead(self) -> Response:
        """The response in place of the faultless one."""
        raise NotImplementedError


class RestUnauthorized(RestFault):
    """F-151"""

    def instead(self) -> Response:
        return unauthorized()


class RestForbidden(RestFault):
    """F-152: whatever key was sent; no key at all still gets what no key gets."""

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        return [Answer(forbidden())] if request.header("x-auth-apikey") else None


class RateLimited(RestFault):
    """F-153"""

    def instead(self) -> Response:
        return too_many("60")


class RestServerError(RestFault):
    """F-155"""

    def instead(self) -> Response:
        status = int(self.variant)
        if self.text("format") == "html":
            return response(status, HTML, "text/html")
        return json_response(status, {"status": status, "error": "Server Error"})


class CaptivePortal(RestFault):
    """F-156"""

    def instead(self) -> Response:
        return response(200, HTML, "text/html")


class NoOrganization(RestFault):
    """F-157"""

    def instead(self) -> Response:
        bodies = {
            "empty": b"{}",
            "null": b'{"org":null}',
            "empty-uuid": b'{"org":{"uuid":""}}',
            "list": b'{"org":[]}',
        }
        return response(200, bodies[self.variant], "application/json")


class ErrorInside(RestFault):
    """F-158"""

    def instead(self) -> Response:
        body = json.dumps({"error": True, "errorMsg": self.text("message")}, separators=(",", ":"))
        return response(200, body.encode(), "application/json")


class Truncated(RestFault):
    """F-159"""

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        body = b'{"org":{"uuid":"'
        headers = (("Content-Type", "application/json"), ("Content-Length", str(len(body) + 100)))
        return [Answer(Response(200, headers, body)), Fin()]


def too_many(retry_after: str | None) -> Response:
    """A 429 of the vendor's wording."""
    answer = response(429, b"Too many api requests. Enhance your calm.", "text/plain")
    return answer.with_headers(("Retry-After", retry_after)) if retry_after else answer


FAULTS: dict[str, type[Fault]] = {
    "F-151": RestUnauthorized,
    "F-152": RestForbidden,
    "F-153": RateLimited,
    "F-155": RestServerError,
    "F-156": CaptivePortal,
    "F-157": NoOrganization,
    "F-158": ErrorInside,
    "F-159": Truncated,
}
