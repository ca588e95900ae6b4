"""A client on plain sockets that costs next to nothing: the servers are what is measured."""

from __future__ import annotations

import socket

from .servers import Server

_MASK = b"\0\0\0\0"
CONNECTED = b"CONNECTED\n"


def frame(text: str) -> bytes:
    """One masked text frame."""
    payload = text.encode()
    if len(payload) < 126:
        return bytes([0x81, 0x80 | len(payload)]) + _MASK + payload
    return bytes([0x81, 0xFE]) + len(payload).to_bytes(2, "big") + _MASK + payload


def handshake(server: Server) -> bytes:
    """The upgrade request."""
    lines = [
        f"GET {server.path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *server.headers,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connect(heart_beat: str) -> bytes:
    """CONNECT."""
    return frame(
        f"CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\nheart-beat:{heart_beat}\n\n\0"
    )


def subscribe(destination: str) -> bytes:
    """SUBSCRIBE as sub-0."""
    return frame(f"SUBSCRIBE\nid:sub-0\ndestination:{destination}\n\n\0")


def connected(server: Server, heart_beat: str = "0,0") -> socket.socket:
    """A STOMP session: two round trips, as a client has to."""
    stream = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream.sendall(handshake(server))
    read_past(stream, b"\r\n\r\n")
    stream.sendall(connect(heart_beat))
    read_past(stream, CONNECTED)
    return stream


def read_past(stream: socket.socket, mark: bytes) -> bytes:
    """Reads until that has come; everything read."""
    octets = b""
    while mark not in octets:
        more = stream.recv(65536)
        if not more:
            raise ConnectionError(f"ended after {octets!r}")
        octets += more
    return octets
