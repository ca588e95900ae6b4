"""F-2xx: the opening handshake."""

from __future__ import annotations

from collections.abc import Mapping

from rhombus_mock.actions import Action, Answer
from rhombus_mock.credentials import forbidden, unauthorized
from rhombus_mock.faults.fault import Fault
from rhombus_mock.faults.rest import HTML, too_many
from rhombus_mock.http1 import REASONS, Request, Response, response
from rhombus_mock.situation import Situation


class UpgradeRefused(Fault):
    """Refuses every opening handshake, good key or not."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        return [Answer(self.instead(now))] if request.wants_upgrade else None

    def instead(self, now: Situation) -> Response:
        """The response in place of the 101."""
        raise NotImplementedError


class AcceptedSpoiled(Fault):
    """Changes the 101; whom the server refuses anyway it still refuses."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        return [self.instead(response, now)] if response.status == 101 else None

    def instead(self, good: Response, now: Situation) -> Answer:
        """The answer in place of that 101."""
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
        bodies = {
            "400": b'Can "Upgrade" only to "WebSocket".',
            "404": b"Not Found\n",
            "407": b"Proxy Authentication Required\n",
        }
        refusal = response(int(self.variant), bodies[self.variant], "text/plain;charset=utf-8")
        if self.variant == "407":
            return refusal.with_headers(("Proxy-Authenticate", 'Basic realm="proxy"'))
        return refusal


class UpgradeRateLimited(UpgradeRefused):
    """F-206"""

    def instead(self, now: Situation) -> Response:
        return too_many("60" if self.variant == "retry-after" else None)


class UpgradeServerError(UpgradeRefused):
    """F-207"""

    def instead(self, now: Situation) -> Response:
        return _plain(int(self.variant))


class Unavailable(UpgradeRefused):
    """F-208"""

    def instead(self, now: Situation) -> Response:
        return _plain(503).with_headers(("Retry-After", "30"))


class WebPage(UpgradeRefused):
    """F-209"""

    def instead(self, now: Situation) -> Response:
        return response(200, HTML, "text/html")


class BadAcceptance(AcceptedSpoiled):
    """F-211"""

    def instead(self, good: Response, now: Situation) -> Answer:
        what, _, name = self.variant.partition("-")
        header = {"accept": "Sec-WebSocket-Accept"}.get(name, name.capitalize())
        wrong = {
            "Sec-WebSocket-Accept": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "Upgrade": "h2c",
            "Connection": "close",
        }
        headers = tuple(
            (key, wrong[header] if key == header else value)
            for key, value in good.headers
            if what == "wrong" or key != header
        )
        return Answer(Response(101, headers))


class SubprotocolNotOffered(AcceptedSpoiled):
    """F-214"""

    def instead(self, good: Response, now: Situation) -> Answer:
        return Answer(Response(101, (*good.headers, ("Sec-WebSocket-Protocol", "v10.stomp"))))


class OddButLegal(AcceptedSpoiled):
    """F-217"""

    def instead(self, good: Response, now: Situation) -> Answer:
        if self.variant == "segments":
            return Answer(good, cut=1)
        if self.variant == "early-hints":
            return Answer(
                good, before=b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
            )
        odd = {"Upgrade": ("uPGRADE", "WebSocket"), "Connection": ("CONNECTION", None)}
        headers = []
        for name, value in good.headers:
            spelt, other = odd.get(name, (name.lower(), value))
            headers.append((spelt, other or "keep-alive, Upgrade"))
        headers.append(("X-Frame-Options", "DENY"))
        headers.append(("x-empty", ""))
        return Answer(Response(101, tuple(headers)))


class Dripped(AcceptedSpoiled):
    """F-218"""

    def instead(self, good: Response, now: Situation) -> Answer:
        return Answer(good, cut=1, every=self.seconds("every"))


class Redirected(UpgradeRefused):
    """F-220"""

    def instead(self, now: Situation) -> Response:
        plain = self.variant == "plain"
        scheme = "ws" if plain else "wss"
        redirect = _plain(302 if plain else int(self.variant))
        target = f"{scheme}://{now.other_origin}/websocket?x-auth-scheme=api-token"
        return redirect.with_headers(("Location", target))


class EarlyPing(AcceptedSpoiled):
    """F-221"""

    def instead(self, good: Response, now: Situation) -> Answer:
        return Answer(good, after=b"\x89\x00")


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
    "F-206": UpgradeRateLimited,
    "F-207": UpgradeServerError,
    "F-208": Unavailable,
    "F-209": WebPage,
    "F-211": BadAcceptance,
    "F-214": SubprotocolNotOffered,
    "F-217": OddButLegal,
    "F-218": Dripped,
    "F-220": Redirected,
    "F-221": EarlyPing,
    "F-227": GoodLater,
}
