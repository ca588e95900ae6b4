"""STOMP frames: read by sockets and compared with the catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from receipts import CONNECTED, NOW, first_message, plain, receipt
from wire import Mock


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        ("F-401", CONNECTED[:-1]),
        ("F-404", CONNECTED.replace(b"\n", b"\r\n")),
        ("F-405", b"CONNECTED\nversion:1.2\r\nheart-beat:10000,10000\n\r\n\0"),
        ("F-424", CONNECTED[:-2] + b"server:a\\tb\nsession:x:y\n\n\0"),
        ("F-456/1.0", CONNECTED.replace(b"1.2", b"1.0")),
        ("F-456/1.1", CONNECTED.replace(b"1.2", b"1.1")),
        ("F-456/2.0", CONNECTED.replace(b"1.2", b"2.0")),
        ("F-456/none", b"CONNECTED\nheart-beat:10000,10000\n\n\0"),
        ("F-457", b"CONNECTED\nversion:1.2\n\n\0"),
        ("F-508", CONNECTED.replace(b"10000,10000", b"0,0")),
        ("F-509/0-10000", CONNECTED.replace(b"10000,10000", b"0,10000")),
        ("F-509/10000-0", CONNECTED.replace(b"10000,10000", b"10000,0")),
        ("F-510", CONNECTED.replace(b"10000,10000", b"30000,20000")),
        (
            "F-458",
            b"ERROR\nversion:1.1\ncontent-type:text/plain\n\nSupported protocol versions are 1.1\0",
        ),
        (
            "F-459",
            b"ERROR\nmessage:Access refused. Provided token is expired\ncontent-length:0\n\n\0",
        ),
        ("F-455", b"\n"),
        ("F-454/receipt", b"RECEIPT\nreceipt-id:r-0\n\n\0"),
    ],
)
def test_first_answer_to_CONNECT(mock: Mock, fault: str, wanted: bytes) -> None:
    scene = mock.scenario(fault)
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert wire.frame() == (0x81, wanted)
    scene.wait_for("fault.injected", state="upgraded")


@pytest.mark.parametrize(
    ("fault", "second"), [("F-453", CONNECTED), ("F-455", CONNECTED), ("F-454/message", CONNECTED)]
)
def test_second_answer_to_CONNECT(mock: Mock, fault: str, second: bytes) -> None:
    wire = mock.scenario(fault).upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    first = wire.frame()[1]
    assert first.split(b"\n")[0] in (b"CONNECTED", b"", b"MESSAGE")
    assert wire.frame() == (0x81, second)


def test_F_451_stays_deaf_and_answers_pings(mock: Mock) -> None:
    scene = mock.scenario("F-451")
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    wire.client_frame(9, b"there?")
    assert wire.frame() == (0x8A, b"there?")
    receipt(scene, b"", "upgraded")


def test_F_402_has_no_NUL_and_the_next_message_is_whole(mock: Mock) -> None:
    wire = mock.scenario("F-402" + NOW).subscribed()
    assert not wire.message().endswith(b"\0")
    json.loads(plain(wire.message()))


def test_F_403_has_no_empty_line(mock: Mock) -> None:
    assert first_message(mock, "F-403") == b'MESSAGE\nsubscription:sub-0\n{"a":1}\0'


def line_check(line: bytes) -> Callable[[bytes], bool]:
    return lambda message: b"\n" + line + b"\n" in message.partition(b"\n\n")[0] + b"\n"


SHAPES: list[tuple[str, Callable[[bytes], bool]]] = [
    ("F-406", line_check(b"x-note:a\rb")),
    ("F-407/lf", lambda m: m.endswith(b"}\0\n")),
    ("F-407/crlf-lf", lambda m: m.endswith(b"}\0\r\n\n")),
    ("F-408/leading", lambda m: m.startswith(b"\n\nMESSAGE\n")),
    ("F-408/beat-and-message", lambda m: m.startswith(b"\nMESSAGE\n")),
    ("F-409/2", lambda m: m.count(b"}\0MESSAGE\n") == 1),
    ("F-409/50", lambda m: m.count(b"}\0MESSAGE\n") == 49),
    ("F-419", lambda m: b"content-length" not in m),
    ("F-422", line_check(b"a\\cb:c\\\\d")),
    ("F-422", line_check(b"lf:one\\ntwo")),
    ("F-422", line_check(b"cr:one\\rtwo")),
    ("F-422", line_check(b"literal:\\\\n\\\\\\c")),
    ("F-423/t", line_check(b"x-note:a\\tb")),
    ("F-423/trailing", line_check(b"x-note:a\\")),
    ("F-426", line_check(b"foo:")),
    ("F-426", line_check(b"x-colon:a:b")),
    ("F-426", line_check(b"x-blanks: v ")),
    ("F-601", line_check(b"subscription:sub-9")),
    ("F-602", line_check(b"destination:/topic/change/other")),
    ("F-603/subscription", lambda m: b"\nsubscription:" not in m),
    ("F-603/message-id", lambda m: b"\nmessage-id:" not in m),
    ("F-603/destination", lambda m: b"\ndestination:" not in m),
]


@pytest.mark.parametrize(
    ("fault", "holds"), SHAPES, ids=[f"{at}-{name}" for at, (name, _) in enumerate(SHAPES)]
)
def test_message_shapes(mock: Mock, fault: str, holds: Callable[[bytes], bool]) -> None:
    message = first_message(mock, fault)
    assert holds(message), message


@pytest.mark.parametrize("variant", ["2", "3", "n"])
def test_F_410_cuts_one_frame_into_messages(mock: Mock, variant: str) -> None:
    wire = mock.scenario(f"F-410/{variant}" + NOW).subscribed()
    joined, pieces = b"", 0
    while not joined.endswith(b"\0"):
        first, payload = wire.frame()
        assert first == 0x81
        payload.decode()
        joined += payload
        pieces += 1
    json.loads(plain(joined))
    assert pieces == (len(joined.decode()) if variant == "n" else int(variant))


def test_F_410_moves_the_cut(mock: Mock) -> None:
    scene = mock.scenario("F-410/2" + NOW)
    wire = scene.subscribed()
    scene.mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 3})
    firsts = []
    for _ in range(4):
        firsts.append(len(wire.frame()[1]))
        wire.frame()
    assert firsts == [1, 2, 3, 4]


def test_F_411_is_one_and_a_half_then_the_rest(mock: Mock) -> None:
    wire = mock.scenario("F-411" + NOW).subscribed()
    (_, one), (_, two) = wire.frame(), wire.frame()
    assert one.count(b"\0") == 1
    assert not one.endswith(b"\0")
    first, second = (one + two).split(b"\0")[:2]
    assert plain(first + b"\0")
    assert plain(second + b"\0")


def test_F_412_has_a_NUL_in_its_body(mock: Mock) -> None:
    assert b"\0" in plain(first_message(mock, "F-412"))


@pytest.mark.parametrize(("fault", "off"), [("F-414", -1), ("F-415/1", 1), ("F-415/1000", 1000)])
def test_wrong_content_length(mock: Mock, fault: str, off: int) -> None:
    wire = mock.scenario(fault + NOW).subscribed()
    head, _, body = wire.message().partition(b"\n\n")
    assert f"content-length:{len(body) - 1 + off}".encode() in head.split(b"\n")
    plain(wire.message())
