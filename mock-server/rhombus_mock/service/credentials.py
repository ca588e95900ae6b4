"""Who is asking: no key, an unknown one, or the account's own; and what the first two get."""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import json
import os
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

from rhombus_mock.service.habits import Habits
from rhombus_mock.wire.http1 import Request, Response, response

STAMP_MS = 1711843200000
"""Bodies of refusals are the same for the same class of answer, so their timestamp stands still."""
SCHEMES = {"organization": "api-token", "partner": "partner-api-token"}
"""`x-auth-scheme` by kind of account."""


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
    """The organization whose events there are; of a partner the first client."""
    revoked: bool = False

    @property
    def partner_org(self) -> str:
        """Of a partner its own organization, which has no events."""
        return derived_ruuid(f"partner of {self.org}")

    @property
    def clients(self) -> tuple[str, str]:
        """A partner's client organizations."""
        return self.org, derived_ruuid(f"second client beside {self.org}")

    def client(self, text: str) -> str | None:
        """The client organization meant by either spelling; None for one that is no client."""
        return next((one for one in self.clients if text in (one, hexadecimal(one))), None)

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


def derived_ruuid(seed: str) -> str:
    """The same 22 character RUUID for the same text."""
    octets = hashlib.sha256(seed.encode()).digest()[:16]
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def hexadecimal(ruuid: str) -> str:
    """The 36 character form of a 22 character RUUID; anything else is returned as it is."""
    try:
        octets = base64.urlsafe_b64decode(ruuid + "==")
        return str(uuid.UUID(bytes=octets))
    except ValueError:
        return ruuid


def write_key(file: Path, key: str) -> None:
    """Puts a key, and nothing else, where a client may read it; who reads gets the old or the new
    one, never a part."""
    new = file.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(key + "\n", "utf-8")
    os.replace(new, file)


def unauthorized() -> Response:
    """What no credential gets."""
    return response(401, _UNAUTHORIZED, "application/json")


def forbidden() -> Response:
    """What a credential gets that is bad, expired or without rights."""
    return response(403, _denied(403, "Forbidden"), "application/json")


def refusal(request: Request, host: str, account: Account, habits: Habits) -> Response | None:
    """What a request gets whose key is not good on that host, `ws` or `rest`; None for a good
    key."""
    standing = account.standing(request)
    if standing is Standing.NO_KEY:
        return _refused(habits.no_key, standing, habits)
    if habits.region not in ("both", host):
        return _refused(habits.other_region, standing, habits)
    if standing is Standing.UNKNOWN_KEY:
        return _refused(habits.bad_key, standing, habits)
    return None


def wrong_scheme(given: str | None, habits: Habits) -> bool:
    """Whether it is said, and is not the one of the account's kind, and that matters."""
    matters = habits.scheme == "own" and given is not None
    return matters and given != SCHEMES[habits.account]


def _refused(status: str, standing: Standing, habits: Habits) -> Response:
    if habits.refusal_body == "same":
        return response(int(status), _UNAUTHORIZED, "application/json")
    if habits.refusal_body == "cause":
        known = standing is not Standing.NO_KEY
        reason = "Forbidden" if status == "403" else "Unauthorized"
        body = _denied(int(status), reason) if known else _UNAUTHORIZED
        return response(int(status), body, "application/json")
    return unauthorized() if status == "401" else forbidden()


_UNAUTHORIZED = b'{"authenticationFailed": true}'


def _denied(status: int, error: str) -> bytes:
    body = {"status": status, "error": error, "timestamp": STAMP_MS, "msg": "Access Denied"}
    return json.dumps(body, separators=(",", ":")).encode()
