"""F-03x: proxies on the way, as a client meets them."""

from __future__ import annotations

from typing import ClassVar

from rhombus_mock.actions import Action, Answer, Send
from rhombus_mock.faults.fault import Fault, InStream
from rhombus_mock.faults.rest import HTML
from rhombus_mock.faults.situation import Situation
from rhombus_mock.service.upgrade import NO_UPGRADE
from rhombus_mock.wire import websocket
from rhombus_mock.wire.http1 import REASONS, Request, Response, response
from rhombus_mock.wire.lane import SlowLink

VIA = ("Via", "1.1 proxy.example.test (squid)")
ESTABLISHED = Response(200, (VIA,))
"""What a faultless proxy says to CONNECT."""


class TunnelRefused(Fault):
    """F-031"""

    begins = "listening"
    services = frozenset({"proxy"})

    def proxied(self, response: Response) -> Response | None:
        status = int(self.variant)
        refusal = _page(status)
        if status == 407:
            return refusal.with_headers(("Proxy-Authenticate", 'Basic realm="proxy"'))
        return refusal


class UpgradeStripped(Fault):
    """F-033: what the origin answers to a request that lost `Upgrade` and `Connection`."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        return [Answer(_origin(self.variant).with_headers(VIA))] if request.wants_upgrade else None


class Intercepted(Fault):
    """F-034"""

    only_tls = True

    def certificate(self, now: Situation) -> str | None:
        return "intercepted"


class Buffered(InStream):
    """F-036"""

    def begin(self, now: Situation) -> list[Action] | None:
        return [SlowLink(hold=self.seconds("hold"))]


class _ClosedByProxy(InStream):
    octets: ClassVar[bytes]

    def begin(self, now: Situation) -> list[Action] | None:
        return [Send(self.octets)]


class AbnormalPassedOn(_ClosedByProxy):
    """F-037"""

    octets = websocket.close(1006)


class ProxyRestarting(_ClosedByProxy):
    """F-038"""

    octets = websocket.close(1001, b"proxy restarting")


def _page(status: int) -> Response:
    """A proxy's own page."""
    title = f"{status} {REASONS[status]}"
    page = f"<html><head><title>{title}</title></head><body>{title}</body></html>"
    return response(status, page.encode(), "text/html").with_headers(VIA)


def _origin(status: str) -> Response:
    if status == "200":
        return response(200, HTML, "text/html")
    return NO_UPGRADE


FAULTS: dict[str, type[Fault]] = {
    "F-031": TunnelRefused,
    "F-033": UpgradeStripped,
    "F-034": Intercepted,
    "F-036": Buffered,
    "F-037": AbnormalPassedOn,
    "F-038": ProxyRestarting,
}
