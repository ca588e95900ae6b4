"""WebSocket frames: read by sockets and compared with the catalogue."""

from __future__ import annotations

import hashlib
import json
import time

import pytest
from receipts import CONNECTED, NOW, body_of, comes_after_subscribe, framed, receipt
from wire import Mock

OCTETS = [
    ("F-303", b"\x81\x02\xc3\x28"),
    ("F-306", b"\x89\x7d" + bytes(range(125))),
    ("F-310", b"\x8a\x00\x81\x00\x82\x00"),
    (
        "F-311",
        bytes.fromhex("818501020304")
        + bytes(a ^ b for a, b in zip(b"hello", bytes([1, 2, 3, 4, 1]), strict=True)),
    ),
    ("F-312/rsv1", b"\xc1\x05hello"),
    ("F-312/rsv2", b"\xa1\x05hello"),
    ("F-312/rsv3", b"\x91\x05hello"),
    ("F-312/opcode-3", b"\x83\x05hello"),
    ("F-312/opcode-11", b"\x8b\x05hello"),
    ("F-314/fragmented-ping", b"\x09\x00"),
    ("F-314/ping-126", b"\x89\x7e\x00\x7e" + bytes(range(126))),
    ("F-314/stray-continuation", b"\x80\x05hello"),
    ("F-314/text-in-text", b"\x01\x05hello\x81\x05hello"),
    ("F-316/not-minimal", b"\x81\x7e\x00\x05hello"),
    ("F-316/2-63", b"\x81\x7f\x80" + bytes(7)),
    ("F-316/4-gib", b"\x81\x7f" + (4 << 30).to_bytes(8, "big") + b"x" * 1024),
]


@pytest.mark.parametrize(("fault", "octets"), OCTETS, ids=[name for name, _ in OCTETS])
def test_octets_in_the_stream(mock: Mock, fault: str, octets: bytes) -> None:
    comes_after_subscribe(mock, fault, octets)


def test_F_301_fragments_with_a_ping_between(mock: Mock) -> None:
    scene = mock.scenario("F-301:after=0s,gap=200ms,times=1")
    wire = scene.subscribed()
    frames = [wire.frame() for _ in range(3)]
    begun = time.monotonic()
    frames.append(wire.frame())
    assert time.monotonic() - begun > 0.1
    assert [first for first, _ in frames] == [0x01, 0x89, 0x00, 0x80]
    json.loads(body_of(b"".join(payload for _, payload in frames)))
    receipt(scene, b"".join(framed(payload, first) for first, payload in frames), "subscribed")


@pytest.mark.parametrize(
    ("fault", "firsts"),
    [("F-302", [0x01, 0x80]), ("F-304", [0x81, 0x81]), ("F-305/cut", [0x82, 0x82])],
)
def test_a_character_is_cut(mock: Mock, fault: str, firsts: list[int]) -> None:
    scene = mock.scenario(fault + NOW)
    wire = scene.subscribed()
    (one, head), (two, tail) = wire.frame(), wire.frame()
    assert [one, two] == firsts
    receipt(scene, framed(head, one) + framed(tail, two), "subscribed")
    assert head.endswith(b"\xc3")
    assert tail.startswith(b"\xbc")
    assert json.loads(body_of(head + tail))["textDescription"] == "Tür"


def test_F_305_whole_is_all_binary(mock: Mock) -> None:
    scene = mock.scenario("F-305/whole")
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert wire.frame() == (0x82, CONNECTED)
    receipt(scene, framed(CONNECTED, 0x82), "upgraded")


def test_F_307_ten_thousand_pings(mock: Mock) -> None:
    scene = mock.scenario(f"F-307{NOW}")
    octets = b"".join(b"\x89\x08" + f"{at:08}".encode() for at in range(10_000))
    begun = time.monotonic()
    assert scene.subscribed().read(len(octets)) == octets
    assert time.monotonic() - begun > 0.9
    receipt(scene, octets, "subscribed")


def test_F_307_count_and_span_are_parameters(mock: Mock) -> None:
    scene = mock.scenario("F-307:after=0s,count=3,span=20ms")
    octets = b"\x89\x0800000000\x89\x0800000001\x89\x0800000002"
    assert scene.subscribed().read(len(octets)) == octets
    receipt(scene, octets, "subscribed")


