"""HTTP/1.1: requests read by h11 within limits, responses written octet by octet by us."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

import h11

MAX_HEAD_OCTETS = 64 * 1024
MAX_BODY_OCTETS = 1024 * 1024

REASONS = {
    101: "Switching Protocols",
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    407: "Proxy Authentication Required",
    413: "Content Too Large",
    426: "Upgrade Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class BadRequest(Exception):
    """The client's octets are no request; `status` is the answer they get."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Request:
    """One request; header names spelt as on the wire."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target's path."""
        return urlsplit(self.target).path

    def query(self, name: str) -> str | None:
        """The first value of that name in the target's query."""
        pairs = parse_qsl(urlsplit(self.target).query, keep_blank_values=True)
        return next((value for key, value in pairs if key == name), None)

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def wants_upgrade(self) -> bool:
        """Whether it asks for a WebSocket at all."""
        return "websocket" in (self.header("upgrade") or "").lower()


@dataclass(frozen=True)
class Response:
    """One response, as it will stand on the wire."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    version: str = "HTTP/1.1"

    def encode(self) -> bytes:
        """The octets. A response without Content-Length of its own gets none."""
        head = f"{self.version} {self.status} {REASONS.get(self.status, 'Unknown')}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return head.encode("latin-1") + b"\r\n" + self.body

    def with_headers(self, *more: tuple[str, str]) -> Response:
        """The same with these headers put first."""
        return replace(self, headers=(*more, *self.headers))


def begun(status: int, octets: int, content_type: str) -> Response:
    """The head of a response whose body of so many octets is written by other means."""
    return Response(status, (("Content-Type", content_type), ("Content-Length", str(octets))))


def response(status: int, body: bytes, content_type: str) -> Response:
    """A response whose length is right and after which the connection may stay open."""
    headers = (("Content-Type", content_type), ("Content-Length", str(len(body))))
    return Response(status, headers, body)


class RequestReader:
    """Takes octets as they come; gives back one request at a time."""

    def __init__(self) -> None:
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_OCTETS)
        self._head: h11.Request | None = None
        self._body = bytearray()

    def receive(self, octets: bytes) -> Request | None:
        """The request, once it is whole. Raises BadRequest."""
        if octets:
            self._h11.receive_data(octets)
        try:
            return self._next()
        except h11.RemoteProtocolError as error:
            raise BadRequest(error.error_status_hint or 400, str(error)) from error

    def rest(self) -> bytes:
        """Octets behind the request."""
        return self._h11.trailing_data[0]

    def _next(self) -> Request | None:
        while True:
            event = self._h11.next_event()
            if isinstance(event, h11.Request):
                self._head = event
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > MAX_BODY_OCTETS:
                    raise BadRequest(413, "body too long")
            elif isinstance(event, h11.EndOfMessage) and self._head is not None:
                return Request(
                    self._head.method.decode(),
                    self._head.target.decode("latin-1"),
                    tuple(
                        (name.decode("latin-1"), value.decode("latin-1"))
                        for name, value in self._head.headers.raw_items()
                    ),
                    bytes(self._body),
                )
            else:
                return None
