"""Delivery and events: read by sockets and compared with the catalogue."""

from __future__ import annotations

import json

import pytest
from receipts import NOW, first_message, plain
from wire import Mock


def test_F_604_repeats_a_message_id(mock: Mock) -> None:
    wire = mock.scenario("F-604" + NOW).subscribed()
    assert wire.message() == wire.message()


def test_F_607_bursts_at_once(mock: Mock) -> None:
    wire = mock.scenario("F-607:after=0s,count=2000").subscribed()
    ids = [wire.message().split(b"message-id:")[1].split(b"\n")[0] for _ in range(2000)]
    assert ids == [str(at).encode() for at in range(1, 2001)]


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ("F-610/cut", b'{"entity":"POL'),
        ("F-610/quotes", b"{'a':1}"),
        ("F-610/nan", b'{"durationSec":NaN}'),
        ("F-610/comma", b'{"entity":"DOOR_STATE",}'),
        ("F-610/empty", b""),
    ],
)
def test_F_610_bodies(mock: Mock, fault: str, body: bytes) -> None:
    wire = mock.scenario(fault + NOW).subscribed()
    assert plain(wire.message()) == body
    json.loads(plain(wire.message()))


@pytest.mark.parametrize(("fault", "ends"), [("nul", b"}\0\0"), ("blanks", b"}  "), ("lf", b"}\n")])
def test_F_611_counts_what_is_behind_the_body(mock: Mock, fault: str, ends: bytes) -> None:
    assert plain(first_message(mock, f"F-611/{fault}")).endswith(ends)


def test_F_612_starts_with_a_byte_order_mark(mock: Mock) -> None:
    assert plain(first_message(mock, "F-612")).startswith(b"\xef\xbb\xbf{")


def test_F_618_is_unknown_and_legal(mock: Mock) -> None:
    event = json.loads(plain(first_message(mock, "F-618")))
    assert event["entity"] == "QUANTUM_STATE"
