"""Delivery: which events come and when; read by sockets and compared with the catalogue."""

from __future__ import annotations

import hashlib
import time

import pytest
from receipts import NOW, body_of, plain, receipt, scene_topic
from wire import Mock, Scene, Wire


def ids(wire: Wire, count: int) -> list[int]:
    """The message-ids of the next messages."""
    return [int(wire.message().split(b"\nmessage-id:")[1].split(b"\n")[0]) for _ in range(count)]


def publish(scene: Scene, count: int = 1) -> None:
    status, _ = scene.mock.control("POST", f"/scenarios/{scene.id}/events", {"count": count})
    assert status == 200


def message(body: bytes, *, subscription: str = "sub-0", topic: str, extra: str = "") -> bytes:
    """The catalogue's MSG with the first id."""
    head = f"MESSAGE\nsubscription:{subscription}\nmessage-id:1\ndestination:{topic}\n"
    return (
        f"{head}content-type:application/json\ncontent-length:{len(body)}\n{extra}\n".encode()
        + (body + b"\0")
    )


def in_one_frame(payload: bytes) -> bytes:
    """The payload as an unmasked WebSocket text frame of 126 to 65535 octets."""
    return b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload


@pytest.mark.parametrize(
    ("fault", "subscription", "topic"),
    [
        ("F-601", "sub-9", "{topic}"),
        ("F-602", "sub-0", "/topic/change/other"),
    ],
)
def test_F_601_F_602_for_another(mock: Mock, fault: str, subscription: str, topic: str) -> None:
    scene = mock.scenario(fault + NOW)
    payload = scene.subscribed().message()
    topic = topic.format(topic=scene_topic(scene))
    assert payload == message(body_of(payload), subscription=subscription, topic=topic)
    receipt(scene, in_one_frame(payload), "subscribed")


@pytest.mark.parametrize("name", ["subscription", "message-id", "destination"])
def test_F_603_lacks_a_header(mock: Mock, name: str) -> None:
    scene = mock.scenario(f"F-603/{name}" + NOW)
    payload = scene.subscribed().message()
    whole = message(body_of(payload), topic=scene_topic(scene)).split(b"\n")
    assert payload.split(b"\n") == [
        line for line in whole if not line.startswith(name.encode() + b":")
    ]
    receipt(scene, in_one_frame(payload), "subscribed")


def test_F_604_repeats_a_message_id(mock: Mock) -> None:
    scene = mock.scenario("F-604" + NOW)
    wire = scene.subscribed()
    payload = wire.message()
    assert wire.message() == payload
    receipt(scene, in_one_frame(payload) * 2, "subscribed")


def test_F_605_withholds_events_with_their_ids(mock: Mock) -> None:
    scene = mock.scenario("F-605/gap:after=2events,span=400ms")
    wire = scene.subscribed()
    publish(scene, 2)
    assert ids(wire, 2) == [1, 2]
    scene.wait_for("fault.injected")
    publish(scene, 3)
    begun = time.monotonic()
    while len(scene.receipts()) < 2:
        assert time.monotonic() - begun < 10
    publish(scene)
    assert ids(wire, 1) == [6]
    first, last = scene.receipts()
    assert (first["octets"], last["octets"]) == (0, 0)
    assert last["t_ns"] - first["t_ns"] >= 380e6


def test_F_605_turns_the_order(mock: Mock) -> None:
    scene = mock.scenario("F-605/order" + NOW)
    wire = scene.subscribed()
    payloads = [wire.message() for _ in range(3)]
    assert [one.split(b"\nmessage-id:")[1][:1] for one in payloads] == [b"3", b"1", b"2"]
    receipt(scene, b"".join(in_one_frame(one) for one in payloads), "subscribed")


