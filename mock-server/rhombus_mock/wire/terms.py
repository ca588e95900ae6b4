"""What the server offers and asks for in a TLS handshake, apart from its certificates."""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ALPN = "http/1.1"
Interface = Literal["python", "openssl"]
"""Which interface of OpenSSL a TLS stream stands on: Python's, or its own, which alone can send
messages behind the handshake."""

AfterHandshakeMessage = Literal["key-update", "key-update-requested", "session-ticket"]
"""KeyUpdate without and with an answer asked for, NewSessionTicket. RFC 8446, section 4.6."""


@dataclass(frozen=True)
class Terms:
    """A faultless server's, unless told otherwise. RFC 8446."""

    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    ciphers: str = ""
    """OpenSSL's list for TLS 1.2 and older; empty for its own choice."""
    group: str = ""
    """The only curve, by OpenSSL's name; empty for OpenSSL's own choice."""
    client_certificate: Literal["none", "asked", "demanded"] = "none"
    spread: float = 0.0
    """Seconds that the server's first flight takes, octet by octet; 0 for at once."""

    def context(self, file: Path) -> ssl.SSLContext:
        """A server that presents the chain in `file`, which holds its private key as well."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with warnings.catch_warnings():
            # That TLS 1.0 and 1.1 are old is why a fault asks for them.
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = self.oldest
            context.maximum_version = self.newest
        context.set_alpn_protocols([ALPN])
        if self.ciphers:
            context.set_ciphers(self.ciphers)
        if self.group:
            context.set_ecdh_curve(self.group)
        context.verify_mode = {
            "none": ssl.CERT_NONE,
            "asked": ssl.CERT_OPTIONAL,
            "demanded": ssl.CERT_REQUIRED,
        }[self.client_certificate]
        context.load_cert_chain(file)
        return context
