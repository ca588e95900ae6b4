"""The STOMP dialogue: read by sockets and compared with the catalogue."""

from __future__ import annotations

import time

import pytest
from receipts import CONNECTED, NOW, framed, receipt, scene_topic
from wire import Mock, Wire

from rhombus_mock.faults import catalogue

CLOSE_1002 = (0x88, b"\x03\xea")
CONNECT = "CONNECT\naccept-version:1.2\nhost:mock\nheart-beat:10000,10000\n\n\0"


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


def connecting(wire: Wire) -> float:
    """Sends CONNECT; when that was."""
    begun = time.monotonic()
    wire.text(CONNECT)
    return begun


@pytest.mark.parametrize("variant", ["late", "too-late"])
def test_F_452_answers_late_and_hears_meanwhile(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-452/{variant}:delay=600ms")
    wire = scene.upgraded()
    begun = connecting(wire)
    wire.client_frame(9, b"there?")
    assert wire.frame() == (0x8A, b"there?")
    assert time.monotonic() - begun < 0.6
    assert wire.frame() == (0x81, CONNECTED)
    assert time.monotonic() - begun >= 0.6
    receipt(scene, framed(CONNECTED), "upgraded")
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{scene.org}\n\n\0")
    scene.mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 1})
    assert wire.message().startswith(b"MESSAGE\n")


@pytest.mark.parametrize(("variant", "seconds"), [("late", 5.0), ("too-late", 60.0)])
def test_F_452_is_as_late_as_the_catalogue_says(variant: str, seconds: float) -> None:
    assert catalogue.parse(f"F-452/{variant}").parameters == {"delay": seconds}


def test_F_452_has_its_receipt_when_the_client_gives_up(mock: Mock) -> None:
    scene = mock.scenario("F-452/too-late")
    wire = scene.upgraded()
    connecting(wire)
    wire.client_frame(9, b"heard")
    wire.frame()
    wire.close()
    receipt(scene, b"", "upgraded")


INTERNAL_ERROR = b"ERROR\nmessage:Internal error\ncontent-length:0\n\n\0"


def test_F_462_can_be_read_although_RST_follows(mock: Mock) -> None:
    scene = mock.scenario("F-462" + NOW)
    wire = scene.subscribed()
    assert wire.frame() == (0x81, INTERNAL_ERROR)
    with pytest.raises(ConnectionResetError):
        wire.rest()
    receipt(scene, framed(INTERNAL_ERROR), "subscribed")


def test_F_462_can_be_read_above_TLS(mock: Mock) -> None:
    scene = mock.scenario("F-462" + NOW, plain=False)
    assert scene.subscribed().frame() == (0x81, INTERNAL_ERROR)
    scene.wait_for("tcp.closed", by="rst", **{"from": "server"})


@pytest.mark.parametrize(("parameters", "octets"), [("", 1048576), (":octets=70001", 70001)])
def test_F_464_is_a_large_ERROR(mock: Mock, parameters: str, octets: int) -> None:
    scene = mock.scenario("F-464/large" + parameters)
    wire = scene.upgraded()
    connecting(wire)
    first, error = wire.frame()
    head, _, rest = error.partition(b"\n\n")
    assert first == 0x81
    assert head.startswith(b"ERROR\n")
    assert f"\ncontent-length:{octets}".encode() in head
    assert (len(rest), rest[-1:]) == (octets + 1, b"\0")
    assert wire.frame() == CLOSE_1002
    receipt(scene, framed(error) + framed(b"\x03\xea", 0x88), "upgraded")


@pytest.mark.parametrize(
    ("variant", "message", "body"),
    [
        ("html", b"<b>502</b> Bad Gateway", b"<!DOCTYPE html>\n<html>"),
        ("escapes", b"\x1b[2J\x1b]0;owned\x07Access refused", b"\x1b[31mred\x1b[0m"),
    ],
)
def test_F_464_is_an_ERROR_that_must_not_be_shown_as_it_is(
    mock: Mock, variant: str, message: bytes, body: bytes
) -> None:
    wire = mock.scenario(f"F-464/{variant}").upgraded()
    connecting(wire)
    _, error = wire.frame()
    head, _, rest = error.partition(b"\n\n")
    assert head.startswith(b"ERROR\nmessage:" + message.replace(b":", b"\\c") + b"\n")
    assert f"\ncontent-length:{len(rest) - 1}".encode() in head
    assert rest.startswith(body)
    assert wire.frame() == CLOSE_1002


RECEIPT = b"RECEIPT\nreceipt-id:bye\n\n\0"
OTHER = b"RECEIPT\nreceipt-id:bye-other\n\n\0"


