"""One connection from accept to end: performs actions, asks the faults, keeps the journal."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from rhombus_mock import durations, rest, upgrade, websocket
from rhombus_mock.actions import (
    STATES,
    Action,
    Answer,
    Everyone,
    FallSilent,
    Fin,
    Host,
    Publish,
    Reached,
    Refuse,
    Revoke,
    Say,
    Send,
    State,
    StayOpen,
    Utterance,
)
from rhombus_mock.certificates import der, described
from rhombus_mock.dialogue import Dialogue, error
from rhombus_mock.events import EventSource
from rhombus_mock.framing import laid_out
from rhombus_mock.http1 import BadRequest, Request, RequestReader, response
from rhombus_mock.inbox import (
    Arrival,
    Beat,
    Closed,
    Heard,
    Inbox,
    Malformed,
    Reply,
    Unacceptable,
)
from rhombus_mock.injection import Arming, Injection, Live
from rhombus_mock.journal import body_text
from rhombus_mock.outbox import Finish, Outbox, Written
from rhombus_mock.situation import Situation
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.tcp import TcpStream
from rhombus_mock.tls import TlsFailed, TlsStream

if TYPE_CHECKING:
    from rhombus_mock.scenario import Scenario

OPENING_SECONDS = 120.0
CLOSING_SECONDS = 10.0
_POLL_SECONDS = 0.05


class Script(Protocol):
    """A scenario's script on one connection."""

    automatic: bool
    """Whether the default dialogue answers the client."""

    def start(self) -> None:
        """TCP is accepted; steps ahead of the first await take effect now."""

    def upgraded(self, request: Request) -> None:
        """The 101 went out."""

    def received(self, frame: Frame | None) -> bool:
        """A frame, or a beat (None); whether a step was waiting for it."""

    def closed(self) -> None:
        """The client sent Close."""

    def end(self) -> None:
        """The connection is over."""


class _Over(Exception):
    """We ended the connection ourselves."""


