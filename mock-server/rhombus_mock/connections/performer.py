"""Performs actions on one connection, after its faults were asked for others in their place."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from rhombus_mock.actions import (
    STATES,
    Action,
    Everyone,
    FallSilent,
    Heed,
    Later,
    Others,
    Publish,
    Reached,
    Refuse,
    ReplaceKey,
    Resume,
    Revoke,
    Say,
    Send,
    State,
    StayOpen,
    StepClock,
    StopEvents,
    Suspend,
    Swallow,
    Utterance,
)
from rhombus_mock.clients.processes import Unavailable
from rhombus_mock.connections.backlog import Finish, Written
from rhombus_mock.connections.connection_state import ConnectionState
from rhombus_mock.connections.delays import Delays
from rhombus_mock.connections.ending import Ending
from rhombus_mock.connections.framing import COMPRESSED, Framer, compressed
from rhombus_mock.connections.injection import Arming, Injection, Live
from rhombus_mock.connections.live_faults import LiveFaults
from rhombus_mock.connections.pulse import Pulse


class Performer:
    """One connection's. What goes out is queued; nothing here waits for it."""

    def __init__(self, state: ConnectionState, ending: Ending) -> None:
        self.state = state
        self.faults = LiveFaults(state.situation, self._activate)
        self.pulse = Pulse(state, self.faults, self)
        self._ending = ending
        scenario, situation = state.scenario, state.situation
        seed = f"{scenario.seed}/{situation.host}/{situation.number}/framing"
        self._framer = Framer(scenario.framing, seed)
        self.delays = Delays(self._finish, state.outbox.cut_short)
        self._loop = asyncio.get_running_loop()

    def arm(self, arming: Arming) -> None:
        """Puts a fault on this connection; one whose state is past goes live at once."""
        live = self.faults.add(arming)
        self.faults.wake(live)

    def call_off(self, arming: Arming) -> None:
        """A fault is disarmed: what goes on of it here ends, unless that would harm."""
        for live in self.faults.going():
            if live.arming is arming:
                ending = live.fault.called_off(self.state.situation)
                if ending is not None:
                    self.inject(live, ending)
                    self.faults.forget(live)
                    self._over(live)

    def perform(
        self, actions: Iterable[Action], injections: tuple[Injection, ...] = (), skip: int = 0
    ) -> None:
        """Performs in order. `skip` is how many faults have already seen what is said here."""
        for action in actions:
            match action:
                case Say():
                    self._say(action, injections, skip)
                case Publish(body):
                    message = self.state.situation.message(body)
                    self._say(Say(Utterance.of(message)), injections, 0)
                case Reached(state):
                    self.reach(state)
                case FallSilent():
                    self.state.silent = True
                    self.state.dialogue.stop_beats()
                case StopEvents():
                    self.state.silent = True
                case Resume():
                    self.state.silent = False
                    self.state.dialogue.resume_beats(self._loop.time())
                    self.pulse.time_beats()
                case Heed(frame):
                    self.perform(self.state.dialogue.receive(frame, self._loop.time()))
                case Later():
                    self._delay(action, injections, skip)
                case Swallow():
                    self.state.deaf = True
                case StayOpen(seconds):
                    self._ending.linger = seconds
                case Revoke():
                    self.state.scenario.account.revoked = True
                case ReplaceKey():
                    self.state.scenario.replace_key()
                case Suspend() | StepClock():
                    self._do_to_client(action, injections)
                case Refuse(seconds):
                    self.state.scenario.refuse(seconds)
                case Everyone(inner) | Others(inner):
                    for one in self.state.scenario.stages():
                        if one is not self:
                            one.share(inner, injections)
                        elif isinstance(action, Everyone):
                            self.perform(inner, injections)
                case _:
                    self._queue(action, injections)

    def inject(
        self,
        live: Live,
        actions: Sequence[Action],
        outer: tuple[Injection, ...] = (),
        skip: int = 0,
    ) -> None:
        """Performs a fault's actions, and has its receipt written behind them."""
        injection = live.going
        if injection is None:
            live.fire()
            injection = Injection(live.arming, self.state.situation.state)
            if live.fault.continuous:
                live.going = Injection(live.arming, self.state.situation.state)
        injection.times += 1
        self.perform(actions, (*outer, injection), skip)
        if injection is live.going:
            return
        self._finish(injection)
        if live.fault.needs_message and live.exhausted():
            self.perform([Publish()])

    def share(self, actions: Sequence[Action], injections: tuple[Injection, ...]) -> None:
        """Performs what another connection's fault does to this one too, with receipts here."""
        own = tuple(Injection(one.arming, self.state.situation.state) for one in injections)
        self.perform(actions, own)
        for injection in own:
            self._finish(injection)

    def end(self) -> None:
        """The connection is over: what still went on has its receipt."""
        for live in self.faults.going():
            self._over(live)

    def reach(self, state: State) -> None:
        """The client has got so far, if it was not further already."""
        situation = self.state.situation
        if state == "connected" and not self.state.dialogue.connected:
            return
        if STATES.index(state) < STATES.index(situation.state):
            return
        again = state == situation.state and state == "subscribed"
        situation.state = state
        if state in ("connected", "subscribed"):
            self.pulse.time_beats()
        self.faults.wake_all()
        if state == "subscribed" and not again:
            self.pulse.time_events()

    def _delay(self, later: Later, injections: tuple[Injection, ...], skip: int) -> None:
        def now() -> None:
            if not self.state.ended:
                self.perform(later.actions, injections, skip)

        self.delays.after(later.seconds, now, injections)

    def _finish(self, injection: Injection) -> None:
        """The receipt is due, unless a part of the injection is still to come."""
        goes_on = any(live.going is injection for live in self.faults.going())
        if not injection.delayed and not goes_on:
            self.state.outbox.put(Finish(injection))

    def _do_to_client(self, action: Suspend | StepClock, injections: tuple[Injection, ...]) -> None:
        client = self.state.scenario.client
        try:
            if isinstance(action, Suspend):
                client.suspend(self.state.ends, action.seconds)
            else:
                client.step_clock(action.seconds)
        except Unavailable as reason:
            for injection in injections:
                injection.unavailable = str(reason)

    def _say(self, say: Say, injections: tuple[Injection, ...], skip: int) -> None:
        utterance, situation, dialogue = say.utterance, self.state.situation, self.state.dialogue
        for at, live in self.faults.ready_from(skip):
            instead = live.fault.said(utterance, situation)
            if instead is not None:
                self.inject(live, instead, injections, at + 1)
                self._count(utterance)
                return
        now = self._loop.time()
        dialogue.spoke(now)
        if utterance.what == "CONNECTED" and utterance.frame is not None:
            dialogue.accepted(utterance.frame, now)
            situation.agreed = dialogue.agreed
        if say.layout in COMPRESSED and situation.deflate:
            sends = compressed(utterance.octets, say.layout, situation.deflate)
        else:
            sends = self._framer.laid_out(utterance.octets, say.layout)
        for send in sends:
            self._queue(send, injections)
        if not injections:
            self._count(utterance)

    def _count(self, utterance: Utterance) -> None:
        self.faults.count(utterance)
        self.state.script.said(utterance.what)

    def _activate(self, live: Live) -> None:
        if self.state.ended:
            return
        if (reason := live.fault.hindrance(self.state.situation)) is not None:
            text = f"{live.arming.spec.name} was not injected: {reason}"
            self.state.scenario.journal.write(self.state.conn, "tool", "note", text=text)
            return
        live.active = True
        if not live.ready():
            return
        situation, dialogue = self.state.situation, self.state.dialogue
        begun = live.fault.begin(situation)
        if begun is not None:
            self.inject(live, begun)
        if live.fault.needs_message and live.ready():
            self.perform([Publish()])
        interval = live.fault.beat_interval(dialogue.agreed.server, situation)
        if interval is not None and dialogue.agreed.server:
            dialogue.first_beat_after(interval, self._loop.time())
        allowed = live.fault.silence_limit(dialogue.agreed.client, situation)
        if allowed is not None:
            dialogue.tolerate(allowed)
        self.pulse.time_beats()
        live.due_at = self._loop.time()
        self._remind(live)

    def _remind(self, live: Live) -> None:
        seconds = live.fault.due_in(self.state.situation)
        if seconds is None:
            self._over(live)
        else:
            self.faults.remind(live, seconds, self._due)

    def _due(self, live: Live) -> None:
        if self.state.ended or not live.ready():
            return
        instead = live.fault.due(self.state.situation)
        if instead is not None:
            self.inject(live, instead)
        self._remind(live)

    def _over(self, live: Live) -> None:
        ended, live.going = live.going, None
        if ended is not None and ended.times:
            self._finish(ended)

    def _queue(self, action: Written, injections: tuple[Injection, ...]) -> None:
        if isinstance(action, Send) and self.state.upgraded and action.octets[:1] == b"\x88":
            # What comes behind a Close is no answer any more.
            self.state.dialogue.over = True
        self.state.outbox.put(action, injections)
