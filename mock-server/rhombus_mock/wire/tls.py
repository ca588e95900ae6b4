"""TLS above a TcpStream, in memory, so that a fault can also write below it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable
from typing import Literal

from rhombus_mock.wire import openssl
from rhombus_mock.wire.certificates import Chain
from rhombus_mock.wire.tcp import TcpStream
from rhombus_mock.wire.terms import AfterHandshakeMessage, Interface, Terms

MAX_PLAIN_WRITE = 256 * 1024
_ALERT_RECORD = re.compile(rb"\x15\x03.\x00\x02\x02(.)\Z", re.DOTALL)
_NEWER_ALERTS = {
    109: "missing_extension",
    116: "certificate_required",
    120: "no_application_protocol",
}
"""Those of RFC 8446, section 6, that Python's enumeration lacks."""
_ENCRYPTED_ALERTS = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "certificate_required",
    "DECRYPTION_FAILED_OR_BAD_RECORD_MAC": "bad_record_mac",
    "PACKET_LENGTH_TOO_LONG": "record_overflow",
    "DATA_LENGTH_TOO_LONG": "record_overflow",
    "BAD_RECORD_TYPE": "unexpected_message",
}


class TlsFailed(Exception):
    """The handshake or the stream failed; `alert` is by its name in RFC 8446, where there was
    one."""

    def __init__(self, alert: str | None, by: Literal["client", "server"]) -> None:
        super().__init__(alert or "handshake failed")
        self.alert = alert
        self.by = by
        """Who gave up."""


class TlsStream:
    """The same interface as TcpStream, encrypted."""

    def __init__(
        self, below: TcpStream, chain: Chain, terms: Terms, interface: Interface = "python"
    ) -> None:
        """Raises openssl.Unavailable for that interface alone."""
        self.below = below
        self._terms = terms
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._writing = asyncio.Lock()
        self._tls: ssl.SSLObject | openssl.Session
        if interface == "openssl":
            self._tls = openssl.Session(chain.file, terms, self._in, self._out)
        else:
            self._tls = chain.context(terms).wrap_bio(self._in, self._out, server_side=True)

    async def handshake(self, early: bytes, wrote: Callable[[bytes], None]) -> None:
        """`early` was read already; `wrote` is told of all octets that go out. Raises TlsFailed,
        or OSError when the peer is gone."""
        self._in.write(early)
        spread = self._terms.spread
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._drip(spread, wrote)
                spread = 0.0
                await self._feed()
            except ssl.SSLError as error:
                wrote(sent := await self._flush())
                raise _failure(error, sent) from error
        wrote(await self._flush())

    def no_messages(self) -> str:
        """Why say_after_handshake() cannot be used; empty where it can."""
        if isinstance(self._tls, ssl.SSLObject):
            return "it needs OpenSSL's own interface, and from the connection's beginning on"
        return "" if self.version == "TLSv1.3" else f"{self.version} has no such messages"

    async def say_after_handshake(self, message: AfterHandshakeMessage) -> bytes:
        """The records as they went out. Raises OSError when the peer is gone."""
        assert isinstance(self._tls, openssl.Session)
        await self._flush()
        async with self._writing:
            if message == "session-ticket":
                self._tls.new_session_ticket()
            else:
                self._tls.key_update("requested" if message == "key-update-requested" else "not")
            octets = self._out.read()
            await self.below.write(octets)
        return octets

    async def read(self) -> bytes:
        """The next octets; empty at FIN or close_notify. Raises ConnectionError on RST."""
        while True:
            try:
                return self._tls.read(64 * 1024)
            except ssl.SSLWantReadError:
                await self._flush_between()
                if not await self._feed():
                    return b""
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLError as error:
                if "EOF" in str(error):
                    return b""
                # A fatal alert in the stream: in TLS 1.3 a client refuses our certificate so late.
                raise _failure(error, await self._flush_between()) from error

    async def write(self, octets: bytes) -> None:
        """Raises OSError when the peer is gone."""
        for at in range(0, len(octets), MAX_PLAIN_WRITE):
            self._tls.write(octets[at : at + MAX_PLAIN_WRITE])
            await self._flush()

    def send_fin(self) -> None:
        """FIN without close_notify: what a server that dies looks like."""
        self.below.send_fin()

    def reset(self) -> None:
        """RST."""
        self.below.reset()

    def close(self) -> None:
        """Closes TCP."""
        self.below.close()

    async def say_goodbye(self) -> None:
        """Sends close_notify, as a server does that closes in good order."""
        with contextlib.suppress(ssl.SSLError, ValueError):
            self._tls.unwrap()
        await self._flush()

    @property
    def version(self) -> str | None:
        """Such as TLSv1.3."""
        return self._tls.version()

    @property
    def cipher(self) -> str | None:
        """The negotiated cipher suite."""
        cipher = self._tls.cipher()
        return cipher[0] if cipher else None

    @property
    def alpn(self) -> str | None:
        """The negotiated application protocol, if any."""
        return self._tls.selected_alpn_protocol()

    @property
    def reads(self) -> int:
        """Socket reads so far."""
        return self.below.reads

    @property
    def writes(self) -> int:
        """Socket writes so far."""
        return self.below.writes

    @property
    def closed(self) -> bool:
        """Whether we gave the socket back."""
        return self.below.closed

    async def _feed(self) -> bytes:
        octets = await self.below.read()
        if octets:
            self._in.write(octets)
        else:
            self._in.write_eof()
        return octets

    async def _flush(self) -> bytes:
        """Two tasks must not write at once: records would get mixed up."""
        octets = b""
        async with self._writing:
            while waiting := self._out.read():
                await self.below.write(waiting)
                octets += waiting
        return octets

    async def _flush_between(self) -> bytes:
        """What reading made TLS say; a write that is under way takes it along, however long that
        has to wait for the client."""
        return b"" if self._writing.locked() else await self._flush()

    async def _drip(self, seconds: float, wrote: Callable[[bytes], None]) -> None:
        """Writes what waits, the last octet after so many seconds."""
        if not seconds:
            wrote(await self._flush())
            return
        loop = asyncio.get_running_loop()
        flight, begun = self._out.read(), loop.time()
        for at in range(len(flight)):
            await asyncio.sleep(begun + seconds * (at + 1) / len(flight) - loop.time())
            await self.below.write(flight[at : at + 1])
            wrote(flight[at : at + 1])


Stream = TcpStream | TlsStream


def _failure(error: ssl.SSLError, sent: bytes) -> TlsFailed:
    reason = error.reason or ""
    if received := re.search(r"ALERT_([A-Z0-9_]+)", reason):
        return TlsFailed(received.group(1).lower(), "client")
    if record := _ALERT_RECORD.search(sent):
        return TlsFailed(alert_name(record.group(1)[0]), "server")
    if "EOF" in reason:
        return TlsFailed(None, "client")
    # In TLS 1.3 our alert is encrypted, and OpenSSL does not tell which it was.
    return TlsFailed(_ENCRYPTED_ALERTS.get(reason), "server")


def alert_name(number: int) -> str:
    """As RFC 8446, section 6, names it."""
    if number in _NEWER_ALERTS:
        return _NEWER_ALERTS[number]
    try:
        return ssl.AlertDescription(number).name.removeprefix("ALERT_DESCRIPTION_").lower()
    except ValueError:
        return str(number)