class Connection:
    """What the scenario does on one accepted socket."""

    def __init__(self, scenario: Scenario, host: Host, tcp: TcpStream, number: int) -> None:
        self.scenario = scenario
        self.host: Host = host
        self.journal = scenario.journal
        self.conn = self.journal.connection()
        self._tcp = tcp
        self._loop = asyncio.get_running_loop()
        chance = random.Random(f"{scenario.seed}/{host}/{number}")
        self.situation = Situation(
            host=host,
            number=number,
            chance=chance,
            events=EventSource(chance, scenario.habits.event_shape),
            org=scenario.account.org,
            topic=scenario.topic,
            other_origin=scenario.other_origin(host),
        )
        self.dialogue = Dialogue(scenario.habits, scenario.topic)
        self.script: Script | None = None
        self.framing = scenario.framing
        self.silent = False
        self._live: list[Live] = []
        self._outbox = Outbox(self.journal, self.conn, tcp, self)
        self._asked = Request("", "", ())
        self._upgraded = False
        self._client_gone = False
        self._linger = 0.0
        self._inbox = Inbox(self.journal, self.conn)
        self._timers: list[asyncio.TimerHandle] = []
        self._beat_timer: asyncio.TimerHandle | None = None
        self._event_timer: asyncio.TimerHandle | None = None
        self._reader: asyncio.Task[None] | None = None

    # ---- life -------------------------------------------------------------------------------

    async def serve(self) -> None:
        """From accept to the end; never raises but for cancellation."""
        address, port = self.scenario.ports[self.host].address
        self.journal.write(self.conn, "client", "tcp.connected", address=address, port=port)
        writer = asyncio.create_task(self._outbox.run())
        self._reader = asyncio.create_task(self._life())
        try:
            await asyncio.wait({writer, self._reader}, return_when=asyncio.FIRST_COMPLETED)
            if self._outbox.black_hole:
                self._reader.cancel()
                await self._watch_from_outside()
        finally:
            self._forget_timers()
            for task in (writer, self._reader):
                task.cancel()
            for outcome in await asyncio.gather(writer, self._reader, return_exceptions=True):
                if isinstance(outcome, Exception):
                    text = f"mock server defect: {outcome!r}"
                    self.journal.write(self.conn, "tool", "note", text=text)
            self._inbox.end()
            self._outbox.end()
            if not self._client_gone and not self._outbox.finished:
                self._note_end("server", "fin")
            self._tcp.close()
            if self.script:
                self.script.end()

    def arm(self, arming: Arming) -> None:
        """Puts a fault on this connection; one whose state is past goes live at once."""
        live = Live(arming, arming.spec.create())
        self._live.append(live)
        self._tcp.slice = self._tcp.slice or live.fault.slices()
        self._wake(live)

    def publish(self, body: bytes | None, count: int) -> None:
        """Says so many events now."""
        self.perform([Publish(body)] * count)

    async def _life(self) -> None:
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                await self._open()
                request_rest = await self._http()
            if request_rest is not None:
                await self._websocket(request_rest)
        except TlsFailed as failure:
            self._note_tls("tls.failed", (), failure.alert)
            await self._see_off()
        except TimeoutError:
            self._note_end("server", "timeout")
            self._outbox.finished = True
        except OSError:
            self._note_end("client", "rst")
        except _Over:
            await self._see_off()

    async def _open(self) -> None:
        if self.script:
            self.script.start()
        self._reach("accepted")
        await self._ask("accepted")
        if not self.scenario.plain:
            await self._secure()
        self._reach("tls")
        await self._settle()

    async def _secure(self) -> None:
        early = await self._tcp.read()
        if not early:
            self._note_end("client", "fin")
            raise _Over
        await self._ask("client_hello")
        kind, live = "good", None
        for candidate in self._ready():
            if (other := candidate.fault.certificate(self.situation)) is not None:
                kind, live = other, candidate
                break
        chain = self.scenario.certificates.chain(kind)
        if live:
            live.fire()
            injection = Injection(live.arming, "accepted")
            for certificate in chain.certificates:
                injection.wrote(der(certificate), 0)
            injection.receipt(self.journal, self.conn, 0)
        tls = TlsStream(self._tcp, chain.context, early)
        self._outbox.stream = tls
        presented = tuple(described(one) for one in chain.certificates)
        try:
            await tls.handshake()
        except TlsFailed as failure:
            self._note_tls("tls.failed", presented, failure.alert, chain.defects)
            await self._see_off()
            raise _Over from failure
        self._note_tls("tls.established", presented, None, chain.defects)

    async def _http(self) -> bytes | None:
        """Answers requests; the octets behind the upgrade request, None where none came."""
        rest_of_last = b""
        while True:
            reader = RequestReader()
            try:
                request = await self._request(reader, rest_of_last)
            except BadRequest as bad:
                refusal = response(bad.status, f"{bad}\n".encode(), "text/plain;charset=utf-8")
                self.perform([Answer(refusal), Fin()])
                await self._settle()
                raise _Over from bad
            if request is None:
                return None
            self._answer(request)
            await self._settle()
            if self._upgraded:
                return reader.rest()
            if (request.header("connection") or "").lower() == "close":
                await self._say_goodbye()
            rest_of_last = reader.rest()

    async def _request(self, reader: RequestReader, octets: bytes) -> Request | None:
        request = reader.receive(octets)
        while request is None:
            octets = await self._outbox.stream.read()
            if not octets:
                self._note_end("client", "fin")
                return None
            request = reader.receive(octets)
        return request

    def _answer(self, request: Request) -> None:
        scenario = self.scenario
        if self.host == "rest":
            self._outbox.purpose = "rest"
            usual = scenario.scripted_reply(request) or rest.answer(
                request, scenario.account, scenario.habits
            )
        else:
            self._outbox.purpose = "upgrade" if request.wants_upgrade else "probe"
            usual = upgrade.answer(request, scenario.account, scenario.habits)
        self.journal.write(
            self.conn,
            "client",
            "http.request",
            purpose=self._outbox.purpose,
            method=request.method,
            target=request.target,
            headers=list(request.headers),
            body=body_text(request.body),
            body_octets=len(request.body),
        )
        self._asked = request
        for live in self._ready():
            instead = live.fault.answer(request, usual, self.situation)
            if instead is not None:
                self._inject(live, instead)
                return
        self.perform([Answer(usual)])

    async def _websocket(self, octets: bytes) -> None:
        while True:
            if octets:
                self._received(octets)
                if self._inbox.ended:
                    await self._settle()
                    await self._linger_on()
                    await self._say_goodbye()
            octets = await self._outbox.stream.read()
            if not octets:
                self._note_end("client", "fin")
                return

    def _received(self, octets: bytes) -> None:
        for arrival in self._inbox.receive(octets, self._outbox.stream.reads):
            self._arrived(arrival)
        self._set_beat_timer()

    def _arrived(self, arrival: Arrival) -> None:
        match arrival:
            case Reply(octets):
                self._outbox.put(Send(octets))
            case Closed():
                if self.script:
                    self.script.closed()
                self.dialogue.over = True
            case Heard():
                self.dialogue.heard(self._loop.time())
            case Unacceptable(code):
                self._queue(Send(websocket.close(code)))
            case Malformed(message) if not self.dialogue.over:
                self.perform(error(message))
                self.dialogue.over = True
            case Beat() if self.script:
                self.script.received(None)
            case Frame() if not self.dialogue.over:
                self._client_frame(arrival)

    def _client_frame(self, frame: Frame) -> None:
        if frame.command in ("CONNECT", "STOMP"):
            self.dialogue.offered(frame)
        if frame.command == "SUBSCRIBE":
            self.situation.subscription = frame.header("id") or ""
        for live in self._ready():
            instead = live.fault.received(frame, self.situation)
            if instead is not None:
                self._inject(live, instead)
                if self.script:
                    self.script.received(frame)
                return
        if self.script is None:
            self.perform(self.dialogue.receive(frame, self._loop.time()))
            return
        automatic = self.script.automatic
        expected = self.script.received(frame)
        if automatic:
            self.perform(self.dialogue.receive(frame, self._loop.time()))
        elif frame.command == "DISCONNECT" and not expected:
            self.perform(self.dialogue.disconnect(frame))
        elif frame.command == "SUBSCRIBE":
            self.dialogue.subscription = self.situation.subscription
            self._reach("subscribed")

    # ---- actions ----------------------------------------------------------------------------

    def perform(
        self,
        actions: Iterable[Action],
        injections: tuple[Injection, ...] = (),
        skip: int = 0,
    ) -> None:
        """Performs in order. `skip` is how many faults have already seen what is said here."""
        for action in actions:
            match action:
                case Say():
                    self._say(action, injections, skip)
                case Publish(body):
                    self._say(Say(Utterance.of(self.situation.message(body))), injections, 0)
                case Reached(state):
                    self._reach(state)
                case FallSilent():
                    self.silent = True
                    self.dialogue.stop_beats()
                case StayOpen(seconds):
                    self._linger = seconds
                case Revoke():
                    self.scenario.account.revoked = True
                case Refuse(seconds):
                    self.scenario.refuse(seconds)
                case Everyone(inner):
                    for one in self.scenario.streams():
                        one.perform(inner, injections if one is self else ())
                case _:
                    self._queue(action, injections)

    def _say(self, say: Say, injections: tuple[Injection, ...], skip: int) -> None:
        utterance = say.utterance
        for at in range(skip, len(self._live)):
            live = self._live[at]
            if live.ready():
                instead = live.fault.said(utterance, self.situation)
                if instead is not None:
                    self._inject(live, instead, injections, at + 1)
                    self._count(utterance)
                    return
        now = self._loop.time()
        self.dialogue.spoke(now)
        if utterance.what == "CONNECTED" and utterance.frame is not None:
            self.dialogue.accepted(utterance.frame, now)
            self.situation.agreed = self.dialogue.agreed
        for send in laid_out(utterance.octets, say.framing or self.framing):
            self._queue(send, injections)
        if not injections:
            self._count(utterance)

    def _inject(
        self,
        live: Live,
        actions: Sequence[Action],
        outer: tuple[Injection, ...] = (),
        skip: int = 0,
    ) -> None:
        live.fire()
        injection = Injection(live.arming, self.situation.state)
        self.perform(actions, (*outer, injection), skip)
        self._outbox.put(Finish(injection))
        if live.fault.needs_message and live.exhausted():
            self.perform([Publish()])

    async def _ask(self, hook: str) -> None:
        for live in self._ready():
            instead = getattr(live.fault, hook)(self.situation)
            if instead is not None:
                self._inject(live, instead)
                await self._settle()

    def _ready(self) -> list[Live]:
        return [live for live in self._live if live.ready()]

    # ---- when faults go live ----------------------------------------------------------------

    def _reach(self, state: State) -> None:
        if state == "connected" and not self.dialogue.connected:
            return
        if STATES.index(state) < STATES.index(self.situation.state):
            return
        again = state == self.situation.state and state == "subscribed"
        self.situation.state = state
        if state in ("connected", "subscribed"):
            self._set_beat_timer()
        for live in list(self._live):
            self._wake(live)
        if state == "subscribed" and not again:
            self._plan_event()

    def _wake(self, live: Live) -> None:
        reached = STATES.index(self.situation.state) >= STATES.index(live.fault.begins)
        if not live.waiting or not reached:
            return
        live.waiting = False
        spec = live.arming.spec
        live.frames_left, live.events_left = spec.after.frames, spec.after.events
        delay = spec.after.seconds + (
            self.situation.chance.uniform(0, spec.jitter) if spec.jitter else 0
        )
        if delay:
            self._timers.append(self._loop.call_later(delay, self._activate, live))
        elif not live.frames_left and not live.events_left:
            self._activate(live)

    def _count(self, utterance: Utterance) -> None:
        for live in self._live:
            if live.active or live.waiting:
                continue
            if live.frames_left and utterance.what != "beat":
                live.frames_left -= 1
            elif live.events_left and utterance.what == "MESSAGE":
                live.events_left -= 1
            else:
                continue
            if not live.frames_left and not live.events_left:
                self._activate(live)

    def _activate(self, live: Live) -> None:
        if self._outbox.finished or self._client_gone:
            return
        live.active = True
        if not live.ready():
            return
        begun = live.fault.begin(self.situation)
        if begun is not None:
            self._inject(live, begun)
        if live.fault.needs_message and live.ready():
            self.perform([Publish()])
        interval = live.fault.beat_interval(self.dialogue.agreed.server, self.situation)
        if interval is not None and self.dialogue.agreed.server:
            self.dialogue.first_beat_after(interval, self._loop.time())
        self._set_beat_timer()

    # ---- time -------------------------------------------------------------------------------

    def _set_beat_timer(self) -> None:
        if self._beat_timer:
            self._beat_timer.cancel()
            self._beat_timer = None
        if self.script and not self.script.automatic:
            return
        deadline = self.dialogue.deadline()
        if deadline is not None and not self._outbox.finished:
            self._beat_timer = self._loop.call_at(deadline, self._tick)

    def go_automatic(self) -> None:
        """A script handed the connection over to the default dialogue."""
        self._set_beat_timer()
        if self.situation.state == "subscribed":
            self._plan_event()

    def _tick(self) -> None:
        interval: float = self.dialogue.agreed.server
        for live in self._ready():
            changed = live.fault.beat_interval(interval, self.situation)
            if changed is not None:
                interval = changed
        self.perform(self.dialogue.tick(self._loop.time(), interval))
        self._set_beat_timer()

    def plan_events(self) -> None:
        """The rate of events has changed."""
        if self.situation.state == "subscribed":
            self._plan_event()

    def _plan_event(self) -> None:
        if self._event_timer:
            self._event_timer.cancel()
        rate = durations.per_second(self.scenario.event_rate)
        if rate and (self.script is None or self.script.automatic):
            pause = self.situation.events.pause(rate)
            self._event_timer = self._loop.call_later(pause, self._event)

    def _event(self) -> None:
        if self._outbox.finished or self._client_gone or self.dialogue.over:
            return
        if not self.silent and self.dialogue.subscription is not None:
            self.perform([Publish()])
        self._plan_event()

    def _forget_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        for one in (self._beat_timer, self._event_timer):
            if one:
                one.cancel()

    # ---- writing ----------------------------------------------------------------------------

    def _queue(self, action: Written, injections: tuple[Injection, ...] = ()) -> None:
        if isinstance(action, Send) and self._upgraded and action.octets[:1] == b"\x88":
            # What comes behind a Close is no answer any more.
            self.dialogue.over = True
        self._outbox.put(action, injections)

    async def _settle(self) -> None:
        """Until everything queued is done; raises _Over where that ended the connection."""
        await self._outbox.settled()
        if self._outbox.black_hole:
            await asyncio.Event().wait()  # serve() cancels this task; until then nothing is read.
        if self._outbox.finished:
            raise _Over

    # ---- what the outbox tells ----------------------------------------------------------------

    def answered(self, status: int) -> None:
        """A response went out; 101 makes this a WebSocket."""
        if status == 101:
            self._upgraded = True
            self._reach("upgraded")
            if self.script:
                self.script.upgraded(self._asked)

    def close_sent(self) -> None:
        """Our Close went out: the client has a limited time to answer it."""
        self._inbox.we_closed()
        self.dialogue.over = True
        self._timers.append(self._loop.call_later(CLOSING_SECONDS + self._linger, self._give_up))

    def ended_by_us(self, by: str) -> None:
        """FIN or RST went out."""
        self._note_end("server", by)
        self._timers.append(self._loop.call_later(CLOSING_SECONDS, self._abandon))

    def client_unreachable(self) -> None:
        """A write failed."""
        self._note_end("client", "rst")

    # ---- ending -----------------------------------------------------------------------------

    def _give_up(self) -> None:
        """The client never answered our Close."""
        if not self._outbox.finished:
            self._queue(Fin())

    def _abandon(self) -> None:
        """The client never closed either."""
        if self._reader:
            self._reader.cancel()

    async def _linger_on(self) -> None:
        if self._linger:
            try:
                async with asyncio.timeout(self._linger):
                    while await self._tcp.read():
                        pass
                self._note_end("client", "fin")
            except TimeoutError:
                pass

    async def _say_goodbye(self) -> None:
        """Ends in good order: close_notify, FIN; then waits for the client's."""
        if not self._outbox.finished and not self._client_gone:
            if isinstance(self._outbox.stream, TlsStream):
                await self._outbox.stream.say_goodbye()
            self._outbox.end_tcp("fin")
        raise _Over

    async def _see_off(self) -> None:
        """Reads until the client has ended too, so that the journal knows how."""
        if self._tcp.closed or self._client_gone:
            return
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                while await self._tcp.read():
                    pass
            self._note_end("client", "fin")
        except TimeoutError:
            pass
        except OSError:
            self._note_end("client", "rst")

    async def _watch_from_outside(self) -> None:
        """In a black hole nothing is read; the kernel still knows when the client has gone."""
        while (by := self._tcp.peer_ended()) is None:
            await asyncio.sleep(_POLL_SECONDS)
        self._note_end("client", by)

    def _note_end(self, who: str, by: str) -> None:
        if who == "client":
            if self._client_gone:
                return
            self._client_gone = True
        address, port = self.scenario.ports[self.host].address
        self.journal.write(self.conn, who, "tcp.closed", address=address, port=port, by=by)

    def _note_tls(
        self,
        kind: str,
        chain: tuple[dict[str, object], ...],
        alert: str | None,
        defects: tuple[str, ...] = (),
    ) -> None:
        tls = self._outbox.stream if isinstance(self._outbox.stream, TlsStream) else None
        more: dict[str, object] = {"alert": alert} if kind == "tls.failed" else {}
        self.journal.write(
            self.conn,
            "client" if kind == "tls.failed" else "server",
            kind,
            version=tls.version if tls else None,
            cipher=tls.cipher if tls else None,
            alpn=tls.alpn if tls else None,
            chain=list(chain),
            defects=list(defects),
            **more,
        )
