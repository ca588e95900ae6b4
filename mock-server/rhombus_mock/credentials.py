"""Who is asking: no key, an unknown one, or the account's own; and what the first two get."""

from __future__ import annotations

import enum
import hmac
import json
import secrets
from dataclasses import dataclass

from rhombus_mock.habits import Habits
from rhombus_mock.http1 import Request, Response, response

STAMP_MS = 1711843200000
"""Bodies of refusals are the same for the same class of answer, so their timestamp stands still."""


class Standing(enum.Enum):
    """What the key header of a request is worth."""

    NO_KEY = "no key"
    UNKNOWN_KEY = "unknown key"
    GOOD = "good"


@dataclass
class Account:
    """The account behind a scenario. Revoked keys are unknown ones."""

    api_key: str
    org: str
    revoked: bool = False

    def standing(self, request: Request) -> Standing:
        """Only the header `x-auth-apikey` counts; the query does not."""
        given = request.header("x-auth-apikey")
        if not given:
            return Standing.NO_KEY
        if self.revoked or not hmac.compare_digest(given.encode(), self.api_key.encode()):
            return Standing.UNKNOWN_KEY
        return Standing.GOOD


def new_key() -> str:
    """A key of the usual form: 22 characters, URL-safe."""
    return secrets.token_urlsafe(16)


def unauthorized() -> Response:
    """What no credential gets."""
    return response(401, b'{"authenticationFailed": true}', "application/json")


def forbidden() -> Response:
    """What a credential gets that is bad, expired or without rights."""
    body = {"status": 403, "error": "Forbidden", "timestamp": STAMP_MS, "msg": "Access Denied"}
    return response(403, json.dumps(body, separators=(",", ":")).encode(), "application/json")


def refusal(standing: Standing, habits: Habits) -> Response:
    """The answer to a key that is not good."""
    status = habits.no_key if standing is Standing.NO_KEY else habits.bad_key
    return unauthorized() if status == "401" else forbidden()
