"""The STOMP dialogue: read by sockets and compared with the catalogue."""

from __future__ import annotations

import pytest
from receipts import receipt
from wire import Mock


def test_F_460_refuses_the_subscription(mock: Mock) -> None:
    scene = mock.scenario("F-460")
    wire = scene.subscribed()
    error = b"ERROR\nmessage:Access denied to destination\ncontent-length:0\n\n\0"
    assert wire.frame() == (0x81, error)
    assert wire.frame() == (0x88, b"\x03\xea")
    receipt(scene, b"\x81\x3e" + error + b"\x88\x02\x03\xea", "connected")


@pytest.mark.parametrize("code", [1002, 1008])
def test_F_461_closes_without_a_word(mock: Mock, code: int) -> None:
    wire = mock.scenario(f"F-461/{code}").subscribed()
    assert wire.frame() == (0x88, code.to_bytes(2, "big"))


def test_F_463_goes_on_after_ERROR(mock: Mock) -> None:
    wire = mock.scenario("F-463").subscribed()
    commands = [wire.message().split(b"\n")[0] for _ in range(4)]
    assert commands == [b"ERROR", b"MESSAGE", b"MESSAGE", b"MESSAGE"]


def test_F_466_answers_DISCONNECT_with_ERROR(mock: Mock) -> None:
    wire = mock.scenario("F-466").connected()
    wire.text("DISCONNECT\n\n\0")
    assert wire.frame() == (0x81, b"ERROR\nmessage:Session closed.\n\n\0")
    assert wire.frame() == (0x88, b"\x03\xea")


def test_F_466_answers_a_receipt(mock: Mock) -> None:
    wire = mock.scenario("F-466").connected()
    wire.text("DISCONNECT\nreceipt:bye\n\n\0")
    assert wire.frame() == (0x81, b"RECEIPT\nreceipt-id:bye\n\n\0")
