"""What the steps and routes of a scenario file do on the wire: one test for each word of it."""

from __future__ import annotations

import json
import random
import time

import pytest
from test_script import play
from wire import BOUND, Mock, Wire, answer, post

from rhombus_mock.script import eventflow

UP = "- await: {upgrade: /websocket}"


def steps(*lines: str, match: str = "every") -> str:
    listed = "".join(f"      {line}\n" for line in lines)
    return f"connections:\n  - match: {match}\n    steps:\n{listed}"


def events(wire: Wire, count: int) -> list[tuple[str, dict[str, object]]]:
    """message-id and body of the next so many MESSAGEs."""
    found = []
    for _ in range(count):
        head, _, body = wire.message().partition(b"\n\n")
        number = dict(line.split(":", 1) for line in head.decode().split("\n")[1:])["message-id"]
        found.append((number, json.loads(body[:-1])))
    return found


def test_await_takes_the_frame_whose_headers_fit(mock: Mock) -> None:
    yaml = steps(
        UP,
        "- await: {frame: SEND, headers: {a: '${org}'}, matches: {b: '[0-9]+'}, has: [c], "
        "lacks: [d], save: {b: b}}",
        "- send: {raw: 'got ${b} $${b}'}",
    )
    scene = play(mock, yaml)
    wire = scene.upgraded()
    good = f"a:{scene.org}\nb:1\nc:"
    for headers in (
        good.replace("a:", "a:no"),
        good.replace("b:1", "b:x"),
        good[:-3],
        good + "\nd:",
    ):
        wire.text(f"SEND\n{headers}\n\n\0")
    wire.text(f"SEND\na:{scene.org}\nb:23\nc:\n\n\0")
    assert wire.frame() == (0x81, b"got 23 ${b}")


@pytest.mark.parametrize(
    ("instead", "seen"),
    [
        ("{close: {code: 4000, reason: '${org}'}}", b"\x88\x18\x0f\xa0ORG"),
        ("{abort: fin}", b""),
        ("go-on", b"\x81\x04on\\!"),
    ],
)
def test_an_await_has_a_bound_and_what_happens_then(mock: Mock, instead: str, seen: bytes) -> None:
    yaml = steps(
        UP,
        f"- await: {{frame: CONNECT, within: 50ms, else: {instead}}}",
        r"- send: {raw: 'on\\!'}",
        "- abort: fin",
    )
    scene = play(mock, yaml)
    start = time.monotonic()
    wire = scene.upgraded()
    octets = seen.replace(b"ORG", scene.org.encode())
    assert (wire.read(len(octets)) if octets else wire.rest()) == octets
    assert time.monotonic() - start >= 0.05
    scene.wait_for("note", text="step 2, await: not met within 50ms")


def test_await_counts_events_whoever_said_them(mock: Mock) -> None:
    yaml = steps(
        "- handshake: normal", "- events: {rate: 100/s}", "- await: {events: 3}", "- close: 1000"
    )
    wire = play(mock, yaml).subscribed()
    assert [number for number, _ in events(wire, 3)] == ["1", "2", "3"]
    first, payload = wire.frame()
    while first == 0x81:
        first, payload = wire.frame()
    assert (first, payload) == (0x88, b"\x03\xe8")


def test_send_waits_and_lays_out(mock: Mock) -> None:
    yaml = steps(
        UP,
        "- send: {frame: RECEIPT, headers: {receipt-id: true}, body: 'a\\0', after: 80ms, "
        "layout: fragmented}",
    )
    scene = play(mock, yaml)
    start = time.monotonic()
    wire = scene.upgraded()
    first, early = wire.frame()
    assert time.monotonic() - start >= 0.08
    last, late = wire.frame()
    assert (first, last) == (0x01, 0x80)
    assert early + late == b"RECEIPT\nreceipt-id:true\n\na\0\0"