def test_F_607_bursts_within_its_time(mock: Mock) -> None:
    scene = mock.scenario("F-607:after=0s,count=10000,span=500ms")
    wire = scene.subscribed()
    begun, octets = time.monotonic(), hashlib.sha256()
    for at in range(1, 10001):
        first, payload = wire.frame()
        assert first == 0x81
        assert f"\nmessage-id:{at}\n".encode() in payload
        plain(payload)
        octets.update(in_one_frame(payload))
    assert time.monotonic() - begun >= 0.45
    found = scene.wait_for("fault.injected")
    assert found["sha256"] == octets.hexdigest()
    wire.client_frame(9, b"still here")
    assert wire.frame() == (0x8A, b"still here")


def test_F_607_is_made_in_no_time(mock: Mock) -> None:
    scene = mock.scenario("F-607:after=0s,count=10000,span=0s")
    wire = scene.subscribed()
    assert ids(wire, 10000) == list(range(1, 10001))


def test_F_608_is_steady(mock: Mock) -> None:
    scene = mock.scenario("F-608:rate=100,span=500ms")
    wire = scene.subscribed()
    begun = time.monotonic()
    payloads = [wire.message() for _ in range(50)]
    assert time.monotonic() - begun >= 0.4
    publish(scene)
    assert ids(wire, 1) == [51]
    frames = [in_one_frame(one) for one in payloads]
    receipt(scene, frames[0], "subscribed")
    rest = scene.receipts()[1]
    assert rest["sha256"] == hashlib.sha256(b"".join(frames[1:])).hexdigest()


def test_F_608_has_its_receipt_when_the_client_leaves_early(mock: Mock) -> None:
    scene = mock.scenario("F-608:rate=100")
    wire = scene.subscribed()
    assert ids(wire, 5) == [1, 2, 3, 4, 5]
    wire.close()
    scene.wait_for("tcp.closed")
    first, rest = scene.receipts()
    assert rest["octets"] >= 4 * (first["octets"] - 100)


def test_F_609_is_silent_but_for_beats(mock: Mock) -> None:
    habits = {"events": "100/s", "heart_beat": "100,0"}
    scene = mock.scenario("F-609:span=350ms", habits=habits)
    wire = scene.subscribed("0,100")
    assert [wire.frame() for _ in range(3)] == [(0x81, b"\n")] * 3
    assert ids(wire, 2) == [1, 2]
    first, last = [one for one in scene.journal() if one["kind"] == "fault.injected"]
    assert first["octets"] == 0
    assert last["t_ns"] - first["t_ns"] >= 330e6


@pytest.mark.parametrize("fault", ["F-605/gap", "F-608:rate=200", "F-609"])
def test_what_goes_on_ends_when_it_is_disarmed(mock: Mock, fault: str) -> None:
    scene = mock.scenario(fault + (NOW if ":" not in fault else ",after=0s"))
    wire = scene.subscribed()
    scene.wait_for("fault.injected")
    status, _ = mock.control("DELETE", f"/scenarios/{scene.id}/faults")
    assert status == 200
    deadline = time.monotonic() + 10
    while len(scene.receipts()) < 2:
        assert time.monotonic() < deadline
    publish(scene)
    wire.client_frame(9, b"quiet")
    frames = []
    while (frame := wire.frame()) != (0x8A, b"quiet"):
        frames.append(frame)
    assert frames[-1][1].startswith(b"MESSAGE\n")
    wire.stream.settimeout(0.2)
    with pytest.raises(TimeoutError):
        wire.read(1)


def slow(mock: Mock, variant: str) -> tuple[Scene, Wire]:
    fault = f"F-614/{variant}:after=0s,octets=900,rate=1000"
    scene = mock.scenario(fault, habits={"heart_beat": "300,0"})
    return scene, scene.subscribed("0,300")


