"""F-706 to F-711: limits of time and number that a service, or something on the way, sets."""

from __future__ import annotations

from typing import ClassVar

from rhombus_mock.actions import Action, Answer, BlackHole, Send, State
from rhombus_mock.faults.fault import Fault
from rhombus_mock.faults.lifecycle import ENDS
from rhombus_mock.faults.situation import Side, Situation
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket
from rhombus_mock.wire.http1 import Request, Response, response


class Maintenance(Fault):
    """F-706: 503 while it lasts; a connection made between two of them ends with the second."""

    def answer(self, request: Request, usual: Response, now: Situation) -> list[Action] | None:
        if self._into_period(now) >= self.seconds("closed"):
            return None
        wait = ("Retry-After", str(self.number("retry_after")))
        body = b"Down for maintenance.\n"
        refusal = response(503, body, "text/plain;charset=utf-8").with_headers(wait)
        return [Answer(refusal)]

    def due_in(self, now: Situation) -> float | None:
        return self._period() - self._into_period(now)

    def due(self, now: Situation) -> list[Action] | None:
        upgraded = now.state in ("upgraded", "connected", "subscribed")
        return [Send(websocket.close(1012))] if upgraded else None

    def _period(self) -> float:
        return self.seconds("closed") + self.seconds("open")

    def _into_period(self, now: Situation) -> float:
        return now.elapsed() % self._period()


class IdleLimit(Fault):
    """F-707: over once a side was silent for too long, and nothing is said of it."""

    begins: ClassVar[State] = "upgraded"
    per_connection = 1

    def due_in(self, now: Situation) -> float | None:
        return max(0.001, self.seconds("limit") - now.silence(self._side()))

    def due(self, now: Situation) -> list[Action] | None:
        too_long = now.silence(self._side()) >= self.seconds("limit")
        return [ENDS[self.text("by")]] if too_long else None

    def _side(self) -> Side:
        return "client" if self.variant == "client" else "either"


class BeatsWanted(IdleLimit):
    """F-708: the silence that counts is that of STOMP; pings are none of it."""

    begins = "connected"

    def _side(self) -> Side:
        return "stomp"


class AgeLimit(Fault):
    """F-709, F-710: over at a fixed age, whatever the client does."""

    begins = "upgraded"
    per_connection = 1

    def begin(self, now: Situation) -> list[Action]:
        return [ENDS[self.text("by")]]


class Hangs(Fault):
    """F-711: of one connection, or of one after the other, nothing more is read or answered."""

    per_connection = 1
    STAGES = ("tcp", "tls", "http", "stomp")

    def accepted(self, now: Situation) -> list[Action] | None:
        return self._hang("tcp", now)

    def client_hello(self, now: Situation) -> list[Action] | None:
        return self._hang("tls", now)

    def answer(self, request: Request, usual: Response, now: Situation) -> list[Action] | None:
        return self._hang("http", now)

    def received(self, frame: Frame, now: Situation) -> list[Action] | None:
        return self._hang("stomp", now)

    def _hang(self, stage: str, now: Situation) -> list[Action] | None:
        turn = now.number - self.number("good") - 1
        stages = self.STAGES if self.variant == "in-turn" else (self.variant,)
        return [BlackHole()] if 0 <= turn < len(stages) and stages[turn] == stage else None


class HangsInTls(Hangs):
    """F-711/tls"""

    only_tls = True


FAULTS: dict[str, type[Fault]] = {
    "F-706": Maintenance,
    "F-707": IdleLimit,
    "F-708": BeatsWanted,
    "F-709": AgeLimit,
    "F-710": AgeLimit,
    "F-711": Hangs,
    "F-711/tls": HangsInTls,
}