@pytest.mark.parametrize(
    ("variant", "answers"),
    [("never", []), ("late", [RECEIPT]), ("wrong-id", [OTHER]), ("twice", [RECEIPT, RECEIPT])],
)
def test_F_465_answers_DISCONNECT_oddly(mock: Mock, variant: str, answers: list[bytes]) -> None:
    scene = mock.scenario(f"F-465/{variant}:delay=400ms")
    wire = scene.connected()
    begun = time.monotonic()
    wire.text("DISCONNECT\nreceipt:bye\n\n\0")
    for wanted in answers:
        assert wire.frame() == (0x81, wanted)
    late = time.monotonic() - begun >= 0.4
    assert late or variant != "late"
    wire.client_frame(9, b"that is all")
    assert wire.frame() == (0x8A, b"that is all")
    receipt(scene, b"".join(framed(one) for one in answers), "connected")


HOST, LENGTH = "host:mock\n", "content-length:0\n"


@pytest.mark.parametrize(
    ("variant", "connect", "subscribe", "what"),
    [
        ("host-missing", "", "", b"host in CONNECT is missing"),
        ("host-present", HOST, "", b"host in CONNECT is present"),
        ("content-length-missing", HOST, "", b"content-length\\c0 in SUBSCRIBE is missing"),
        ("content-length-present", HOST, LENGTH, b"content-length\\c0 in SUBSCRIBE is present"),
    ],
)
def test_F_467_refuses_and_says_which(
    mock: Mock, variant: str, connect: str, subscribe: str, what: bytes
) -> None:
    scene = mock.scenario(f"F-467/{variant}")
    wire = scene.upgraded()
    wire.text(f"CONNECT\naccept-version:1.2\n{connect}\n\0")
    assert wire.frame() == (0x81, CONNECTED)
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:{scene_topic(scene)}\n{subscribe}\n\0")
    error = b"ERROR\nmessage:subscription refused, " + what + b"\ncontent-length:0\n\n\0"
    assert wire.frame() == (0x81, error)
    assert wire.frame() == CLOSE_1002
    receipt(scene, framed(error) + framed(b"\x03\xea", 0x88), "connected")


@pytest.mark.parametrize(
    ("variant", "connect", "subscribe"),
    [
        ("host-missing", HOST, ""),
        ("host-present", "", ""),
        ("content-length-missing", HOST, LENGTH),
        ("content-length-present", HOST, ""),
    ],
)
def test_F_467_takes_who_does_as_it_wants(
    mock: Mock, variant: str, connect: str, subscribe: str
) -> None:
    scene = mock.scenario(f"F-467/{variant}")
    wire = scene.upgraded()
    wire.text(f"CONNECT\naccept-version:1.2\n{connect}\n\0")
    assert wire.frame() == (0x81, CONNECTED)
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:{scene_topic(scene)}\n{subscribe}\n\0")
    wire.client_frame(9, b"still there?")
    assert wire.frame() == (0x8A, b"still there?")
    assert scene.receipts() == []


def test_F_468_takes_a_client_without_a_flaw(mock: Mock) -> None:
    scene = mock.scenario("F-468")
    wire = scene.upgraded()
    connecting(wire)
    assert wire.frame() == (0x81, CONNECTED)
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:{scene_topic(scene)}\n\n\0")
    wire.text("\n")
    wire.text("DISCONNECT\nreceipt:bye\n\n\0")
    assert wire.frame() == (0x81, RECEIPT)
    assert scene.receipts() == []


def test_F_468_names_the_flaw_and_the_requirement(mock: Mock) -> None:
    scene = mock.scenario("F-468")
    wire = scene.upgraded()
    connecting(wire)
    assert wire.frame() == (0x81, CONNECTED)
    wire.text(f"SUBSCRIBE\nid: sub-0\ndestination:{scene_topic(scene)}\n\n\0")
    error = b"ERROR\nmessage:blanks around id or its value (R-210)\ncontent-length:0\n\n\0"
    assert wire.frame() == (0x81, error)
    assert wire.frame() == CLOSE_1002
    receipt(scene, framed(error) + framed(b"\x03\xea", 0x88), "connected")


def test_F_468_refuses_what_waits_for_its_end(mock: Mock) -> None:
    """The default server would wait for the NUL."""
    wire = mock.scenario("F-468").upgraded()
    wire.text("CONNECT\naccept-version:1.2\n\n")
    error = b"ERROR\nmessage:no NUL at the end of the frame (R-206)\ncontent-length:0\n\n\0"
    assert wire.frame() == (0x81, error)
