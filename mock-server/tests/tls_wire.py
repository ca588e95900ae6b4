"""A TLS client that keeps what came over TCP, and reads the records of TLS 1.3 with the keys that
it logged. RFC 8446; only `ssl` and `cryptography`."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import socket
import ssl
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from wire import Scene, Wire

NEW_SESSION_TICKET, CERTIFICATE_REQUEST, KEY_UPDATE = 4, 13, 24


class RecordedTls:
    """Used like a socket; `received` are the octets below TLS."""

    def __init__(self, raw: socket.socket, context: ssl.SSLContext, name: str) -> None:
        self.raw = raw
        self.received = b""
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._in, self._out, server_hostname=name)

    def handshake(self) -> None:
        self._until_done(self.tls.do_handshake)

    def say_hello(self) -> None:
        """The ClientHello alone."""
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.do_handshake()
        self._flush()

    def recv(self, most: int) -> bytes:
        return self._until_done(lambda: self.tls.read(most))

    def sendall(self, octets: bytes) -> None:
        self.tls.write(octets)
        self._flush()

    def settimeout(self, seconds: float) -> None:
        self.raw.settimeout(seconds)

    def close(self) -> None:
        self.raw.close()

    def _until_done(self, step):  # type: ignore[no-untyped-def]
        while True:
            try:
                done = step()
                self._flush()
                return done
            except ssl.SSLWantReadError:
                self._flush()
                if octets := self.raw.recv(65536):
                    self.received += octets
                    self._in.write(octets)
                else:
                    self._in.write_eof()
            except ssl.SSLError:
                self._flush()
                raise

    def _flush(self) -> None:
        if octets := self._out.read():
            self.raw.sendall(octets)


def client(scene: Scene, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """One of TLS 1.2 and 1.3, or of that version alone."""
    context = ssl.create_default_context(cafile=scene.info["ca_file"])
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    context.minimum_version = version or ssl.TLSVersion.TLSv1_2
    context.maximum_version = version or ssl.TLSVersion.TLSv1_3
    return context


def recorded(scene: Scene, context: ssl.SSLContext) -> RecordedTls:
    """The scene's next connections go over it; the handshake is not done."""
    stream = RecordedTls(scene.raw(), context, "127.0.0.1")

    def connect(host: str = "ws") -> Wire:
        stream.handshake()
        return Wire(stream)  # type: ignore[arg-type]

    scene.connect = connect  # type: ignore[method-assign]
    return stream


def records(octets: bytes) -> list[bytes]:
    """Whole TLS records."""
    found = []
    while octets:
        size = 5 + int.from_bytes(octets[3:5], "big")
        found.append(octets[:size])
        octets = octets[size:]
    return found


def clear_handshake(octets: bytes) -> bytes:
    """The handshake messages, of which all but the last are in clear text in TLS 1.2."""
    return b"".join(one[5:] for one in records(octets) if one[0] == 22)


def clear_handshake_types(octets: bytes) -> list[int]:
    """Of the messages in clear text."""
    told, types = clear_handshake(octets), []
    while len(told) >= 4 and told[0] in (2, 11, 12, 13, 14):
        types.append(told[0])
        told = told[4 + int.from_bytes(told[1:4], "big") :]
    return types


class Keys:
    """The server's keys of TLS_AES_256_GCM_SHA384, from the client's key log."""

    def __init__(self, log: Path) -> None:
        lines = [line.split() for line in log.read_text().splitlines()]
        self.secret = next(
            bytes.fromhex(line[2]) for line in lines if line[0] == "SERVER_TRAFFIC_SECRET_0"
        )
        self.sequence = 0

    def update(self) -> None:
        """RFC 8446, section 7.2."""
        self.secret = self._expand("traffic upd", 48)
        self.sequence = 0

    def open(self, record: bytes) -> tuple[int, bytes] | None:
        """Inner type and content; None where it is not the next one under these keys."""
        iv = int.from_bytes(self._expand("iv", 12), "big")
        nonce = (iv ^ self.sequence).to_bytes(12, "big")
        try:
            inner = AESGCM(self._expand("key", 32)).decrypt(nonce, record[5:], record[:5])
        except InvalidTag:
            return None
        self.sequence += 1
        inner = inner.rstrip(b"\0")
        return inner[-1], inner[:-1]

    def _expand(self, label: str, size: int) -> bytes:
        """HKDF-Expand-Label with an empty context; one block is enough."""
        name = b"tls13 " + label.encode()
        info = size.to_bytes(2, "big") + bytes([len(name)]) + name + b"\0" + b"\1"
        return hmac.digest(self.secret, info, hashlib.sha384)[:size]
