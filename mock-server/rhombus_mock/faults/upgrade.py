"""F-2xx: refusals of the opening handshake. What comes in place of a good 101: acceptance.py."""

from __future__ import annotations

from collections.abc import Mapping

from rhombus_mock.actions import Action, Answer
from rhombus_mock.faults.acceptance import AcceptedSpoiled
from rhombus_mock.faults.fault import Fault
from rhombus_mock.faults.rest import HTML, in_seconds
from rhombus_mock.faults.situation import Situation
from rhombus_mock.service.credentials import forbidden, unauthorized
from rhombus_mock.service.rest import too_many
from rhombus_mock.service.upgrade import NO_UPGRADE
from rhombus_mock.wire.http1 import REASONS, Request, Response, response


class UpgradeRefused(Fault):
    """Refuses every opening handshake, good key or not."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        return [Answer(self.instead(now))] if request.wants_upgrade else None

    def instead(self, now: Situation) -> Response:
        """The response in place of the 101."""
        raise NotImplementedError


class UpgradeUnauthorized(AcceptedSpoiled):
    """F-201"""

    def instead(self, good: Response, now: Situation) -> Answer:
        return Answer(unauthorized())


class UpgradeForbidden(AcceptedSpoiled):
    """F-202; as `partner` only while `x-auth-org` is missing."""

    def habits(self) -> Mapping[str, str]:
        return {"account": "partner"} if self.variant == "partner" else {}

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        if self.variant == "partner":
            return [Answer(response)] if response.status == 403 else None
        return super().answer(request, response, now)

    def instead(self, good: Response, now: Situation) -> Answer:
        return Answer(forbidden())


class BadPath(UpgradeRefused):
    """F-203"""

    def instead(self, now: Situation) -> Response:
        if self.variant == "400":
            return NO_UPGRADE
        bodies = {
            "404": b"Not Found\n",
            "407": b"Proxy Authentication Required\n",
        }
        refusal = response(int(self.variant), bodies[self.variant], "text/plain;charset=utf-8")
        if self.variant == "407":
            return refusal.with_headers(("Proxy-Authenticate", 'Basic realm="proxy"'))
        return refusal


class VersionRefused(UpgradeRefused):
    """F-205"""

    def instead(self, now: Situation) -> Response:
        return _plain(426).with_headers(("Sec-WebSocket-Version", "8"), ("Upgrade", "websocket"))


class SchemeMissing(Fault):
    """F-210: only the query counts."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        missing = request.wants_upgrade and not request.query("x-auth-scheme")
        return [Answer(unauthorized())] if missing else None


class KeyMisplaced(Fault):
    """F-212: only the header counts."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        if not request.wants_upgrade or request.header("x-auth-apikey"):
            return None
        in_query = request.query("x-auth-apikey")
        in_subprotocol = request.header("sec-websocket-protocol")
        misplaced = in_query if self.variant == "query" else in_subprotocol
        return [Answer(unauthorized())] if misplaced else None


class UpgradeRateLimited(UpgradeRefused):
    """F-206"""

    def instead(self, now: Situation) -> Response:
        if self.variant == "without":
            return too_many(None)
        return too_many(in_seconds(self.seconds("retry_after")))


class UpgradeServerError(UpgradeRefused):
    """F-207"""

    def instead(self, now: Situation) -> Response:
        return _plain(int(self.variant))


class Unavailable(UpgradeRefused):
    """F-208"""

    def instead(self, now: Situation) -> Response:
        wait = in_seconds(self.seconds("retry_after"))
        return _plain(503).with_headers(("Retry-After", wait))


class WebPage(UpgradeRefused):
    """F-209"""

    def instead(self, now: Situation) -> Response:
        return response(200, HTML, "text/html")


class Redirected(UpgradeRefused):
    """F-220"""

    def instead(self, now: Situation) -> Response:
        down = self.variant == "plain"
        scheme = "ws" if down or now.plain else "wss"
        redirect = _plain(302 if down else int(self.variant))
        target = f"{scheme}://{now.other_origin}/websocket?x-auth-scheme=api-token"
        return redirect.with_headers(("Location", target))


class GoodLater(UpgradeRefused):
    """F-227"""

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        if now.number > self.number("failures"):
            return None
        return super().answer(request, response, now)

    def instead(self, now: Situation) -> Response:
        return _plain(503)


def _plain(status: int) -> Response:
    return response(status, f"{status} {REASONS[status]}\n".encode(), "text/plain;charset=utf-8")


FAULTS: dict[str, type[Fault]] = {
    "F-201": UpgradeUnauthorized,
    "F-202": UpgradeForbidden,
    "F-203": BadPath,
    "F-205": VersionRefused,
    "F-206": UpgradeRateLimited,
    "F-207": UpgradeServerError,
    "F-208": Unavailable,
    "F-209": WebPage,
    "F-210": SchemeMissing,
    "F-212": KeyMisplaced,
    "F-220": Redirected,
    "F-227": GoodLater,
}
