"""F-1xx up to F-149: certificates and the handshake."""

from __future__ import annotations

from typing import ClassVar

from rhombus_mock.actions import Action, Fin, Reset, SendClear
from rhombus_mock.faults.fault import Fault
from rhombus_mock.situation import Situation

HANDSHAKE_FAILURE = bytes.fromhex("15030300020228")
"""A fatal alert 40 in a TLS record."""
PLAIN_400 = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 48\r\n"
    b"Connection: close\r\n\r\nClient sent an HTTPS request to an HTTP server.\n"
)
PLAIN_BANNER = b"220 mail.example.test ESMTP\r\n"


class BadCertificate(Fault):
    """F-101 to F-106: one kind of chain per variant."""

    only_tls = True
    kinds: ClassVar[dict[str, str]] = {}

    def certificate(self, now: Situation) -> str | None:
        return self.kinds[self.variant]


class Expired(BadCertificate):
    """F-101"""

    kinds: ClassVar[dict[str, str]] = {"expired": "expired", "not-yet-valid": "not-yet-valid"}


class SelfSigned(BadCertificate):
    """F-103"""

    kinds: ClassVar[dict[str, str]] = {"": "self-signed"}


class UnknownAuthority(BadCertificate):
    """F-104"""

    kinds: ClassVar[dict[str, str]] = {
        "with-root": "unknown-ca",
        "leaf-only": "unknown-ca-leaf-only",
    }


class OtherHost(BadCertificate):
    """F-105"""

    kinds: ClassVar[dict[str, str]] = {"": "wrong-host"}


class IntermediateMissing(BadCertificate):
    """F-106"""

    kinds: ClassVar[dict[str, str]] = {"": "incomplete"}


class HandshakeAborted(Fault):
    """F-109"""

    only_tls = True

    def client_hello(self, now: Situation) -> list[Action] | None:
        if self.variant == "rst":
            return [Reset()]
        return [Fin()] if self.variant == "fin" else [SendClear(HANDSHAKE_FAILURE), Fin()]


class ClearText(Fault):
    """F-111"""

    only_tls = True

    def accepted(self, now: Situation) -> list[Action] | None:
        return [SendClear(PLAIN_BANNER), Fin()] if self.variant == "text" else None

    def client_hello(self, now: Situation) -> list[Action] | None:
        return [SendClear(PLAIN_400), Fin()]


FAULTS: dict[str, type[Fault]] = {
    "F-101": Expired,
    "F-103": SelfSigned,
    "F-104": UnknownAuthority,
    "F-105": OtherHost,
    "F-106": IntermediateMissing,
    "F-109": HandshakeAborted,
    "F-111": ClearText,
}
