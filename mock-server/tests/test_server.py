"""A faultless Rhombus, seen from sockets."""

from __future__ import annotations

import contextlib
import itertools
import json
import time

import pytest
from wire import BOUND, Mock, Scene, Wire, answer, post, select_nothing

ERROR_CLOSED = b"ERROR\nmessage:Session closed.\ncontent-length:0\n\n\0"


def rest_answer(scene: Scene, key: str | None) -> tuple[str, bytes]:
    wire = scene.connect("rest")
    post(wire, key)
    return answer(wire)


def test_getOrgV2_names_an_organization_of_22_characters(mock: Mock) -> None:
    scene = mock.scenario(plain=False)
    head, body = rest_answer(scene, scene.key)
    assert head.startswith("HTTP/1.1 200 OK\r\n")
    org = json.loads(body)["org"]["uuid"]
    assert org == scene.org
    assert len(org) == 22


def test_refusals_are_the_same_every_time(mock: Mock) -> None:
    scene = mock.scenario()
    none, bad = rest_answer(scene, None), rest_answer(scene, "decoy-decoy-decoy-deco")
    assert none[1] == b'{"authenticationFailed": true}'
    assert none[0].startswith("HTTP/1.1 401 ")
    assert bad[0].startswith("HTTP/1.1 403 ")
    assert (none, bad) == (rest_answer(scene, None), rest_answer(scene, "another-decoy-another1"))


def test_no_key_and_bad_key_can_be_made_alike(mock: Mock) -> None:
    scene = mock.scenario(habits={"no_key": "403"})
    assert rest_answer(scene, None) == rest_answer(scene, "x")


def test_the_key_counts_only_in_the_header(mock: Mock) -> None:
    scene = mock.scenario()
    wire = scene.connect()
    request = scene.upgrade_request(key="").replace(
        b"x-auth-scheme", b"x-auth-apikey=" + scene.key.encode() + b"&x-auth-scheme"
    )
    wire.write(request)
    assert wire.head().startswith("HTTP/1.1 401 ")


def test_the_stream_wants_a_scheme_in_the_query(mock: Mock) -> None:
    scene = mock.scenario()
    wire = scene.connect()
    wire.write(scene.upgrade_request().replace(b"?x-auth-scheme=api-token", b""))
    assert wire.head().startswith("HTTP/1.1 401 ")


def test_other_paths_are_not_found(mock: Mock) -> None:
    scene = mock.scenario()
    wire = scene.connect()
    wire.write(scene.upgrade_request().replace(b"/websocket", b"/websockets"))
    assert wire.head().startswith("HTTP/1.1 404 ")


def test_CONNECTED_has_no_session_and_no_server(mock: Mock) -> None:
    wire = mock.scenario().upgraded()
    wire.text("CONNECT\naccept-version:1.0,1.1,1.2\nhost:x\nheart-beat:0,0\n\n\0")
    assert wire.frame() == (0x81, b"CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0")


def test_a_client_without_1_2_is_refused(mock: Mock) -> None:
    wire = mock.scenario().upgraded()
    wire.text("CONNECT\naccept-version:1.1\n\n\0")
    assert b"Supported protocol versions are 1.2" in wire.frame()[1]
    assert wire.frame() == (0x88, b"\x03\xea")


def test_CONNECT_without_NUL_is_kept_in_silence(mock: Mock) -> None:
    wire = mock.scenario().upgraded()
    wire.text("CONNECT\naccept-version:1.2\n\n")
    wire.client_frame(9, b"1")
    assert wire.frame() == (0x8A, b"1")
    wire.text("\0")
    assert wire.frame()[1].startswith(b"CONNECTED\n")


def test_malformed_frames_get_ERROR_and_1002(mock: Mock) -> None:
    wire = mock.scenario().connected()
    wire.text("SUBSCRIBE\nid\n\n\0")
    assert wire.frame()[1].startswith(b"ERROR\nmessage:a header line is not name\\cvalue\n")
    assert wire.frame() == (0x88, b"\x03\xea")


def test_DISCONNECT_with_receipt(mock: Mock) -> None:
    wire = mock.scenario().connected()
    wire.text("DISCONNECT\nreceipt:r-1\n\n\0")
    assert wire.frame() == (0x81, b"RECEIPT\nreceipt-id:r-1\n\n\0")
    wire.client_frame(8, b"\x03\xe8bye")
    assert wire.frame() == (0x88, b"\x03\xe8bye")
    assert wire.rest() == b""


def test_DISCONNECT_without_receipt(mock: Mock) -> None:
    wire = mock.scenario().connected()
    wire.text("DISCONNECT\n\n\0")
    assert wire.frame() == (0x81, ERROR_CLOSED)
    assert wire.frame() == (0x88, b"\x03\xea")


@pytest.mark.parametrize("habit", ["silence", "error", "close"])
def test_a_foreign_topic(mock: Mock, habit: str) -> None:
    scene = mock.scenario(habits={"foreign_topic": habit, "events": "50/s"})
    wire = scene.connected()
    wire.text("SUBSCRIBE\nid:sub-0\ndestination:/topic/change/AAAAAAAAAAAAAAAAAAAAAA\n\n\0")
    if habit == "silence":
        wire.stream.settimeout(0.3)
        with pytest.raises(TimeoutError):
            wire.read(1)
    else:
        first, _ = wire.frame()
        assert first == (0x81 if habit == "error" else 0x88)