def test_beats_until_something_happens_and_none(mock: Mock) -> None:
    yaml = steps(
        UP,
        "- beats: {every: 20ms, until: {frame: SEND}}",
        "- send: {raw: over}",
        "- beats: {every: 20ms}",
        "- await: {frame: SEND}",
        "- beats: none",
        "- send: {raw: quiet}",
        "- await: {frame: SEND}",
        "- send: {raw: end}",
    )
    wire = play(mock, yaml).upgraded()
    assert [wire.frame() for _ in range(2)] == [(0x81, b"\n")] * 2
    said = []
    for _ in range(3):
        wire.text("SEND\n\n\0")
        said.append(wire.message())
        if said == [b"over", b"quiet"]:
            with pytest.raises(TimeoutError):
                wire.stream.settimeout(0.1)
                wire.read(1)
            wire.stream.settimeout(BOUND)
    assert said == [b"over", b"quiet", b"end"]


def test_hold_until_the_client_closes(mock: Mock) -> None:
    scene = play(mock, steps(UP, "- hold: {until: close}", "- fault: {id: F-404, as: behind}"))
    wire = scene.upgraded()
    wire.text("\nSEND\n\n\0")
    wire.client_frame(9, b"1")
    assert wire.frame() == (0x8A, b"1")
    assert "fault.armed" not in {one["kind"] for one in scene.journal()}
    wire.client_frame(8, b"\x03\xe8")
    scene.wait_for("fault.armed", fault="F-404")


@pytest.mark.parametrize("until", ["beat", "{frame: ACK, has: [id]}"])
def test_hold_until(mock: Mock, until: str) -> None:
    yaml = steps(UP, f"- hold: {{until: {until}}}", "- send: {raw: '\\x81\\x01x', as: stream}")
    scene = play(mock, yaml)
    wire = scene.upgraded()
    wire.text("SEND\n\n\0")
    wire.text("ACK\n\n\0")
    wire.text("\n" if until == "beat" else "ACK\nid:1\n\n\0")
    assert wire.frame() == (0x81, b"x")


def test_a_bound_that_was_not_agreed_is_none_and_noted(mock: Mock) -> None:
    yaml = steps(UP, "- hold: 9 * hb.server", "- send: {raw: soon}")
    scene = play(mock, yaml)
    assert scene.upgraded().message() == b"soon"
    text = "step 2, hold: '9 * hb.server' rests on a heart-beat that was not agreed"
    scene.wait_for("note", text=text)


def test_the_handshake_with_other_headers(mock: Mock) -> None:
    yaml = steps(
        "- handshake: {headers: {server: 'a ${org}', heart-beat: '0,5'}, without: [version], "
        "until: connected}",
        "- send: {raw: behind}",
    )
    scene = play(mock, yaml)
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert wire.frame()[1] == f"CONNECTED\nheart-beat:0,5\nserver:a {scene.org}\n\n\0".encode()
    assert wire.frame()[1] == b"behind"


def test_events_with_gaps_duplicates_order_mix_and_length(mock: Mock) -> None:
    yaml = steps(
        "- handshake: normal",
        "- events: {count: 9, gaps: [4], duplicates: [2], order: [3, 1, 2], entities: {A: 1}, "
        "octets: 400, event: {who: '${sub}\"'}, subscription: x}",
        "- events: {count: 3, event: {entity: B}}",
    )
    wire = play(mock, yaml).subscribed()
    got = events(wire, 12)
    assert [number for number, _ in got] == [
        "3",
        "1",
        "2",
        "2",
        "6",
        "5",
        "9",
        "7",
        "8",
        "10",
        "11",
        "12",
    ]
    assert {event["entity"] for _, event in got} == {"A", "B"}
    assert {str(event["who"]) for _, event in got[:9]} == {'sub-0"'}


def test_bodies_are_as_long_as_wanted(mock: Mock) -> None:
    yaml = steps("- handshake: normal", "- events: {count: 3, octets: 400, event: {}}")
    wire = play(mock, yaml).subscribed()
    for _ in range(3):
        message = wire.message()
        assert b"\ncontent-length:400\n" in message
        assert len(json.dumps(json.loads(message.partition(b"\n\n")[2][:-1]))) >= 400


def test_bursts_keep_the_average(mock: Mock) -> None:
    yaml = steps(
        "- handshake: normal", "- events: {rate: 50/s, burst: 5, for: 200ms}", "- close: 1000"
    )
    wire = play(mock, yaml).subscribed()
    start = time.monotonic()
    assert [number for number, _ in events(wire, 10)] == [str(n) for n in range(1, 11)]
    assert time.monotonic() - start >= 0.19
    assert wire.frame() == (0x88, b"\x03\xe8")