def test_F_316_nothing_follows_the_first_KiB(mock: Mock) -> None:
    wire = mock.scenario("F-316/4-gib:after=0s", habits={"events": "50/s"}).subscribed("20,20")
    assert wire.read(2) == b"\x81\x7f"
    wire.read(8 + 1024)
    wire.stream.settimeout(0.2)
    with pytest.raises(TimeoutError):
        wire.read(1)


def test_F_308_pings_and_drops_who_never_answers(mock: Mock) -> None:
    scene = mock.scenario("F-308:every=200ms,patience=500ms")
    wire = scene.upgraded()
    begun = time.monotonic()
    assert wire.read(2) == b"\x89\x00"
    receipt(scene, b"\x89\x00", "upgraded")
    assert wire.rest() == b"\x89\x00" * 2
    assert time.monotonic() - begun > 0.45
    wire.close()
    scene.wait_for("fault.injected", octets=4)
    _, second = scene.receipts()
    assert (second["octets"], second["at"]) == (4, scene.receipts()[0]["at"] + 2)
    assert second["sha256"] == hashlib.sha256(b"\x89\x00" * 2).hexdigest()


def test_F_308_keeps_who_answers_late(mock: Mock) -> None:
    scene = mock.scenario("F-308:every=100ms,patience=400ms")
    wire = scene.upgraded()
    for _ in range(8):
        assert wire.read(2) == b"\x89\x00"
        wire.client_frame(10)
    begun = time.monotonic()
    assert set(wire.rest()) == {0x89, 0x00}
    assert time.monotonic() - begun > 0.35


def test_F_309_a_ping_has_no_pong(mock: Mock) -> None:
    scene = mock.scenario("F-309")
    wire = scene.upgraded()
    wire.client_frame(9, b"anybody?")
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert wire.frame() == (0x81, CONNECTED)
    receipt(scene, b"", "upgraded")
    wire.client_frame(8, b"\x03\xe8")
    assert wire.frame() == (0x88, b"\x03\xe8")


def test_F_309_counts(mock: Mock) -> None:
    wire = mock.scenario("F-309:times=1").upgraded()
    wire.client_frame(9, b"one")
    wire.client_frame(9, b"two")
    assert wire.frame() == (0x8A, b"two")


def test_F_318_fragments_of_one_octet(mock: Mock) -> None:
    scene = mock.scenario(f"F-318{NOW}")
    wire = scene.subscribed()
    length, seen = 3 * (64 << 20), 3
    assert wire.read(3) == b"\x01\x01x"
    digest = hashlib.sha256(b"\x01\x01x")
    while seen < length:
        octets = wire.read(len(wire.buffer)) or wire.stream.recv(1 << 20)
        assert octets
        digest.update(octets)
        expected = b"\x00\x01x" * (len(octets) // 3 + 2)
        expected = expected[seen % 3 : seen % 3 + len(octets)]
        seen += len(octets)
        assert octets == expected[:-3] + (expected[-3:] if seen < length else b"\x80\x01x")
    found = receipt(scene, None, "subscribed")
    assert (seen, found["octets"]) == (length, length)
    assert found["sha256"] == digest.hexdigest()
    assert scene.wait_for("drop")["count"] == (64 << 20) - 2
    assert sum(one["kind"] == "ws.frame" for one in scene.journal()) < 10


def test_F_318_ends_where_the_client_closes(mock: Mock) -> None:
    scene = mock.scenario(f"F-318{NOW}")
    wire = scene.subscribed()
    wire.read(3 << 20)
    wire.client_frame(8, b"\x03\xf1")
    behind = bytearray(wire.read(len(wire.buffer)))
    while octets := wire.stream.recv(1 << 20):
        behind += octets
        assert len(behind) < 32 << 20
    assert behind.endswith(b"\x00\x01x\x80\x01x\x88\x02\x03\xf1")
    assert scene.wait_for("drop")["count"] == ((3 << 20) + len(behind) - 4) // 3 - 2
