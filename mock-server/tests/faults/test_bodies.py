"""Bodies of events: read by sockets and compared with the catalogue."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import pytest
from receipts import NOW, first_message, plain, receipt
from wire import Mock


def injected_body(mock: Mock, fault: str, first: int = 0x81, **more: object) -> bytes:
    """The body of the first MESSAGE, whose octets must be those of the receipt."""
    scene = mock.scenario(fault if ":" in fault else fault + NOW, **more)
    wire = scene.subscribed()
    opcode, payload = wire.frame()
    assert opcode == first
    length = len(payload)
    size = b"\x7e" + length.to_bytes(2, "big") if length < 65536 else b"\x7f"
    size += length.to_bytes(8, "big") if length >= 65536 else b""
    receipt(scene, bytes([first]) + size + payload, "subscribed")
    return plain(payload)


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ("F-610/cut", b'{"entity":"POL'),
        ("F-610/quotes", b"{'a':1}"),
        ("F-610/nan", b'{"durationSec":NaN}'),
        ("F-610/comma", b'{"entity":"DOOR_STATE",}'),
        ("F-610/empty", b""),
        ("F-616/array", b"[1,2,3]"),
        ("F-616/text", b'"event"'),
        ("F-616/number", b"42"),
        ("F-616/null", b"null"),
        ("F-623/nothing", b"{}"),
        (
            "F-618/all",
            b'{"entity":"QUANTUM_STATE","type":"TELEPORT","extra":{"nested":[1,2,3]},"newField":null}',
        ),
        ("F-618/entity", b'{"entity":"QUANTUM_STATE","type":"UPDATE"}'),
        ("F-618/type", b'{"entity":"DOOR_STATE","type":"TELEPORT"}'),
        (
            "F-613/surrogate",
            b'{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"\\ud800"}',
        ),
    ],
)
def test_bodies_are_exact(mock: Mock, fault: str, body: bytes) -> None:
    first = 0x82 if fault.startswith("F-613") else 0x81
    assert injected_body(mock, fault, first) == body


@pytest.mark.parametrize("variant", ["nul", "blanks", "lf"])
def test_F_610_and_F_611_are_followed_by_a_good_event(mock: Mock, variant: str) -> None:
    wire = mock.scenario(f"F-611/{variant}" + NOW).subscribed()
    ends = {"nul": b"}\0\0", "blanks": b"}  ", "lf": b"}\n"}[variant]
    assert plain(wire.message()).endswith(ends)
    json.loads(plain(wire.message()))


def test_F_612_starts_with_a_byte_order_mark(mock: Mock) -> None:
    body = injected_body(mock, "F-612")
    assert body.startswith(b"\xef\xbb\xbf{")
    json.loads(body.removeprefix(b"\xef\xbb\xbf"))


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_F_613_is_json_in_another_encoding(mock: Mock, encoding: str) -> None:
    for message, first in (("binary", 0x82), ("text", 0x81)):
        body = injected_body(mock, f"F-613/{encoding}:after=0s,message={message}", first)
        with pytest.raises(UnicodeDecodeError):
            body.decode()
        assert json.loads(body.decode(encoding))["textDescription"] == "Tür 1"
        assert body.startswith(b"\xff\xfe") == (encoding == "utf-16")


@pytest.mark.parametrize(("variant", "mib"), [("8mib", 8), ("64mib", 64)])
def test_F_615_is_as_long_as_told(mock: Mock, variant: str, mib: int) -> None:
    scene = mock.scenario(f"F-615/{variant}" + NOW)
    wire = scene.subscribed()
    octets, begun = wire.read(10), time.monotonic()
    length = int.from_bytes(octets[2:], "big")
    assert octets[:2] == b"\x81\x7f"
    digest, start, left = hashlib.sha256(octets), b"", length
    while left:
        piece = wire.buffer[:left] or wire.stream.recv(min(left, 1 << 20))
        wire.buffer = wire.buffer[len(piece) :]
        start, left = (start + piece[:1000])[:1000], left - len(piece)
        digest.update(piece)
    head, _, _ = start.partition(b"\n\n")
    assert length == len(head) + 2 + mib * 1024 * 1024 + 1
    assert f"\ncontent-length:{mib * 1024 * 1024}".encode() in head
    assert scene.wait_for("fault.injected")["sha256"] == digest.hexdigest()
    assert time.monotonic() - begun < 60


def depth(text: str) -> int:
    """How deep brackets are nested; json.loads would run out of stack."""
    deepest = now = 0
    for one in text:
        now += (one in "[{") - (one in "]}")
        deepest = max(deepest, now)
    assert now == 0
    return deepest


def test_F_616_nests(mock: Mock) -> None:
    assert depth(injected_body(mock, "F-616/nesting").decode()) == 10_000
    assert depth(injected_body(mock, "F-616/nesting:after=0s,count=3").decode()) == 3


def test_F_616_has_a_long_string_and_many_keys(mock: Mock) -> None:
    assert len(json.loads(injected_body(mock, "F-616/string"))["extra"]) == 1024 * 1024
    assert len(json.loads(injected_body(mock, "F-616/keys"))["extra"]) == 100_000


def test_F_616_has_a_key_twice(mock: Mock) -> None:
    pairs: list[tuple[str, Any]] = json.loads(
        injected_body(mock, "F-616/same-key"), object_pairs_hook=list
    )
    assert [name for name, _ in pairs] == ["entity", "type", "extra", "extra"]


@pytest.mark.parametrize("shape", ["flat", "nested"])
@pytest.mark.parametrize("variant", ["large", "negative", "float", "string", "old", "future"])
def test_F_617_has_an_odd_timestamp(mock: Mock, variant: str, shape: str) -> None:
    habits = {"event_shape": shape}
    body = injected_body(mock, f"F-617/{variant}:after=0s,skew=5m", habits=habits)
    event = json.loads(body)
    stamp = (event if shape == "flat" else event["update"])["timestampMs"]
    now = time.time() * 1000
    match variant:
        case "large":
            assert b'"timestampMs":9007199254740993' in body
        case "negative":
            assert stamp == -1
        case "float":
            assert stamp % 1 == 0.5
        case "string":
            assert abs(int(stamp) - now) < 60_000
        case "old":
            assert abs(stamp + 300_000 - now) < 60_000
        case "future":
            assert abs(stamp - 300_000 - now) < 60_000


def test_F_618_has_more_fields(mock: Mock) -> None:
    event = json.loads(injected_body(mock, "F-618/fields"))
    assert event == {
        "entity": "DOOR_STATE",
        "type": "UPDATE",
        "extra": {"nested": [1, 2, 3]},
        "newField": None,
    }


DETAILS = {"deviceUuid", "timestampMs", "durationSec", "policyAlertTriggers", "textDescription"}


@pytest.mark.parametrize("shape", ["flat", "nested"])
def test_F_619_shapes(mock: Mock, shape: str) -> None:
    habits = {"event_shape": shape}
    flat, inside, both = (
        json.loads(injected_body(mock, f"F-619/{one}:after=0s", habits=habits))
        for one in ("flat", "update", "both")
    )
    assert set(flat) == {"entity", "entityUuid", "type", *DETAILS}
    assert set(inside) == {"entity", "type", "update"}
    assert set(inside["update"]) == {"uuid", *DETAILS}
    assert set(both) == {*flat, "update"}
    assert both["update"]["uuid"] != both["entityUuid"]
    assert both["update"]["timestampMs"] != both["timestampMs"]


@pytest.mark.parametrize("variant", ["nulls", "types"])
def test_F_623_is_json_that_no_handler_counts_on(mock: Mock, variant: str) -> None:
    event = json.loads(injected_body(mock, f"F-623/{variant}"))
    assert set(event) == {"entity", "entityUuid", "type", "deviceUuid", "timestampMs"}
    assert not isinstance(event["entity"], str)


def test_F_623_is_followed_by_a_good_event(mock: Mock) -> None:
    wire = mock.scenario("F-623" + NOW).subscribed()
    wire.message()
    assert isinstance(json.loads(plain(wire.message()))["entity"], str)


@pytest.mark.parametrize(
    ("variant", "line"),
    [
        ("plain", b"content-type:text/plain"),
        ("none", None),
        ("utf-16", b"content-type:application/json;charset=utf-16"),
        ("ack", b"ack:1"),
    ],
)
def test_F_625_headers(mock: Mock, variant: str, line: bytes | None) -> None:
    head = first_message(mock, f"F-625/{variant}").split(b"\n\n")[0].split(b"\n")
    types = [one for one in head if one.startswith(b"content-type:")]
    assert (line in head) if line else (types == [])
    assert types == (
        [b"content-type:application/json"] if variant == "ack" else [line] * bool(line)
    )
    json.loads(injected_body(mock, f"F-625/{variant}").decode())
