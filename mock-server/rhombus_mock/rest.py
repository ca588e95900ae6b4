"""What a faultless Rhombus answers on its REST host."""

from __future__ import annotations

import base64
import json
import uuid

from rhombus_mock.credentials import Account, Standing, forbidden, refusal
from rhombus_mock.habits import Habits
from rhombus_mock.http1 import Request, Response, response

GET_ORG = "/api/org/getOrgV2"


def answer(request: Request, account: Account, habits: Habits) -> Response:
    """The response to any request."""
    if request.path != GET_ORG:
        return json_response(404, {"status": 404, "error": "Not Found"})
    if request.method != "POST":
        return json_response(405, {"status": 405, "error": "Method Not Allowed"})
    standing = account.standing(request)
    if standing is not Standing.GOOD:
        return refusal(standing, habits)
    if habits.rest_scheme == "required" and request.header("x-auth-scheme") is None:
        return forbidden()
    if not _is_json_object(request.body):
        return json_response(400, {"status": 400, "error": "Bad Request"})
    return json_response(200, organization(account, habits))


def organization(account: Account, habits: Habits) -> dict[str, object]:
    """The body of a good getOrgV2."""
    uuid_text = hexadecimal(account.org) if habits.org_form == "hex" else account.org
    org: dict[str, object] = {"uuid": uuid_text, "name": "Mock Organization"}
    if habits.account == "partner":
        org["type"] = "PARTNER"
    return {"org": org, "error": None, "errorMsg": None, "warningMsg": None}


def json_response(status: int, body: object) -> Response:
    """A JSON response without blanks between tokens."""
    octets = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return response(status, octets, "application/json")


def hexadecimal(ruuid: str) -> str:
    """The 36 character form of a 22 character RUUID; anything else is returned as it is."""
    try:
        octets = base64.urlsafe_b64decode(ruuid + "==")
        return str(uuid.UUID(bytes=octets))
    except ValueError:
        return ruuid


def _is_json_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body or b"{}"), dict)
    except (ValueError, RecursionError):
        return False
