"""The STOMP side of a faultless Rhombus: frames and time in, actions out. Modelled on Spring's
simple broker, which is what the real one looks like from outside."""

from __future__ import annotations

from rhombus_mock.actions import BEAT, Action, Reached, Say, Send, Utterance
from rhombus_mock.service.habits import Habits
from rhombus_mock.stomp import heartbeat
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket

SESSION_CLOSED = Frame("ERROR", (("message", "Session closed."), ("content-length", "0")))
SILENT_INTERVALS = 3


def connected(heart_beat: str) -> Frame:
    """CONNECTED as the server of this kind sends it: no `session`, no `server`."""
    return Frame("CONNECTED", (("version", "1.2"), ("heart-beat", heart_beat)))


def farewell(frame: Frame) -> list[Action]:
    """An ERROR and Close 1002."""
    return [Say(Utterance.of(frame)), Send(websocket.close(1002))]


def error(message: str) -> list[Action]:
    """What a client gets that broke the protocol."""
    return farewell(Frame("ERROR", (("message", message), ("content-length", "0"))))


class Dialogue:
    """One connection's session. Times are seconds of one monotonic clock."""

    def __init__(self, habits: Habits, topics: tuple[str, ...]) -> None:
        self.greeting = connected(habits.heart_beat)
        """The CONNECTED that a good client gets."""
        self._habits = habits
        self.topics = topics
        self.agreed = heartbeat.NONE
        self.subscription: str | None = None
        self.connected = False
        self.over = False
        self._client_offer = (0, 0)
        self._beating = True
        self._next_beat: float | None = None
        self._heard = 0.0
        self._spoke = 0.0
        self._silence_allowed: float | None = None

    def receive(self, frame: Frame, now: float) -> list[Action]:
        """One frame of the client."""
        if self.over:
            return []
        if frame.command in ("CONNECT", "STOMP"):
            return self._connect(frame)
        if not self.connected:
            return self._end(error(f"{frame.command} before CONNECT"))
        match frame.command:
            case "SUBSCRIBE":
                return self._subscribe(frame)
            case "UNSUBSCRIBE":
                if frame.header("id") == self.subscription:
                    self.subscription = None
                return []
            case "DISCONNECT":
                return self.disconnect(frame)
            case "SEND" | "ACK" | "NACK" | "BEGIN" | "COMMIT" | "ABORT":
                return []
        return self._end(error("unknown command"))

    def unfinished(self) -> list[Action]:
        """A message ended inside a frame."""
        if self._habits.unterminated == "buffered":
            return []
        return self._end(error("the message ends inside a frame"))

    def disconnect(self, frame: Frame) -> list[Action]:
        """A RECEIPT for who asked for one; otherwise what Spring's simple broker does."""
        receipt = frame.header("receipt")
        if receipt is not None:
            return self._end([Say(Utterance.of(Frame("RECEIPT", (("receipt-id", receipt),))))])
        if self._habits.disconnect == "quiet":
            return self._end([])
        return self._end(farewell(SESSION_CLOSED))

    def heard(self, now: float) -> None:
        """The client sent STOMP octets, a beat or part of a frame."""
        self._heard = now

    def spoke(self, now: float) -> None:
        """The server sent STOMP octets."""
        self._spoke = now

    def offered(self, connect: Frame) -> None:
        """Takes the client's side of the heart-beat."""
        self._client_offer = heartbeat.parse(connect.header("heart-beat")) or (0, 0)

    def accepted(self, frame: Frame, now: float) -> None:
        """CONNECTED went out, ours or a fault's or a script's: what it says counts."""
        offer = heartbeat.parse(frame.header("heart-beat")) or (0, 0)
        self.agreed = heartbeat.negotiate(self._client_offer, offer)
        self.connected = True
        self._heard = self._spoke = now
        self._next_beat = now + self.agreed.server / 1000 if self.agreed.server else None

    def stop_beats(self) -> None:
        """No beats from now on."""
        self._beating = False

    def resume_beats(self, now: float) -> None:
        """Beats again, the next one in an interval."""
        if not self._beating:
            self._beating = True
            self.first_beat_after(self.agreed.server, now)

    @property
    def heard_at(self) -> float:
        """When the client last sent STOMP octets; 0 ahead of CONNECTED."""
        return self._heard

    def tolerate(self, silence_ms: float) -> None:
        """A fault changed how long a client may be silent."""
        self._silence_allowed = silence_ms / 1000

    def deadline(self) -> float | None:
        """When tick() is due."""
        if self.over or not self.connected:
            return None
        times = [self._next_beat] if self._beating and self._next_beat is not None else []
        if (limit := self._silence_limit()) is not None:
            times.append(limit)
        return min(times, default=None)

    def tick(self, now: float, interval_ms: float) -> list[Action]:
        """What time brings: a beat, or the end of a silent client. `interval_ms` is the time to
        the next beat, N unless a fault says otherwise."""
        limit = self._silence_limit()
        if limit is not None and now >= limit:
            return self._end(farewell(SESSION_CLOSED))
        if not self._beating or self._next_beat is None or now < self._next_beat:
            return []
        self._next_beat = max(now, self._next_beat + interval_ms / 1000)
        silent = now - self._spoke > self.agreed.server / 1000
        return [Say(BEAT)] if self._habits.beats == "steady" or silent else []

    def first_beat_after(self, interval_ms: float, now: float) -> None:
        """A fault changed the rhythm: the next beat is so far away."""
        if self.agreed.server:
            self._next_beat = now + interval_ms / 1000

    def _connect(self, frame: Frame) -> list[Action]:
        if self.connected:
            return self._end(error("already connected"))
        versions = (frame.header("accept-version") or "1.0").split(",")
        if "1.2" not in [version.strip() for version in versions]:
            refusal = Frame(
                "ERROR",
                (("version", "1.2"), ("content-type", "text/plain")),
                b"Supported protocol versions are 1.2",
            )
            return self._end(farewell(refusal))
        if heartbeat.parse(frame.header("heart-beat")) is None:
            return self._end(error("invalid heart-beat header"))
        self.offered(frame)
        return [Say(Utterance.of(self.greeting)), Reached("connected")]

    def _subscribe(self, frame: Frame) -> list[Action]:
        identity, destination = frame.header("id"), frame.header("destination")
        if identity is None or destination is None:
            if self._habits.bad_subscribe == "ignored":
                return []
            return self._end(error("SUBSCRIBE needs id and destination"))
        if destination in self.topics:
            self.subscription = identity
            return [Reached("subscribed")]
        if self._habits.foreign_topic == "error":
            return self._end(error("Access denied to destination"))
        if self._habits.foreign_topic == "close":
            return self._end([Send(websocket.close(1008))])
        return []

    def _silence_limit(self) -> float | None:
        if not self.agreed.client or self._habits.silent_client == "kept":
            return None
        if self._silence_allowed is not None:
            return self._heard + self._silence_allowed
        return self._heard + SILENT_INTERVALS * self.agreed.client / 1000

    def _end(self, actions: list[Action]) -> list[Action]:
        self.over = True
        return actions
