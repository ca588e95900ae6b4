"""What a faultless Rhombus answers on its WebSocket host: refusals, and the 101."""

from __future__ import annotations

import re
from email.utils import formatdate

from websockets.datastructures import Headers
from websockets.http11 import Request as HandshakeRequest
from websockets.server import ServerProtocol
from websockets.utils import accept_key

from rhombus_mock.service.credentials import Account, forbidden, refusal, unauthorized, wrong_scheme
from rhombus_mock.service.habits import Habits
from rhombus_mock.wire.http1 import Request, Response, response

PATH = "/websocket"
NO_UPGRADE = response(400, b'Can "Upgrade" only to "WebSocket".', "text/plain;charset=utf-8")
"""To who asks for something else than a WebSocket."""
_KEY = re.compile(r"[A-Za-z0-9+/]{21}[AQgw]==")
"""16 octets in base64."""


def answer(request: Request, account: Account, habits: Habits) -> Response:
    """The response to any request; status 101 means the handshake succeeded."""
    if request.path != PATH:
        return response(404, b"Not Found\n", "text/plain;charset=utf-8")
    if not request.wants_upgrade:
        return NO_UPGRADE
    if (refused := refusal(request, "ws", account, habits)) is not None:
        return refused
    scheme = request.query("x-auth-scheme")
    if habits.ws_scheme == "query" and not scheme:
        return unauthorized()
    if wrong_scheme(scheme or request.header("x-auth-scheme"), habits):
        return forbidden()
    if habits.account == "partner" and not account.client(_org(request, habits) or ""):
        return forbidden()
    return accept(request)


def accept(request: Request) -> Response:
    """The 101, or the refusal that `websockets` gives to a malformed handshake."""
    if (key := _plain_key(request)) is not None:
        headers: tuple[tuple[str, str], ...] = (
            ("Date", formatdate(usegmt=True)),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", accept_key(key)),
        )
        return Response(101, headers)
    asked = HandshakeRequest(request.target, Headers(list(request.headers)))
    given = ServerProtocol().accept(asked)
    headers = tuple(given.headers.raw_items())
    return Response(given.status_code, headers, bytes(given.body or b""))


def _plain_key(request: Request) -> str | None:
    """The key of a handshake of the usual form, which needs no closer look; None for any other.
    Spec: RFC 6455, section 4.2.1."""
    found: dict[str, str] = {}
    for name, value in request.headers:
        if found.setdefault(name.lower(), value) is not value:
            return None
    usual = (
        request.method == "GET"
        and found.get("upgrade") == "websocket"
        and found.get("connection") == "Upgrade"
        and found.get("sec-websocket-version") == "13"
        and "host" in found
    )
    key = found.get("sec-websocket-key", "")
    return key if usual and _KEY.fullmatch(key) else None


def _org(request: Request, habits: Habits) -> str | None:
    in_query, in_header = request.query("x-auth-org"), request.header("x-auth-org")
    if habits.org_in == "query":
        return in_query
    if habits.org_in == "header":
        return in_header
    if habits.org_in == "both":
        return in_query if in_query == in_header else None
    return in_query or in_header
