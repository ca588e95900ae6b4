"""permessage-deflate: read by sockets, inflated by zlib, and compared with the catalogue."""

from __future__ import annotations

import hashlib
import json
import zlib

import pytest
from receipts import CONNECTED, NOW, body_of, receipt
from wire import Mock, Scene, Wire

TAIL = b"\x00\x00\xff\xff"  # RFC 7692, section 7.2.2
OFFER = "permessage-deflate; client_max_window_bits"


def offering(scene: Scene, offer: str = OFFER) -> tuple[str, Wire]:
    """The head of the 101 that answers the offer, and the connection."""
    wire = scene.connect()
    wire.write(scene.upgrade_request(f"Sec-WebSocket-Extensions: {offer}"))
    head = wire.head()
    assert head.startswith("HTTP/1.1 101 "), head
    return head, wire


def subscribe(scene: Scene, wire: Wire) -> None:
    """CONNECT and SUBSCRIBE, neither compressed; CONNECTED is not read."""
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{scene.org}\n\n\0")


def events(mock: Mock, scene: Scene) -> list[tuple[int, bytes]]:
    """Two MESSAGEs as first octet and payload, behind a CONNECTED that was not compressed."""
    _, wire = offering(scene)
    subscribe(scene, wire)
    frames = [wire.frame()]
    mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 2})
    return [*frames, wire.frame(), wire.frame()]


def inflated(payload: bytes, context: zlib._Decompress) -> bytes:
    return context.decompress(payload + TAIL)


def fresh() -> zlib._Decompress:
    return zlib.decompressobj(wbits=-15)


def test_F_319_context_is_taken_over(mock: Mock) -> None:
    scene = mock.scenario("F-319/take-over")
    head, _ = offering(mock.scenario("F-319/take-over"))
    assert "Sec-WebSocket-Extensions: permessage-deflate\r\n" in head
    frames = events(mock, scene)
    assert [first for first, _ in frames] == [0xC1] * 3
    context = fresh()
    connected, *messages = [inflated(payload, context) for _, payload in frames]
    assert connected == CONNECTED
    for message in messages:
        json.loads(body_of(message))
    with pytest.raises(zlib.error):
        inflated(frames[2][1], fresh())
    octets = b"\xc1" + bytes([len(frames[0][1])]) + frames[0][1]
    receipt(scene, octets, "upgraded")


def test_F_319_one_receipt_for_what_follows(mock: Mock) -> None:
    scene = mock.scenario("F-319/no-take-over")
    octets = b""
    for first, payload in events(mock, scene)[1:]:
        size = len(payload)
        octets += bytes([first]) + (b"\x7e\x00" if size > 125 else b"") + bytes([size]) + payload
    scene.end()
    _, second = scene.receipts()
    assert second["octets"] == len(octets)
    assert second["sha256"] == hashlib.sha256(octets).hexdigest()


def test_F_319_context_is_not_taken_over(mock: Mock) -> None:
    scene = mock.scenario("F-319/no-take-over")
    head, _ = offering(mock.scenario("F-319/no-take-over"))
    assert "server_no_context_takeover" in head
    assert "client_no_context_takeover" in head
    frames = events(mock, scene)
    assert [first for first, _ in frames] == [0xC1] * 3
    for _, payload in frames[1:]:
        json.loads(body_of(inflated(payload, fresh())))


def test_F_319_short_messages_are_not_compressed(mock: Mock) -> None:
    frames = events(mock, mock.scenario("F-319/small-plain"))
    assert frames[0] == (0x81, CONNECTED)
    assert [first for first, _ in frames[1:]] == [0xC1, 0xC1]
    context = fresh()
    for _, payload in frames[1:]:
        json.loads(body_of(inflated(payload, context)))


def test_F_319_only_the_first_fragment_has_RSV1(mock: Mock) -> None:
    scene = mock.scenario("F-319/fragments")
    _, wire = offering(scene)
    subscribe(scene, wire)
    frames = [wire.frame() for _ in range(3)]
    assert [first for first, _ in frames] == [0x41, 0x00, 0x80]
    assert inflated(b"".join(payload for _, payload in frames), fresh()) == CONNECTED
    scene.wait_for("ws.frame", opcode=0, fin=True)
    seen = [one for one in scene.journal() if one["kind"] == "ws.frame" and one["from"] == "server"]
    assert [(one["rsv"], one["opcode"], one["fin"]) for one in seen] == [
        (4, 1, False),
        (0, 0, False),
        (0, 0, True),
    ]


def test_F_319_the_client_compresses_as_well(mock: Mock) -> None:
    scene = mock.scenario("F-319/take-over")
    _, wire = offering(scene)
    context = zlib.compressobj(wbits=-15)
    for text in ("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0", "SUBSCRIBE\nid:7\n\n\0"):
        payload = context.compress(text.encode()) + context.flush(zlib.Z_SYNC_FLUSH)
        wire.write(b"\xc1" + bytes([0x80 | (len(payload) - 4)]) + bytes(4) + payload[:-4])
    answers = fresh()
    assert inflated(wire.frame()[1], answers) == CONNECTED
    assert b"SUBSCRIBE needs id and destination" in inflated(wire.frame()[1], answers)


