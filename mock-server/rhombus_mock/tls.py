"""TLS above a TcpStream, in memory, so that a fault can also write below it."""

from __future__ import annotations

import contextlib
import re
import ssl

from rhombus_mock.tcp import TcpStream

MAX_PLAIN_WRITE = 256 * 1024


class TlsFailed(Exception):
    """The handshake failed; `alert` is what the client said, by its name in RFC 8446."""

    def __init__(self, alert: str | None) -> None:
        super().__init__(alert or "handshake failed")
        self.alert = alert


class TlsStream:
    """The same interface as TcpStream, encrypted."""

    def __init__(self, below: TcpStream, context: ssl.SSLContext, early: bytes = b"") -> None:
        self.below = below
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        if early:
            self._in.write(early)

    async def handshake(self) -> None:
        """Raises TlsFailed, or OSError when the peer is gone."""
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._flush()
                await self._feed()
            except ssl.SSLError as error:
                await self._flush()
                raise TlsFailed(_alert(error)) from error
        await self._flush()

    async def read(self) -> bytes:
        """The next octets; empty at FIN or close_notify. Raises ConnectionError on RST."""
        while True:
            try:
                return self._tls.read(64 * 1024)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._feed():
                    return b""
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLError as error:
                if "EOF" in str(error):
                    return b""
                # A fatal alert in the stream: in TLS 1.3 a client refuses our certificate so late.
                raise TlsFailed(_alert(error)) from error

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

    async def _flush(self) -> None:
        if octets := self._out.read():
            await self.below.write(octets)


Stream = TcpStream | TlsStream


def _alert(error: ssl.SSLError) -> str | None:
    found = re.search(r"ALERT_([A-Z_]+)", error.reason or "")
    return found.group(1).lower() if found else None
