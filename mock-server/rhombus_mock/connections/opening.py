"""The phases of a connection ahead of WebSocket: accepted, TLS, HTTP requests up to the upgrade."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Sequence
from typing import Literal

from rhombus_mock.actions import Action, Answer, Fin
from rhombus_mock.connections.ending import Ending, Over
from rhombus_mock.connections.injection import Injection
from rhombus_mock.connections.performer import Performer
from rhombus_mock.faults.fault import Fault
from rhombus_mock.records.journal import body_text
from rhombus_mock.service import upgrade
from rhombus_mock.wire import deflate
from rhombus_mock.wire.certificates import Chain, der, described
from rhombus_mock.wire.http1 import BadRequest, Request, RequestReader, Response, response
from rhombus_mock.wire.openssl import Unavailable
from rhombus_mock.wire.tcp import TcpStream
from rhombus_mock.wire.terms import Terms
from rhombus_mock.wire.tls import TlsFailed, TlsStream

_NONE = Request("", "", ())


class Opening:
    """One connection's, in the order of its methods."""

    def __init__(self, performer: Performer, ending: Ending, tcp: TcpStream) -> None:
        self._request = _NONE
        self._performer = performer
        self._state = performer.state
        self._outbox = performer.state.outbox
        self._ending = ending
        self._tcp = tcp
        self._presented: tuple[dict[str, object], ...] = ()
        self._defects: tuple[str, ...] = ()

    async def transport(self) -> None:
        """TCP is accepted; returns where HTTP may begin. Raises Over, TlsFailed, OSError."""
        self._state.script.start()
        self._performer.reach("accepted")
        await self._ask(lambda fault: fault.accepted(self._state.situation))
        await self._ending.settle()
        if not self._state.scenario.plain:
            await self._secure()
        self._performer.reach("tls")
        await self._ending.settle()

    def let_go(self) -> Request:
        """The last request that came; it is not kept any longer."""
        last, self._request = self._request, _NONE
        return last

    async def requests(self) -> bytes | None:
        """Answers requests; the octets behind the upgrade request, None where none came. Raises
        TimeoutError for a client that is slow to ask; an answer may take as long as it likes."""
        rest_of_last = b""
        while True:
            reader = RequestReader()
            try:
                async with asyncio.timeout(self._state.scenario.opening_seconds):
                    request = await self._read(reader, rest_of_last)
            except BadRequest as bad:
                refusal = response(bad.status, f"{bad}\n".encode(), "text/plain;charset=utf-8")
                self._performer.perform([Answer(refusal), Fin()])
                await self._ending.settle()
                raise Over from bad
            if request is None:
                return None
            self._answer(request)
            await self._ending.settle()
            if self._state.upgraded:
                return reader.rest()
            if (request.header("connection") or "").lower() == "close":
                await self._ending.say_goodbye()
            rest_of_last = reader.rest()

    def tls_failed(self, failure: TlsFailed) -> None:
        """Records it, and ends what we gave up. In TLS 1.3 a client refuses the certificate only
        after the handshake."""
        self._record_tls(failure.by, "tls.failed", {"alert": failure.alert})
        if failure.by == "server" and not self._outbox.finished:
            self._outbox.end_tcp("fin")

    async def _ask(self, hook: Callable[[Fault], list[Action] | None]) -> None:
        """Has each fault act there that wants to."""
        for live in self._performer.faults.ready():
            if (instead := hook(live.fault)) is not None:
                self._performer.inject(live, instead)
                await self._ending.settle()

    async def _secure(self) -> None:
        early = await self._tcp.read()
        if not early:
            self._ending.by_client("fin")
            raise Over
        await self._ask(lambda fault: fault.client_hello(self._state.situation))
        chain = self._chain()
        self._presented = tuple(described(one) for one in chain.certificates)
        self._defects = chain.defects
        try:
            await self._handshake(chain, early)
        except TlsFailed as failure:
            self.tls_failed(failure)
            await self._ending.see_off()
            raise Over from failure
        self._record_tls("server", "tls.established", {})

    async def _handshake(self, chain: Chain, early: bytes) -> None:
        terms, injections = self._terms()
        tls = self._tls(chain, terms)
        self._outbox.stream = tls
        try:
            await tls.handshake(early, functools.partial(_wrote, injections))
            self._state.situation.no_tls_messages = tls.no_messages()
        finally:
            for injection in injections:
                injection.receipt(self._state.scenario.journal, self._state.conn, 0)

    def _tls(self, chain: Chain, terms: Terms) -> TlsStream:
        interface = self._performer.faults.interface()
        try:
            return TlsStream(self._tcp, chain, terms, interface)
        except Unavailable:
            # The fault says so when its time comes.
            return TlsStream(self._tcp, chain, terms)

    def _terms(self) -> tuple[Terms, list[Injection]]:
        """What to offer, and the faults that had a say: their octets are the handshake's."""
        terms, injections = Terms(), []
        for live in self._performer.faults.ready():
            changed = live.fault.terms(terms, self._state.situation)
            if changed is not None:
                terms = changed
                live.fire()
                injections.append(Injection(live.arming, "accepted"))
        return terms, injections

    def _chain(self) -> Chain:
        """What to present; a fault's has its receipt at once."""
        scenario = self._state.scenario
        for live in self._performer.faults.ready():
            kind = live.fault.certificate(self._state.situation)
            if kind is None:
                continue
            chain = scenario.certificates.chain(kind)
            live.fire()
            injection = Injection(live.arming, "accepted")
            for certificate in chain.certificates:
                injection.wrote(der(certificate), 0)
            injection.receipt(scenario.journal, self._state.conn, 0)
            return chain
        return scenario.certificates.chain("good")

    async def _read(self, reader: RequestReader, octets: bytes) -> Request | None:
        request = reader.receive(octets)
        while request is None:
            octets = await self._outbox.stream.read()
            if not octets:
                self._ending.by_client("fin")
                return None
            request = reader.receive(octets)
        return request

    def _answer(self, request: Request) -> None:
        purpose, usual, written = self._usual(request)
        self._outbox.purpose = purpose
        self._state.scenario.journal.write(
            self._state.conn,
            "client",
            "http.request",
            purpose=purpose,
            method=request.method,
            target=request.target,
            headers=list(request.headers),
            body=body_text(request.body),
            body_octets=len(request.body),
        )
        self._request = request
        for live in self._performer.faults.ready():
            instead = live.fault.answer(request, usual, self._state.situation)
            if instead is not None:
                self._performer.inject(live, instead)
                return
        self._performer.perform(written)

    def _usual(self, request: Request) -> tuple[str, Response, Sequence[Action]]:
        """What the request is for, what a faultless server answers, and what writes that."""
        scenario = self._state.scenario
        if self._state.situation.host == "rest":
            if (scripted := scenario.scripted_reply(request)) is not None:
                return "rest", scripted.response, scripted.actions
            now, wall_ms = asyncio.get_running_loop().time(), time.time_ns() // 1_000_000
            usual = scenario.rest.answer(request, scenario.habits, now, wall_ms)
            return "rest", usual, [Answer(usual)]
        purpose = "upgrade" if request.wants_upgrade else "probe"
        usual = self._with_deflate(
            request, upgrade.answer(request, scenario.account, scenario.habits)
        )
        return purpose, usual, [Answer(usual)]

    def _with_deflate(self, request: Request, usual: Response) -> Response:
        """Agrees to permessage-deflate where a fault needs it and the client offers it."""
        context = self._performer.faults.compression()
        if usual.status != 101 or not context:
            return usual
        agreed = self._state.situation.deflate = deflate.agreed(request, context)
        if not agreed:
            return usual
        return usual.with_headers(("Sec-WebSocket-Extensions", agreed.answer))

    def _record_tls(
        self, who: Literal["client", "server"], kind: str, more: dict[str, str | None]
    ) -> None:
        tls = self._outbox.stream if isinstance(self._outbox.stream, TlsStream) else None
        self._state.scenario.journal.write(
            self._state.conn,
            who,
            kind,
            version=tls.version if tls else None,
            cipher=tls.cipher if tls else None,
            alpn=tls.alpn if tls else None,
            chain=list(self._presented),
            defects=list(self._defects),
            **more,
        )


def _wrote(injections: list[Injection], octets: bytes) -> None:
    for injection in injections:
        injection.wrote(octets, 0)
