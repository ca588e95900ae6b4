"""A client for the tests, on `socket` and `ssl` alone: it shares no code with the server, so
that the two can only agree on what the specifications say."""

from __future__ import annotations

import contextlib
import json
import selectors
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BOUND = 10.0
"""Seconds after which a wait on a socket fails the test."""
WS_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
WS_ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, section 1.3
MASK = b"\x00\x00\x00\x00"  # legal, if not random: payloads stay readable


class Mock:
    """A running `rhombus-mock`."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rhombus_mock", "--ready", "json", "--until-eof", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            _, err = self.process.communicate()
            raise AssertionError(err.decode())
        self.ready: dict[str, str] = json.loads(line)

    def control(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and answer of the control endpoint."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["control_url"] + path, data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=BOUND) as answer:
                text = answer.read().decode()
                status = answer.status
        except urllib.error.HTTPError as error:
            text, status = error.read().decode(), error.code
        return status, (json.loads(text) if text.startswith("{") and "\n" not in text else text)

    def scenario(self, *faults: str, **more: object) -> Scene:
        """Starts a scenario; plain and without events unless told otherwise."""
        habits = {"events": "0", **dict(more.pop("habits", {}))}  # type: ignore[call-overload]
        body = {"faults": list(faults), "plain": True, "habits": habits, **more}
        status, answer = self.control("POST", "/scenarios", body)
        assert status == 200, answer
        return Scene(self, answer)

    def stop(self) -> int:
        """Ends it by end of input; its exit code."""
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self.process.stdin.close()
        code = self.process.wait(BOUND)
        self.leftover = self.process.stdout.read() + self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return code


class Scene:
    """One scenario of a running mock server."""

    def __init__(self, mock: Mock, answer: dict[str, str]) -> None:
        self.mock = mock
        self.id = answer["id"]
        self.info = answer
        self.org = answer["org"]
        self.key = answer["api_key"]

    def journal(self) -> list[dict[str, Any]]:
        """Its records so far; a line that is still being written is none."""
        octets = Path(self.info["journal"]).read_bytes()
        return [json.loads(line) for line in octets.split(b"\n")[:-1]]

    def receipts(self) -> list[dict[str, Any]]:
        """Its fault receipts so far."""
        return [one for one in self.journal() if one["kind"] == "fault.injected"]

    def wait_for(self, kind: str, **fields: object) -> dict[str, Any]:
        """The first record of that kind with those fields; waits within the bound."""
        deadline = time.monotonic() + BOUND
        while time.monotonic() < deadline:
            for one in self.journal():
                if one["kind"] == kind and all(one.get(k) == v for k, v in fields.items()):
                    return one
            select_nothing(0.01)
        raise AssertionError(f"no {kind} {fields} in {self.journal()}")

    def end(self) -> list[dict[str, Any]]:
        """Ends it; its whole journal."""
        status, _ = self.mock.control("DELETE", f"/scenarios/{self.id}")
        assert status == 200
        return self.journal()

    def connect(self, host: str = "ws") -> Wire:
        """A connection to one of its hosts, TLS included."""
        url = urlsplit(self.info[f"{host}_url"])
        raw = socket.create_connection((url.hostname, url.port), timeout=BOUND)
        if url.scheme in ("wss", "https"):
            context = ssl.create_default_context(cafile=self.info["ca_file"])
            return Wire(context.wrap_socket(raw, server_hostname=url.hostname))
        return Wire(raw)

    def raw(self, host: str = "ws") -> socket.socket:
        """A TCP connection to one of its hosts."""
        url = urlsplit(self.info[f"{host}_url"])
        return socket.create_connection((url.hostname, url.port), timeout=BOUND)

    def upgrade_request(self, *lines: str, key: str | None = None) -> bytes:
        """A correct handshake, with further header lines."""
        host = urlsplit(self.info["ws_url"]).netloc
        head = [
            "GET /websocket?x-auth-scheme=api-token HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {WS_KEY}",
            "Sec-WebSocket-Version: 13",
            f"x-auth-apikey: {self.key if key is None else key}",
            *lines,
        ]
        return ("\r\n".join(head) + "\r\n\r\n").encode()

    def upgraded(self) -> Wire:
        """A WebSocket without any STOMP yet."""
        wire = self.connect()
        wire.write(self.upgrade_request())
        head = wire.head()
        assert head.startswith("HTTP/1.1 101 "), head
        return wire

    def connected(self, heart_beat: str = "0,0") -> Wire:
        """A STOMP session; CONNECTED has been read."""
        wire = self.upgraded()
        wire.text(f"CONNECT\naccept-version:1.2\nheart-beat:{heart_beat}\n\n\0")
        opcode, payload = wire.frame()
        assert opcode & 15 in (1, 2), (opcode, payload)
        assert payload.startswith(b"CONNECTED\n"), payload
        return wire

    def subscribed(self, heart_beat: str = "0,0") -> Wire:
        """A session subscribed as sub-0."""
        wire = self.connected(heart_beat)
        wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{self.org}\n\n\0")
        return wire


class Wire:
    """Octets of one connection. Reading past the bound is an error, never a hang."""

    def __init__(self, stream: socket.socket) -> None:
        self.stream = stream
        self.buffer = b""

    def write(self, octets: bytes) -> None:
        self.stream.sendall(octets)

    def read(self, count: int) -> bytes:
        """Exactly that many octets."""
        while len(self.buffer) < count:
            more = self.stream.recv(65536)
            assert more, f"ended after {self.buffer!r}"
            self.buffer += more
        octets, self.buffer = self.buffer[:count], self.buffer[count:]
        return octets

    def rest(self) -> bytes:
        """Everything up to FIN; ConnectionResetError on RST."""
        octets, self.buffer = self.buffer, b""
        while True:
            try:
                more = self.stream.recv(65536)
            except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
                return octets
            if not more:
                return octets
            octets += more

    def head(self) -> str:
        """An HTTP head."""
        octets = b""
        while not octets.endswith(b"\r\n\r\n"):
            octets += self.read(1)
        return octets.decode("latin-1")

    def frame(self) -> tuple[int, bytes]:
        """First octet and payload of the next server frame."""
        first, second = self.read(2)
        length = second & 0x7F
        if length == 126:
            length = int.from_bytes(self.read(2), "big")
        elif length == 127:
            length = int.from_bytes(self.read(8), "big")
        mask = self.read(4) if second & 0x80 else b""
        payload = self.read(length)
        if mask:
            payload = bytes(octet ^ mask[at % 4] for at, octet in enumerate(payload))
        return first, payload

    def message(self) -> bytes:
        """The next data message that is no beat, fragments joined, pings answered."""
        while True:
            first, payload = self.frame()
            if first & 15 == 9:
                self.client_frame(10, payload)
                continue
            assert first & 15 in (1, 2), (first, payload)
            while not first & 0x80:
                first, more = self.frame()
                if first & 15 == 9:
                    self.client_frame(10, more)
                    first = 0
                    continue
                payload += more
            if payload.strip(b"\r\n"):
                return payload

    def client_frame(self, opcode: int, payload: bytes = b"") -> None:
        """A correct client frame."""
        size = len(payload)
        if size < 126:
            head = bytes([0x80 | opcode, 0x80 | size])
        elif size < 65536:
            head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
        else:
            head = bytes([0x80 | opcode, 0x80 | 127]) + size.to_bytes(8, "big")
        self.write(head + MASK + payload)

    def text(self, payload: str) -> None:
        self.client_frame(1, payload.encode())

    def close(self) -> None:
        self.stream.close()


def select_nothing(seconds: float) -> None:
    """Lets that much time pass, without a socket to wait on."""
    with contextlib.closing(selectors.DefaultSelector()) as selector:
        selector.select(seconds)


def post(wire: Wire, key: str | None, body: bytes = b"{}") -> None:
    """A getOrgV2 request."""
    lines = ["POST /api/org/getOrgV2 HTTP/1.1", "Host: mock", f"Content-Length: {len(body)}"]
    if key is not None:
        lines.append(f"x-auth-apikey: {key}")
    wire.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)


def answer(wire: Wire) -> tuple[str, bytes]:
    """Head and body of a response with Content-Length."""
    head = wire.head()
    lengths = [
        int(line.split(":")[1])
        for line in head.split("\r\n")
        if line.lower().startswith("content-length:")
    ]
    return head, wire.read(lengths[0])


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[Mock]:
    """A mock server for a block of code."""
    mock = Mock(*arguments)
    try:
        yield mock
    finally:
        if mock.process.poll() is None:
            mock.stop()
