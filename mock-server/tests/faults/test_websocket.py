"""WebSocket frames: read by sockets and compared with the catalogue."""

from __future__ import annotations

import json

import pytest
from receipts import CONNECTED, NOW, body_of, comes_after_subscribe
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
]


@pytest.mark.parametrize(("fault", "octets"), OCTETS, ids=[name for name, _ in OCTETS])
def test_octets_in_the_stream(mock: Mock, fault: str, octets: bytes) -> None:
    comes_after_subscribe(mock, fault, octets)


def test_F_301_fragments_with_a_ping_between(mock: Mock) -> None:
    wire = mock.scenario("F-301:after=0s,gap=10ms").subscribed()
    firsts, joined = [], b""
    for _ in range(4):
        first, payload = wire.frame()
        firsts.append(first)
        joined += payload
    assert firsts == [0x01, 0x89, 0x00, 0x80]
    json.loads(body_of(joined))


@pytest.mark.parametrize(
    ("fault", "firsts"),
    [("F-302", [0x01, 0x80]), ("F-304", [0x81, 0x81]), ("F-305/cut", [0x82, 0x82])],
)
def test_a_character_is_cut(mock: Mock, fault: str, firsts: list[int]) -> None:
    wire = mock.scenario(fault + NOW).subscribed()
    (one, head), (two, tail) = wire.frame(), wire.frame()
    assert [one, two] == firsts
    assert head.endswith(b"\xc3")
    assert tail.startswith(b"\xbc")
    assert json.loads(body_of(head + tail))["textDescription"] == "Tür"


def test_F_305_whole_is_all_binary(mock: Mock) -> None:
    scene = mock.scenario("F-305/whole")
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert wire.frame() == (0x82, CONNECTED)
