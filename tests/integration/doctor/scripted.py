"""Servers in a few lines, for what the mock server would never do with a secret."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

from websockets.sync.server import ServerConnection, serve

LOOPBACK = "127.0.0.1"


def forms(secret: str) -> list[bytes]:
    """How a secret may stand in a text: as it is, base64 at each alignment, hex, URL."""
    raw = secret.encode()
    found = [raw, raw.hex().encode(), raw.hex().upper().encode(), quote(secret, safe="").encode()]
    for before in range(3):
        # The characters that depend on the secret alone.
        text = base64.b64encode(b"\0" * before + raw)
        front = (0, 2, 3)[before]
        back = len(text) - (0, 3, 2)[(before + len(raw)) % 3]
        core = text[front:back]
        found += [core, core.translate(bytes.maketrans(b"+/", b"-_"))]
    return found


def leaked(secret: str, text: str | bytes) -> list[bytes]:
    """The forms of it that stand in the text."""
    octets = text.encode() if isinstance(text, str) else text
    return [form for form in forms(secret) if form in octets]


@dataclass(frozen=True, kw_only=True)
class Parrot:
    """Refuses every request, and says back the key that came with it in every form."""

    port: int
    keys: list[str] = field(default_factory=list)
    """What came as x-auth-apikey, in order."""


@contextmanager
def parrot(status: int) -> Iterator[Parrot]:
    """A clear-text HTTP server that answers so until the end of the block."""
    keys: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            key = self.headers.get("x-auth-apikey", "")
            keys.extend([key] if key else [])
            said = b" ".join(forms(key)) if key else b"none"
            self.send_response(status, f"No {key}")
            self.send_header("X-Your-Key", said.decode())
            self.send_header("Set-Cookie", f"key={quote(key, safe='')}")
            body = b'{"yourKey": "' + said + b'"}'
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing goes to standard error."""

    with ThreadingHTTPServer((LOOPBACK, 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield Parrot(port=server.server_address[1], keys=keys)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def broker(answer: Callable[[str], str]) -> Iterator[str]:
    """A STOMP broker that answers each message so. @returns its URL."""

    def talk(connection: ServerConnection) -> None:
        for message in connection:
            connection.send(answer(str(message)))

    with serve(talk, LOOPBACK, 0, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://{LOOPBACK}:{server.socket.getsockname()[1]}/ws"
        finally:
            server.shutdown()
            thread.join()


class Listener:
    """A port that counts who comes; nobody should."""

    def __init__(self) -> None:
        self._socket = socket.create_server((LOOPBACK, 0))
        self.port: int = self._socket.getsockname()[1]

    def visited(self) -> bool:
        """Whether anybody has connected: the kernel has queued them."""
        self._socket.setblocking(False)
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()
