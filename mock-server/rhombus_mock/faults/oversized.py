"""F-161, F-219: answers longer than anybody should read. Nobody holds them, here neither."""

from __future__ import annotations

from dataclasses import replace

from rhombus_mock.actions import Action, Answer, Pour, Send
from rhombus_mock.faults.fault import Fault
from rhombus_mock.faults.situation import Situation
from rhombus_mock.wire.gzip_bomb import gzip_bomb
from rhombus_mock.wire.http1 import Request, Response, begun

BLOCK_OCTETS = 64 * 1024
STATUS_LINE = b"HTTP/1.1 101 Switching Protocols\r\n"
HEADER_LINES = (b"X-Padding: " + b"A" * 1011 + b"\r\n") * 64
"""Lines of 1 KiB each."""
CHUNK = b"10000\r\n" + b"A" * BLOCK_OCTETS + b"\r\n"


class OversizedBody(Fault):
    """F-161"""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        match self.variant:
            case "endless":
                return _endless()
            case "huge":
                return _long_body(200, b'{"org":{"name":"', self.number("body_octets"))
        return _inflating(self.number("inflated_octets"))


class OversizedRefusal(Fault):
    """F-219: only where the key is good; other keys get what they always get."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        if response.status != 101:
            return None
        octets = self.number("octets")
        unfinished = response.encode().removesuffix(b"\r\n")
        match self.variant:
            case "unfinished":
                return [Send(unfinished)]
            case "endless":
                return [Send(STATUS_LINE), Pour(HEADER_LINES)]
            case "long":
                return [Send(unfinished), Pour(HEADER_LINES, _whole_lines(octets)), Send(b"\r\n")]
        return _long_body(401, b'{"authenticationFailed": true, "detail": "', octets)


def _endless() -> list[Action]:
    start = b'{"org":{"name":"'
    headers = (("Content-Type", "application/json"), ("Transfer-Encoding", "chunked"))
    first = b"%x\r\n%s\r\n" % (len(start), start)
    return [Answer(Response(200, headers, first)), Pour(CHUNK)]


def _long_body(status: int, start: bytes, octets: int) -> list[Action]:
    head = begun(status, octets, "application/json")
    start = start[:octets]
    rest = octets - len(start)
    return [Answer(replace(head, body=start)), Pour(b"A" * BLOCK_OCTETS, rest)]


def _inflating(octets: int) -> list[Action]:
    bomb = gzip_bomb(octets)
    head = begun(200, bomb.octets, "application/json").with_headers(("Content-Encoding", "gzip"))
    return [
        Answer(replace(head, body=bomb.head)),
        Pour(bomb.block, len(bomb.block) * bomb.blocks),
        Send(bomb.tail),
    ]


def _whole_lines(octets: int) -> int:
    """The nearest length below that does not cut a header line."""
    return octets // 1024 * 1024


FAULTS: dict[str, type[Fault]] = {"F-161": OversizedBody, "F-219": OversizedRefusal}
