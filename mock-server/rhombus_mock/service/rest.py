"""What a faultless Rhombus answers on its REST host."""

from __future__ import annotations

import json
import math
from typing import Any

from rhombus_mock import durations
from rhombus_mock.service.credentials import Account, forbidden, hexadecimal, refusal, wrong_scheme
from rhombus_mock.service.habits import Habits
from rhombus_mock.service.history import History
from rhombus_mock.wire.http1 import Request, Response, response

GET_ORG = "/api/org/getOrgV2"
GET_CLIENTS = "/api/partner/getClientsV2"
GET_ALERTS = "/api/event/getPolicyAlertsV2"
_GOOD = {"error": None, "errorMsg": None, "warningMsg": None}


class Bucket:
    """Tokens that the whole organization draws from, over all connections."""

    def __init__(self) -> None:
        self._tokens = math.inf
        self._at = 0.0

    def take(self, per_second: float, now: float) -> float:
        """One token; 0, or the seconds until there is one. It holds those of one second."""
        self._tokens = min(max(1.0, per_second), self._tokens + (now - self._at) * per_second)
        self._at = now
        if self._tokens < 1:
            return (1 - self._tokens) / per_second
        self._tokens -= 1
        return 0.0


class RestHost:
    """One scenario's. Times are seconds of one monotonic clock, and milliseconds since 1970."""

    def __init__(self, account: Account) -> None:
        self.history = History(account.org)
        self._account = account
        self._bucket = Bucket()

    def answer(self, request: Request, habits: Habits, now: float, wall_ms: int) -> Response:
        """The response to any request."""
        if request.path not in (GET_ORG, GET_CLIENTS, GET_ALERTS):
            return json_response(404, {"status": 404, "error": "Not Found"})
        if request.method != "POST":
            return json_response(405, {"status": 405, "error": "Method Not Allowed"})
        return self._refused(request, habits, now) or self._route(request, habits, wall_ms)

    def _refused(self, request: Request, habits: Habits, now: float) -> Response | None:
        if (refused := refusal(request, "rest", self._account, habits)) is not None:
            return refused
        limit = durations.per_second(habits.rate_limit)
        if limit and (wait := self._bucket.take(limit, now)):
            return too_many(str(math.ceil(wait)))
        scheme = request.header("x-auth-scheme")
        if wrong_scheme(scheme, habits) or (habits.rest_scheme == "required" and scheme is None):
            return forbidden()
        if _json_object(request.body) is None:
            return json_response(400, {"status": 400, "error": "Bad Request"})
        return None

    def _route(self, request: Request, habits: Habits, wall_ms: int) -> Response:
        if request.path == GET_CLIENTS:
            return self._clients(habits)
        org, partner = self._account.org, habits.account == "partner"
        target = request.header("x-auth-org") if partner else None
        if target is not None:
            client = self._account.client(target)
            if client is None:
                return forbidden()
            org = client
        if request.path == GET_ALERTS:
            asked = _json_object(request.body) or {}
            alerts = self.history.alerts(asked, habits.history, wall_ms)
            return json_response(200, {"policyAlerts": alerts if org == self._account.org else []})
        if partner and target is None:
            return _organization(self._account.partner_org, habits, type="PARTNER")
        return _organization(org, habits)

    def _clients(self, habits: Habits) -> Response:
        if habits.account != "partner":
            return forbidden()
        clients = [
            {"uuid": spelt(one, habits), "name": f"Mock Client {number}"}
            for number, one in enumerate(self._account.clients, 1)
        ]
        return json_response(200, {"clients": clients, **_GOOD})


def spelt(ruuid: str, habits: Habits) -> str:
    """An organization as REST spells it."""
    return hexadecimal(ruuid) if habits.org_form == "hex" else ruuid


def json_response(status: int, body: object) -> Response:
    """A JSON response without blanks between tokens."""
    octets = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return response(status, octets, "application/json")


def too_many(retry_after: str | None) -> Response:
    """A 429 of the vendor's wording."""
    answer = response(429, b"Too many api requests. Enhance your calm.", "text/plain")
    return answer.with_headers(("Retry-After", retry_after)) if retry_after else answer


def _organization(ruuid: str, habits: Habits, **more: str) -> Response:
    org = {"uuid": spelt(ruuid, habits), "name": "Mock Organization", **more}
    return json_response(200, {"org": org, **_GOOD})


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
