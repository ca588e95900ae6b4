"""What the steps of a script say, as actions. Nothing here waits."""

from __future__ import annotations

from typing import Any

from rhombus_mock.actions import Action, Fin, Reached, Reset, Say, Send, Utterance
from rhombus_mock.faults.situation import Situation, with_header, without_header
from rhombus_mock.script import eventflow
from rhombus_mock.script.values import Values
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket


class Saying:
    """One connection's."""

    def __init__(self, situation: Situation, values: Values) -> None:
        self._situation = situation
        self._values = values

    def sent(self, given: dict[str, Any]) -> list[Action]:
        """Of a `send` step."""
        if "raw" in given:
            return [self._raw(given)]
        layout = given.get("layout", "")
        if "event" in given:
            fields = self._values.filled(given["event"])
            body = self._situation.events.body(fields)
            return [Say(Utterance.of(self._message(given, body)), layout)]
        headers = self._values.headers(given.get("headers", {}))
        frame = Frame(given["frame"], headers, self._values.octets(given.get("body", "")))
        said: list[Action] = [Say(Utterance.of(frame), layout)]
        return [*said, Reached("connected")] if frame.command == "CONNECTED" else said

    def event(self, given: dict[str, Any]) -> Frame:
        """The next of an `events` step."""
        situation = self._situation
        fields = self._values.filled(given.get("event", {}))
        body = eventflow.body(given, fields, situation.events, situation.chance)
        return self._message(given, body)

    def greeting(self, usual: Frame, given: dict[str, Any]) -> Frame:
        """CONNECTED with the headers of a `handshake` step."""
        for name, value in self._values.headers(given.get("headers", {})):
            usual = with_header(usual, name, value)
        for name in given.get("without", []):
            usual = without_header(usual, name)
        return usual

    def close(self, given: int | dict[str, Any]) -> Action:
        """Of a `close` step."""
        if isinstance(given, int):
            return Send(websocket.close(given))
        reason = self._values.filled_in(given.get("reason", ""))
        return Send(websocket.close(given.get("code"), reason.encode()))

    def abort(self, given: str) -> Action:
        """Of an `abort` step."""
        return Fin() if given == "fin" else Reset()

    def _raw(self, given: dict[str, Any]) -> Action:
        octets = self._values.octets(given["raw"])
        match given.get("as", "text"):
            case "binary":
                return Send(websocket.binary(octets))
            case "stream":
                return Send(octets)
        return Say(Utterance("raw", octets))

    def _message(self, given: dict[str, Any], body: bytes) -> Frame:
        frame = self._situation.message(body)
        if "subscription" not in given:
            return frame
        return with_header(frame, "subscription", self._values.filled_in(given["subscription"]))