def test_a_compressed_key_stands_in_no_record(mock: Mock) -> None:
    scene = mock.scenario("F-319/take-over")
    _, wire = offering(scene)
    context = zlib.compressobj(wbits=-15)
    text = f"CONNECT\naccept-version:1.2\npasscode:{scene.key}\n\n\0"
    payload = context.compress(text.encode()) + context.flush(zlib.Z_SYNC_FLUSH)
    wire.write(b"\xc1" + bytes([0x80 | (len(payload) - 4)]) + bytes(4) + payload[:-4])
    wire.frame()
    record = scene.wait_for("ws.frame", **{"from": "client"})
    assert record["text"] == "‹credential›"
    assert record["redacted"] == [{"at": "/text", "octets": len(payload) - 4}]


def test_a_bomb_of_the_clients_is_refused(mock: Mock) -> None:
    _, wire = offering(mock.scenario("F-319/take-over"))
    context = zlib.compressobj(wbits=-15)
    payload = context.compress(bytes(64 << 20)) + context.flush(zlib.Z_SYNC_FLUSH)
    wire.write(b"\xc1\xff" + (len(payload) - 4).to_bytes(8, "big") + bytes(4) + payload[:-4])
    first, close = wire.frame()
    assert (first, close[:2]) == (0x88, b"\x03\xf1")


@pytest.mark.parametrize("offer", ["x-webkit-deflate-frame", "permessage-deflate; mode=best", ";,"])
def test_without_an_offer_nothing_is_compressed_and_the_journal_says_so(
    mock: Mock, offer: str
) -> None:
    scene = mock.scenario("F-319", f"F-321{NOW}")
    head, wire = offering(scene, offer)
    assert "Extensions" not in head
    subscribe(scene, wire)
    assert wire.frame() == (0x81, CONNECTED)
    scene.wait_for("ws.frame", opcode=1, read=3)
    notes = [one["text"] for one in scene.journal() if one["kind"] == "note"]
    reason = "was not injected: the client offers no permessage-deflate that can be agreed to"
    assert notes == [f"F-319/take-over {reason}", f"F-321/corrupt {reason}"]
    assert not scene.receipts()


def test_F_320_on_a_continuation(mock: Mock) -> None:
    scene = mock.scenario(f"F-320/continuation{NOW}")
    _, wire = offering(scene)
    subscribe(scene, wire)
    assert wire.frame() == (0x81, CONNECTED)
    (first, head), (second, tail) = wire.frame(), wire.frame()
    assert (first, second) == (0x41, 0xC0)
    json.loads(body_of(inflated(head + tail, fresh())))


def test_F_320_without_an_offer(mock: Mock) -> None:
    wire = mock.scenario(f"F-320/continuation{NOW}").subscribed()
    (first, head), (second, tail) = wire.frame(), wire.frame()
    assert (first, second) == (0x01, 0xC0)
    json.loads(body_of(head + tail))


def test_F_320_on_a_ping(mock: Mock) -> None:
    scene = mock.scenario(f"F-320/ping{NOW}")
    assert scene.subscribed().read(2) == b"\xc9\x00"
    receipt(scene, b"\xc9\x00", "subscribed")


def test_F_321_corrupt(mock: Mock) -> None:
    scene = mock.scenario(f"F-321/corrupt{NOW}")
    _, wire = offering(scene)
    subscribe(scene, wire)
    assert wire.frame() == (0x81, CONNECTED)
    octets = wire.read(7)
    assert octets == b"\xc1\x05" + b"\xff" * 5
    with pytest.raises(zlib.error):
        inflated(octets[2:], fresh())
    receipt(scene, octets, "subscribed")


def test_F_321_six_MiB_are_one_GiB(mock: Mock) -> None:
    scene = mock.scenario(f"F-321/bomb{NOW}")
    _, wire = offering(scene)
    subscribe(scene, wire)
    assert wire.frame() == (0x81, CONNECTED)
    header = wire.read(10)
    assert header[:2] == b"\xc1\x7f"
    length = int.from_bytes(header[2:], "big")
    assert 6 << 20 < length < 7 << 20
    payload = wire.read(length)
    block = payload[: (length + len(TAIL)) // 1024]
    assert payload + TAIL == block * 1024
    assert fresh().decompress(block) == b"a" * (1 << 20)
    receipt(scene, header + payload, "subscribed")
    record = scene.wait_for("ws.frame", rsv=4)
    assert record["octets"] == length
    assert len(record["base64"]) < 100_000


def test_F_321_what_follows_the_bomb_does_not_lean_on_it(mock: Mock) -> None:
    scene = mock.scenario("F-319/take-over", "F-321/bomb:octets=1048576,after=1events")
    _, wire = offering(scene)
    subscribe(scene, wire)
    frames = [wire.frame()]
    mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 1})
    frames += [wire.frame(), wire.frame()]
    mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 1})
    frames.append(wire.frame())
    context = fresh()
    connected, event, bomb, later = [inflated(payload, context) for _, payload in frames]
    assert (connected, len(bomb)) == (CONNECTED, 1 << 20)
    json.loads(body_of(event))
    json.loads(body_of(later))
