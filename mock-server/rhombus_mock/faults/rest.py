"""F-15x, F-16x: getOrgV2."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from rhombus_mock.actions import Action, Answer, Fin
from rhombus_mock.faults.fault import Fault
from rhombus_mock.faults.situation import Situation
from rhombus_mock.service.credentials import derived_ruuid, forbidden, hexadecimal, unauthorized
from rhombus_mock.service.rest import GET_ORG, json_response, too_many
from rhombus_mock.wire.http1 import Request, Response, response

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
        return too_many(in_seconds(self.seconds("retry_after")))


class RateLimitedOddly(RestFault):
    """F-154"""

    def instead(self) -> Response:
        values = {
            "none": None,
            "negative": "-1",
            "word": "soon",
            "huge": "99999999",
            "past-date": "Wed, 21 Oct 2015 07:28:00 GMT",
        }
        return too_many(values[self.variant])


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


class DrippedAnswer(Fault):
    """F-160: a good answer, octet by octet."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        return [Answer(response, cut=1, every=self.seconds("every"))]


class RestRedirected(Fault):
    """F-162"""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        scheme = "http" if now.plain else "https"
        redirect = Response(302, (("Content-Length", "0"),))
        location = f"{scheme}://{now.other_origin}{request.target}"
        return [Answer(redirect.with_headers(("Location", location)))]


class GoodOrganization(Fault):
    """Asked where getOrgV2 names an organization."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        if request.path != GET_ORG or response.status != 200:
            return None
        named = self.named(response)
        return [Answer(named)] if named else None

    def named(self, good: Response) -> Response | None:
        """The response in place of the good one; None where that names no organization."""
        return good


class EitherSpelling(GoodOrganization):
    """F-164"""

    def habits(self) -> Mapping[str, str]:
        return {"org_form": self.variant}


class AnotherOrganization(GoodOrganization):
    """F-165: the same one every time, spelt as the own one would be. What happens in the own one
    can be seen in the history of alerts."""

    def habits(self) -> Mapping[str, str]:
        return {"history": "missed"}

    def named(self, good: Response) -> Response | None:
        try:
            body = json.loads(good.body)
            own = str(body["org"]["uuid"])
        except (ValueError, TypeError, LookupError):
            return None
        other = derived_ruuid(f"other than {own}")
        body["org"]["uuid"] = hexadecimal(other) if len(own) == 36 else other
        return json_response(200, body)


class OtherRegion(Fault):
    """F-166: here every key is unknown; no key at all still gets what no key gets."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        if not request.header("x-auth-apikey"):
            return None
        return [Answer(unauthorized() if self.variant.endswith("401") else forbidden())]


def in_seconds(duration: float) -> str:
    """As Retry-After wants it: whole seconds."""
    return str(math.ceil(duration))


FAULTS: dict[str, type[Fault]] = {
    "F-151": RestUnauthorized,
    "F-152": RestForbidden,
    "F-153": RateLimited,
    "F-154": RateLimitedOddly,
    "F-155": RestServerError,
    "F-156": CaptivePortal,
    "F-157": NoOrganization,
    "F-158": ErrorInside,
    "F-159": Truncated,
    "F-160": DrippedAnswer,
    "F-162": RestRedirected,
    "F-164": EitherSpelling,
    "F-165": AnotherOrganization,
    "F-166": OtherRegion,
}