@pytest.mark.parametrize("missing", [1, 12, 13, 14, 500])
def test_padding_is_exact_and_json(missing: int) -> None:
    event = b'{"a":"1"}'
    padded = eventflow.padded(event, len(event) + missing)
    assert len(padded) == len(event) + missing
    assert json.loads(padded)["a"] == "1"


def test_a_shuffled_flow_is_the_seeds() -> None:
    def numbers(seed: int) -> list[int]:
        rows = eventflow.rows({"order": "shuffled", "burst": 50}, 50, random.Random(seed))
        return [place.number for row in rows for place in row]

    assert numbers(1) == numbers(1) != numbers(2)
    assert sorted(numbers(1)) == list(range(1, 51))


def test_gaps_and_duplicates_by_their_rhythm() -> None:
    given = {"gaps": {"every": 3, "length": 2}, "duplicates": {"every": 6, "times": 3}}
    rows = eventflow.rows(given, 12, random.Random(1))
    assert [(one.number, one.times) for row in rows for one in row if one.times] == [
        (1, 1), (2, 1), (3, 1), (6, 3), (7, 1), (8, 1), (11, 1), (12, 3),
    ]  # fmt: skip


def test_blocks_by_range(mock: Mock) -> None:
    yaml = """
connections:
  - {match: range, from: 2, to: 3, steps: [{await: {upgrade: /websocket}}, {close: 1001}]}
  - {match: every, steps: [{await: {upgrade: /websocket}}, {close: 1002}]}
"""
    scene = play(mock, yaml)
    codes = [int.from_bytes(scene.upgraded().frame()[1], "big") for _ in range(4)]
    assert codes == [1002, 1001, 1001, 1002]


def test_a_faults_own_connections_count_in_a_block(mock: Mock) -> None:
    yaml = steps("- fault: {id: F-203/404, connection: 2}", "- handshake: normal")
    scene = play(mock, yaml)
    scene.upgraded()
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.head().startswith("HTTP/1.1 404 ")


ROUTES = r"""
rest:
  - request: POST /api/org/getOrgV2
    nth: 2
    times: 2
    reply: {status: 418, json: {a: ['${org}"', 1, true]}, without: [Content-Type], after: 60ms}
  - request: POST /api/org/getOrgV2
    times: 1
    reply: {status: 200, body: 'abc', drip: {octets: 1, every: 1ms}, headers: {x-ok: true, é: ü}}
  - request: GET /raw
    reply: {status: 299, raw: 'HTTP/1.1 299 ${org}\r\n\r\n\x00\xff', end: rst}
"""


def test_routes_by_number_and_the_whole_response(mock: Mock) -> None:
    scene = play(mock, ROUTES)
    wire = scene.connect("rest")
    post(wire, scene.key)
    head, body = answer(wire)
    assert (body, "\r\nx-ok: true\r\n" in head) == (b"abc", True)
    assert "\r\né: ü\r\n".encode().decode("latin-1") in head
    for _ in range(2):
        start = time.monotonic()
        post(wire, scene.key)
        head, body = answer(wire)
        assert time.monotonic() - start >= 0.06
        assert head.startswith("HTTP/1.1 418 ")
        assert "Content-Type" not in head
        assert json.loads(body) == {"a": [f'{scene.org}"', 1, True]}
    post(wire, scene.key)
    assert answer(wire)[0].startswith("HTTP/1.1 200 ")
    wire.write(b"GET /raw HTTP/1.1\r\nHost: a\r\n\r\n")
    octets = f"HTTP/1.1 299 {scene.org}\r\n\r\n".encode() + b"\x00\xff"
    assert wire.read(len(octets)) == octets
    with pytest.raises(ConnectionResetError):
        wire.rest()


def test_a_file_may_do_without_tls(mock: Mock) -> None:
    assert play(mock, "scheme: ws", plain=False).info["ws_url"].startswith("ws:")
    assert play(mock, "seed: 1", plain=False).info["ws_url"].startswith("wss:")