def test_F_614_one_frame_comes_slowly(mock: Mock) -> None:
    scene, wire = slow(mock, "frame")
    begun = time.monotonic()
    first, payload = wire.frame()
    assert time.monotonic() - begun >= 0.09 * (len(payload) // 100)
    assert (first, len(body_of(payload))) == (0x81, 900)
    receipt(scene, in_one_frame(payload), "subscribed")
    assert wire.frame() == (0x81, b"\n")


@pytest.mark.parametrize(("variant", "firsts"), [("fragments", [0x01, 0]), ("messages", [0x81])])
def test_F_614_pieces_let_pongs_between(mock: Mock, variant: str, firsts: list[int]) -> None:
    scene, wire = slow(mock, variant)
    begun, payload, pieces = time.monotonic(), b"", []
    first, piece = wire.frame()
    assert (first, len(piece)) == (firsts[0], 100)
    wire.client_frame(9, b"between")
    assert wire.frame() == (0x8A, b"between")
    while True:
        payload += piece
        pieces.append(bytes([first, len(piece)]) + piece)
        if payload.endswith(b"}\0"):
            break
        first, piece = wire.frame()
        assert first in (firsts[-1], 0x80 | firsts[-1])
    assert time.monotonic() - begun >= 0.09 * (len(pieces) - 1)
    assert len(body_of(payload)) == 900
    assert (first & 0x80) == 0x80
    assert wire.frame() == (0x81, b"\n")
    assert receipt(scene, pieces[0], "subscribed")
    rest = scene.receipts()[1]
    assert rest["sha256"] == hashlib.sha256(b"".join(pieces[1:])).hexdigest()


@pytest.mark.parametrize("variant", ["topic", "body"])
def test_F_620_is_about_another_organization(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-620/{variant}" + NOW)
    payload = scene.subscribed().message()
    topic = payload.split(b"\ndestination:")[1].split(b"\n")[0].decode()
    if variant == "topic":
        assert topic != scene_topic(scene)
        assert len(topic) == len("/topic/change/") + 22
    else:
        assert topic == scene_topic(scene)
        assert b',"orgUuid":"' in plain(payload)
    receipt(scene, in_one_frame(payload), "subscribed")


def test_F_622_sends_after_unsubscribe(mock: Mock) -> None:
    scene = mock.scenario("F-622/unsubscribe")
    wire = scene.subscribed()
    wire.text("UNSUBSCRIBE\nid:sub-0\n\n\0")
    payload = wire.message()
    assert payload.startswith(b"MESSAGE\nsubscription:sub-0\n")
    receipt(scene, in_one_frame(payload), "subscribed")
    publish(scene)
    wire.text("DISCONNECT\nreceipt:r\n\n\0")
    while (last := wire.message()).startswith(b"MESSAGE"):
        pass
    assert last == b"RECEIPT\nreceipt-id:r\n\n\0"


def test_F_622_sends_after_disconnect(mock: Mock) -> None:
    scene = mock.scenario("F-622/disconnect")
    wire = scene.subscribed()
    wire.text("DISCONNECT\nreceipt:r\n\n\0")
    payload = wire.message()
    assert payload.startswith(b"MESSAGE\n")
    assert wire.message() == b"RECEIPT\nreceipt-id:r\n\n\0"
    receipt(scene, in_one_frame(payload), "subscribed")


def test_F_624_is_late(mock: Mock) -> None:
    scene = mock.scenario("F-624/late:span=300ms", habits={"events": "100/s"})
    begun = time.monotonic()
    wire = scene.subscribed()
    assert ids(wire, 2) == [1, 2]
    assert time.monotonic() - begun >= 0.3
    assert scene.wait_for("fault.injected")["state"] == "subscribed"


def test_F_624_is_early(mock: Mock) -> None:
    scene = mock.scenario("F-624/early")
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    payload = wire.message()
    connected = b"CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0"
    assert payload.startswith(connected)
    event = payload.removeprefix(connected)
    assert event == message(body_of(event), topic=scene_topic(scene))
    receipt(scene, in_one_frame(payload), "upgraded")
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:{scene_topic(scene)}\n\n\0")
    publish(scene)
    assert ids(wire, 1) == [2]
