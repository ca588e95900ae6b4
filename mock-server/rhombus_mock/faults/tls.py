"""F-1xx up to F-149: certificates and the handshake."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from rhombus_mock.actions import (
    Action,
    Fin,
    Publish,
    Reset,
    SayAfterHandshake,
    SendClear,
)
from rhombus_mock.faults.fault import Fault, InStream
from rhombus_mock.faults.situation import Situation
from rhombus_mock.wire.terms import AfterHandshakeMessage, Terms

FATAL_ALERT = bytes.fromhex("150303000202")
"""An alert record of TLS 1.2, but for its last octet."""
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


class NothingInCommon(Fault):
    """F-107: old versions, or a cipher or group that a client of today does not offer."""

    only_tls = True
    ways: ClassVar[Mapping[str, Terms]] = {
        "tls-1.0": Terms(ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1, "ALL:@SECLEVEL=0"),
        "tls-1.1": Terms(ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
        "cipher": Terms(newest=ssl.TLSVersion.TLSv1_2, ciphers="ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0"),
        "group": Terms(newest=ssl.TLSVersion.TLSv1_2, group="brainpoolP512r1"),
    }

    def terms(self, offered: Terms, now: Situation) -> Terms | None:
        way = self.ways[self.variant]
        return replace(
            offered, oldest=way.oldest, newest=way.newest, ciphers=way.ciphers, group=way.group
        )


class HandshakeAborted(Fault):
    """F-109"""

    only_tls = True

    def client_hello(self, now: Situation) -> list[Action] | None:
        if self.variant == "rst":
            return [Reset()]
        if self.variant == "fin":
            return [Fin()]
        return [SendClear(FATAL_ALERT + bytes([self.number("alert") % 256])), Fin()]


class ClearText(Fault):
    """F-111"""

    only_tls = True

    def accepted(self, now: Situation) -> list[Action] | None:
        return [SendClear(PLAIN_BANNER), Fin()] if self.variant == "text" else None

    def client_hello(self, now: Situation) -> list[Action] | None:
        return [SendClear(PLAIN_400), Fin()] if self.variant == "http" else None


class HandshakeDripped(Fault):
    """F-113"""

    only_tls = True

    def terms(self, offered: Terms, now: Situation) -> Terms | None:
        return replace(offered, spread=self.seconds("over"))


class CertificateAsked(Fault):
    """F-114"""

    only_tls = True

    def terms(self, offered: Terms, now: Situation) -> Terms | None:
        return replace(offered, client_certificate="asked")


class CertificateDemanded(Fault):
    """F-115: alert 116 in TLS 1.3, alert 40 in TLS 1.2."""

    only_tls = True

    def terms(self, offered: Terms, now: Situation) -> Terms | None:
        newest = ssl.TLSVersion.TLSv1_2 if self.variant == "tls-1.2" else offered.newest
        return replace(offered, newest=newest, client_certificate="demanded")


class BreaksOff(InStream):
    """F-116: behind an event TCP ends and TLS does not, or there comes a record that no client
    can accept. RFC 8446, sections 5 and 6.1."""

    only_tls = True
    ends: ClassVar[Mapping[str, Action]] = {
        "no-close-notify": Fin(),
        "bad-mac": SendClear(bytes.fromhex("1703030020") + bytes(32)),
        # Longer than 2^14 + 2048, the limit of TLS 1.2; that of TLS 1.3 is 2^14 + 256.
        "too-long": SendClear(bytes.fromhex("1703034801") + bytes(0x4801)),
        "unknown-type": SendClear(bytes.fromhex("630303000100")),
    }

    def begin(self, now: Situation) -> list[Action] | None:
        return [Publish(), self.ends[self.variant]]


class GoesBad(Fault):
    """F-118/goes-bad"""

    only_tls = True

    def certificate(self, now: Situation) -> str | None:
        return "expired" if now.number > self.number("good") else None


class LongChain(Fault):
    """F-118/long-chain"""

    only_tls = True

    def certificate(self, now: Situation) -> str | None:
        return f"long/{max(1, self.number('certificates'))}"


class MessagesAfterHandshake(InStream):
    """F-119: an event follows each time."""

    only_tls = True
    needs = ("tls-messages",)
    needs_message = True
    messages: ClassVar[Mapping[str, AfterHandshakeMessage]] = {
        "session-tickets": "session-ticket",
        "key-update": "key-update",
        "key-update-requested": "key-update-requested",
    }

    def hindrance(self, now: Situation) -> str | None:
        return now.no_tls_messages or None

    def begin(self, now: Situation) -> list[Action] | None:
        return [SayAfterHandshake(self.messages[self.variant])] * self.number("count")


FAULTS: dict[str, type[Fault]] = {
    "F-101": Expired,
    "F-103": SelfSigned,
    "F-104": UnknownAuthority,
    "F-105": OtherHost,
    "F-106": IntermediateMissing,
    "F-107": NothingInCommon,
    "F-109": HandshakeAborted,
    "F-111": ClearText,
    "F-113": HandshakeDripped,
    "F-114": CertificateAsked,
    "F-115": CertificateDemanded,
    "F-116": BreaksOff,
    "F-118/goes-bad": GoesBad,
    "F-118/long-chain": LongChain,
    "F-119": MessagesAfterHandshake,
}
