"""F-211 to F-223: what comes in place of a faultless 101."""

from __future__ import annotations

from dataclasses import replace

from rhombus_mock.actions import Action, Answer, Fin, Send
from rhombus_mock.faults.fault import Fault
from rhombus_mock.faults.situation import Situation
from rhombus_mock.wire.http1 import Request, Response

OTHER_PROTOCOLS = {
    # SETTINGS of the usual three, as an HTTP/2 server begins (RFC 9113, section 3.4).
    "http-2": bytes.fromhex("000012040000000000 000300000080 000400010000 000500ffffff"),
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
}
GARBAGE_OCTETS = 64


class AcceptedSpoiled(Fault):
    """Changes the 101; whom the server refuses anyway it still refuses."""

    begins = "tls"

    def answer(self, request: Request, response: Response, now: Situation) -> list[Action] | None:
        return self.spoiled(request, response, now) if response.status == 101 else None

    def spoiled(self, request: Request, good: Response, now: Situation) -> list[Action]:
        """What comes in place of that 101."""
        return [self.instead(good, now)]

    def instead(self, good: Response, now: Situation) -> Answer:
        """The answer in place of that 101."""
        raise NotImplementedError


class BadAcceptance(AcceptedSpoiled):
    """F-211"""

    def instead(self, good: Response, now: Situation) -> Answer:
        what, _, name = self.variant.partition("-")
        header = {"accept": "Sec-WebSocket-Accept"}.get(name, name.capitalize())
        wrong = {
            "Sec-WebSocket-Accept": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "Upgrade": "h2c",
            "Connection": "close",
        }
        headers = tuple(
            (key, wrong[header] if key == header else value)
            for key, value in good.headers
            if what == "wrong" or key != header
        )
        return Answer(Response(101, headers))


class SubprotocolNotOffered(AcceptedSpoiled):
    """F-214"""

    def instead(self, good: Response, now: Situation) -> Answer:
        return Answer(Response(101, (*good.headers, ("Sec-WebSocket-Protocol", "v10.stomp"))))


class OddButLegal(AcceptedSpoiled):
    """F-217"""

    def instead(self, good: Response, now: Situation) -> Answer:
        if self.variant == "segments":
            return Answer(good, cut=1)
        if self.variant == "early-hints":
            return Answer(
                good, before=b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
            )
        odd = {"Upgrade": ("uPGRADE", "WebSocket"), "Connection": ("CONNECTION", None)}
        headers = []
        for name, value in good.headers:
            spelt, other = odd.get(name, (name.lower(), value))
            headers.append((spelt, other or "keep-alive, Upgrade"))
        headers.append(("X-Frame-Options", "DENY"))
        headers.append(("x-empty", ""))
        return Answer(Response(101, tuple(headers)))


class Dripped(AcceptedSpoiled):
    """F-218"""

    def instead(self, good: Response, now: Situation) -> Answer:
        return Answer(good, cut=1, every=self.seconds("every"))


class EarlyPing(AcceptedSpoiled):
    """F-221"""

    def instead(self, good: Response, now: Situation) -> Answer:
        return Answer(good, after=b"\x89\x00")


class Subprotocol(AcceptedSpoiled):
    """F-215: of the subprotocols that were offered, the first; v12.stomp where none was."""

    def spoiled(self, request: Request, good: Response, now: Situation) -> list[Action]:
        name = "Sec-WebSocket-Protocol"
        kept = tuple(pair for pair in good.headers if pair[0].lower() != name.lower())
        offered = (request.header(name.lower()) or "v12.stomp").split(",")[0].strip()
        twice = ((name, offered),) * 2 if self.variant == "twice" else ()
        return [Answer(replace(good, headers=(*kept, *twice)))]


class Extension(AcceptedSpoiled):
    """F-216"""

    def spoiled(self, request: Request, good: Response, now: Situation) -> list[Action]:
        name = "Sec-WebSocket-Extensions"
        offered = request.header(name.lower()) or ""
        value = "permessage-deflate; x_mock=1"
        if self.variant == "not-offered":
            taken = "permessage-deflate" in offered
            value = "permessage-bzip2" if taken else "permessage-deflate"
        return [Answer(replace(good, headers=(*good.headers, (name, value))))]


class OtherProtocol(AcceptedSpoiled):
    """F-223"""

    def spoiled(self, request: Request, good: Response, now: Situation) -> list[Action]:
        match self.variant:
            case "http-1.0":
                return [Answer(replace(good, version="HTTP/1.0"))]
            case "garbage":
                return [Send(now.chance.randbytes(GARBAGE_OCTETS))]
            case "fin":
                return [Fin()]
        return [Send(OTHER_PROTOCOLS[self.variant])]


FAULTS: dict[str, type[Fault]] = {
    "F-211": BadAcceptance,
    "F-214": SubprotocolNotOffered,
    "F-215": Subprotocol,
    "F-216": Extension,
    "F-217": OddButLegal,
    "F-218": Dripped,
    "F-221": EarlyPing,
    "F-223": OtherProtocol,
}
