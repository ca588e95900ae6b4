"""F-610 to F-619, F-623, F-625: what an event's body is, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from rhombus_mock.actions import Action, Say, Send, Utterance
from rhombus_mock.faults.fault import Fault, MessageFault, Value
from rhombus_mock.faults.situation import Situation, with_body, with_header, without_header
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import websocket

BAD_JSON = {
    "cut": b'{"entity":"POL',
    "quotes": b"{'a':1}",
    "nan": b'{"durationSec":NaN}',
    "comma": b'{"entity":"DOOR_STATE",}',
    "empty": b"",
}
BEHIND = {"nul": b"\0\0", "blanks": b"  ", "lf": b"\n"}
UNKNOWN = {
    "all": b'{"entity":"QUANTUM_STATE","type":"TELEPORT",'
    b'"extra":{"nested":[1,2,3]},"newField":null}',
    "entity": b'{"entity":"QUANTUM_STATE","type":"UPDATE"}',
    "type": b'{"entity":"DOOR_STATE","type":"TELEPORT"}',
    "fields": b'{"entity":"DOOR_STATE","type":"UPDATE","extra":{"nested":[1,2,3]},"newField":null}',
}
NOT_ASCII = '{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"Tür 1"}'
ENCODED = {
    "utf-16": NOT_ASCII.encode("utf-16"),
    "latin-1": NOT_ASCII.encode("latin-1"),
    "surrogate": b'{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"\\ud800"}',
}
NO_OBJECTS = {"array": b"[1,2,3]", "text": b'"event"', "number": b"42", "null": b"null"}
FAILING = {
    "nulls": b'{"entity":null,"entityUuid":null,"type":null,"deviceUuid":null,"timestampMs":null}',
    "types": b'{"entity":7,"entityUuid":{},"type":[],"deviceUuid":true,"timestampMs":"soon"}',
    "nothing": b"{}",
}
TYPES = {"plain": "text/plain", "utf-16": "application/json;charset=utf-16"}


class BodyFault(MessageFault):
    """One MESSAGE has another body, with the right content-length."""

    per_connection: ClassVar[int | None] = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        return [Say(Utterance.of(with_body(frame, self.body(frame.body, now))))]

    def body(self, usual: bytes, now: Situation) -> bytes:
        """Stands in for that body."""
        raise NotImplementedError


class BadJson(BodyFault):
    """F-610"""

    def body(self, usual: bytes, now: Situation) -> bytes:
        return BAD_JSON[self.variant]


class BehindBody(BodyFault):
    """F-611"""

    def body(self, usual: bytes, now: Situation) -> bytes:
        return usual + BEHIND[self.variant]


class ByteOrderMark(BodyFault):
    """F-612"""

    def body(self, usual: bytes, now: Situation) -> bytes:
        return b"\xef\xbb\xbf" + usual


class OtherEncoding(MessageFault):
    """F-613: as a text message, what is not UTF-8 breaks RFC 6455, 8.1, too."""

    per_connection = 1

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        octets = with_body(frame, ENCODED[self.variant]).encode()
        framed = websocket.binary if self.text("message") == "binary" else websocket.text
        return [Send(framed(octets))]


class Large(BodyFault):
    """F-615"""

    def body(self, usual: bytes, now: Situation) -> bytes:
        return now.events.body_of(self.number("octets"))


class Monstrous(BodyFault):
    """F-616: legal JSON that exhausts who reads it carelessly, or that is no object."""

    def body(self, usual: bytes, now: Situation) -> bytes:
        count = self.number("count")
        match self.variant:
            case "nesting":
                inside = b"[" * (count - 1) + b"]" * (count - 1)
            case "string":
                inside = b'"%b"' % (b"x" * count)
            case "keys":
                inside = b"{%b}" % b",".join(b'"k%d":%d' % (at, at) for at in range(count))
            case "same-key":
                inside = b",".join([b"1"] + [b'"extra":%d' % at for at in range(2, count + 1)])
            case _:
                return NO_OBJECTS[self.variant]
        return b'{"entity":"DOOR_STATE","type":"UPDATE","extra":%b}' % inside


class Timestamp(BodyFault):
    """F-617"""

    def body(self, usual: bytes, now: Situation) -> bytes:
        event = json.loads(usual)
        holder = event if "timestampMs" in event else event.get("update", event)
        true = int(holder.get("timestampMs", 0))
        skew = round(self.seconds("skew") * 1000)
        stamps: Mapping[str, Value] = {
            "large": 9007199254740993,
            "negative": -1,
            "float": true + 0.5,
            "string": str(true),
            "old": true - skew,
            "future": true + skew,
        }
        holder["timestampMs"] = stamps[self.variant]
        return _json(event)


class UnknownEntity(BodyFault):
    """F-618"""

    per_connection = None

    def body(self, usual: bytes, now: Situation) -> bytes:
        return UNKNOWN[self.variant]


class Shape(BodyFault):
    """F-619: where an event's details stand."""

    def body(self, usual: bytes, now: Situation) -> bytes:
        event = json.loads(now.events.body({"entity": "POLICY_ALERT", "type": "CREATE"}))
        details = event.pop("update", {})
        flat = {**event, **{name: one for name, one in details.items() if name != "uuid"}}
        inside = {name: one for name, one in flat.items() if name not in ("entity", "type")}
        inside = {"uuid": inside.pop("entityUuid"), **inside}
        shapes: Mapping[str, Callable[[], dict[str, Any]]] = {
            "flat": lambda: flat,
            "update": lambda: {"entity": flat["entity"], "type": flat["type"], "update": inside},
            "both": lambda: {**flat, "update": {**inside, **_contradicting(inside)}},
        }
        return _json(shapes[self.variant]())


class Indigestible(BodyFault):
    """F-623: JSON, but not what a handler counts on; good events follow."""

    def body(self, usual: bytes, now: Situation) -> bytes:
        return FAILING[self.variant]


class Label(MessageFault):
    """F-625: JSON in UTF-8 as ever, but a header says otherwise."""

    def message(self, frame: Frame, now: Situation) -> list[Action]:
        if self.variant == "none":
            changed = without_header(frame, "content-type")
        elif self.variant == "ack":
            changed = with_header(frame, "ack", "1")
        else:
            changed = with_header(frame, "content-type", TYPES[self.variant])
        return [Say(Utterance.of(changed))]


def _contradicting(details: Mapping[str, Any]) -> dict[str, Any]:
    """The same details with other values."""
    return {
        "uuid": details["deviceUuid"],
        "timestampMs": details["timestampMs"] - 60_000,
        "textDescription": "Nobody near the entrance",
    }


def _json(event: object) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


FAULTS: dict[str, type[Fault]] = {
    "F-610": BadJson,
    "F-611": BehindBody,
    "F-612": ByteOrderMark,
    "F-613": OtherEncoding,
    "F-615": Large,
    "F-616": Monstrous,
    "F-617": Timestamp,
    "F-618": UnknownEntity,
    "F-619": Shape,
    "F-623": Indigestible,
    "F-625": Label,
}