def test_beats_come_every_N_whatever_else_is_said(mock: Mock) -> None:
    scene = mock.scenario(habits={"heart_beat": "200,0", "events": "20/s"})
    wire = scene.subscribed("0,200")
    seen = 0
    while seen < 3:
        first, payload = wire.frame()
        assert first == 0x81
        seen += payload == b"\n"
    said = [one for one in scene.journal() if one.get("text") == "\n"]
    gaps = [(b["t_ns"] - a["t_ns"]) / 200e6 for a, b in itertools.pairwise(said)]
    assert all(0.7 < gap < 1.5 for gap in gaps), gaps


def test_beats_like_Spring_are_left_out_where_events_flow(mock: Mock) -> None:
    scene = mock.scenario(habits={"heart_beat": "200,0", "events": "50/s", "beats": "spring"})
    wire = scene.subscribed("0,200")
    for _ in range(30):
        assert wire.frame()[1] != b"\n"


def test_a_silent_client_is_dropped_at_3_N_and_a_beating_one_is_not(mock: Mock) -> None:
    scene = mock.scenario(habits={"heart_beat": "0,200"})
    silent, beating = scene.connected("200,0"), scene.connected("200,0")
    for _ in range(8):
        select_nothing(0.1)
        beating.text("\n")
    assert silent.frame() == (0x81, ERROR_CLOSED)
    assert silent.frame() == (0x88, b"\x03\xea")
    beating.client_frame(9, b"1")
    assert beating.frame() == (0x8A, b"1")


def test_pings_are_no_beats(mock: Mock) -> None:
    scene = mock.scenario(habits={"heart_beat": "0,150"})
    wire = scene.connected("150,0")
    start = time.monotonic()
    frames: list[bytes] = []
    while ERROR_CLOSED not in frames and time.monotonic() - start < BOUND:
        wire.client_frame(9, b"1")
        frames.append(wire.frame()[1])
    assert 0.4 < time.monotonic() - start < 1.5


def test_events_are_whole_and_seeded(mock: Mock) -> None:
    bodies = []
    for _ in range(2):
        scene = mock.scenario(seed=3, habits={"events": "100/s"})
        wire = scene.subscribed()
        events = [json.loads(wire.message().split(b"\n\n", 1)[1][:-1]) for _ in range(5)]
        for event in events:
            assert event.pop("timestampMs") > 0
        bodies.append(events)
    assert bodies[0] == bodies[1]


def test_nested_events(mock: Mock) -> None:
    wire = mock.scenario(habits={"events": "100/s", "event_shape": "nested"}).subscribed()
    event = json.loads(wire.message().split(b"\n\n", 1)[1][:-1])
    assert "deviceUuid" not in event
    assert event["update"]["uuid"] == event["entityUuid"]


# ---- hostile clients ----------------------------------------------------------------------------


def ended(wire: Wire) -> bool:
    with contextlib.suppress(ConnectionResetError):
        wire.rest()
    return True


@pytest.mark.parametrize(
    "octets",
    [
        b"\x00\xff\xfe garbage\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 200_000,
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_garbage_for_a_request_is_answered_or_dropped(mock: Mock, octets: bytes) -> None:
    scene = mock.scenario()
    wire = scene.connect()
    try:
        wire.write(octets + b"\r\n\r\n")
        head = wire.head()
        assert head.split(" ")[1] in ("400", "431")
    except ConnectionError:
        pass
    assert rest_answer(scene, scene.key)[0].startswith("HTTP/1.1 200 ")


def test_half_a_TLS_record(mock: Mock) -> None:
    scene = mock.scenario(plain=False)
    with scene.raw() as raw:
        raw.sendall(b"\x16\x03\x01\x02\x00\x01")
    assert rest_answer(scene, scene.key)[0].startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"\x81\x05hello", 1002),  # not masked
        (b"\xc1\x80\0\0\0\0", 1002),  # RSV1
        (b"\x81\xff\x00\x00\x00\x00\x40\x00\x00\x00\0\0\0\0", 1009),  # 1 GiB
        (b"\x81\x82\0\0\0\0\xc3\x28", 1007),
    ],
)
def test_bad_websocket_frames(mock: Mock, octets: bytes, code: int) -> None:
    scene = mock.scenario()
    wire = scene.upgraded()
    wire.write(octets)
    first, payload = wire.frame()
    assert (first, payload[:2]) == (0x88, code.to_bytes(2, "big"))
    wire.close()
    assert scene.end()[-1]["kind"] == "end"


def test_terminal_escapes_of_a_client_reach_the_journal_escaped(mock: Mock) -> None:
    scene = mock.scenario()
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nlogin:\x1b[2J\n\n\0")
    wire.frame()
    with open(scene.info["journal"], "rb") as journal:
        assert b"\x1b" not in journal.read()
