"""STOMP frames: read by sockets and compared with the catalogue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from receipts import CONNECTED, NOW, body_of, first_message, framed, plain, receipt, scene_topic
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
        ("F-429/connected-body", CONNECTED[:-1] + b"a body\0"),
        ("F-431/unknown", CONNECTED[:-2] + b"x-unknown:1\ntimestamp:1711843200000\n\n\0"),
        ("F-455", b"\n"),
        ("F-454/receipt", b"RECEIPT\nreceipt-id:r-0\n\n\0"),
    ],
)
def test_first_answer_to_CONNECT(mock: Mock, fault: str, wanted: bytes) -> None:
    scene = mock.scenario(fault)
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert wire.frame() == (0x81, wanted)
    told = scene.wait_for("fault.injected", state="upgraded")
    assert told["octets"] >= len(framed(wanted))
    if told["octets"] == len(framed(wanted)):
        assert told["sha256"] == hashlib.sha256(framed(wanted)).hexdigest()


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


@pytest.mark.parametrize("fault", ["F-404", "F-405"])
def test_CR_LF_ends_the_lines_of_every_frame_and_is_the_beat(mock: Mock, fault: str) -> None:
    scene = mock.scenario(fault, habits={"heart_beat": "200,200", "silent_client": "kept"})
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:200,200\n\n\0")
    assert wire.frame()[1].endswith(b"\n\r\n\0")
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:{scene_topic(scene)}\n\n\0")
    assert wire.frame() == (0x81, b"\r\n")
    scene.mock.control("POST", f"/scenarios/{scene.id}/events", {"event": "{}", "count": 1})
    message = wire.message()
    lines = [
        b"MESSAGE",
        b"subscription:sub-0",
        b"message-id:1",
        b"destination:/topic/change/" + scene.org.encode(),
        b"content-type:application/json",
        b"content-length:2",
    ]
    ends = [b"\r\n" if fault == "F-404" or at % 2 == 0 else b"\n" for at in range(6)]
    head = b"".join(line + end for line, end in zip(lines, ends, strict=True))
    assert message == head + b"\r\n{}\0"


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
    ("F-420/header", lambda m: b"\nfoo:World\nfoo:Hello\n\n" in m),
    ("F-422", line_check(b"a\\cb:c\\\\d")),
    ("F-422", line_check(b"n\\nr\\rb\\\\:name")),
    ("F-422", line_check(b"lf:one\\ntwo")),
    ("F-422", line_check(b"cr:one\\rtwo")),
    ("F-422", line_check(b"literal:\\\\n\\\\\\c")),
    ("F-423/t", line_check(b"x-note:a\\tb")),
    ("F-423/trailing", line_check(b"x-note:a\\")),
    ("F-425/no-colon", line_check(b"no colon here")),
    ("F-425/no-name", line_check(b":value")),
    ("F-426", line_check(b"foo:")),
    ("F-426", line_check(b"x-colon:a:b")),
    ("F-426", line_check(b"x-blanks: v ")),
    ("F-429/lower-case", lambda m: m.startswith(b"message\nsubscription:sub-0\n")),
    ("F-431/heart-beat", line_check(b"heart-beat:1,1")),
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
    scene = mock.scenario(fault + NOW)
    message = scene.subscribed().message()
    assert holds(message), message
    receipt(scene, framed(message), "subscribed")


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


@pytest.mark.parametrize("pieces", [2, 3])
def test_F_410_moves_the_cuts_over_every_octet(mock: Mock, pieces: int) -> None:
    scene = mock.scenario(f"F-410/{pieces}" + NOW)
    wire = scene.subscribed()
    first = b"".join(wire.frame()[1] for _ in range(pieces))
    body = {"event": "{}", "count": 400}
    scene.mock.control("POST", f"/scenarios/{scene.id}/events", body)
    cuts: set[int] = set()
    for _ in range(400):
        frames = [wire.frame()[1] for _ in range(pieces)]
        message = b"".join(frames)
        assert plain(message) == b"{}"
        cuts |= {len(b"".join(frames[: at + 1])) for at in range(pieces - 1)}
    assert plain(first)
    assert cuts >= set(range(1, len(message) - 1))


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


def test_F_413_has_a_NUL_that_nothing_counts(mock: Mock) -> None:
    wire = mock.scenario("F-413" + NOW).subscribed()
    message = wire.message()
    assert b"content-length" not in message
    assert body_of(message) == b'{"entity":"DOOR_STATE","type":"UPDATE","textDescription":"a\0b"}'
    plain(wire.message())


@pytest.mark.parametrize(
    ("variant", "length"),
    [
        ("negative", b"-1"),
        ("word", b"abc"),
        ("empty", b""),
        ("hexadecimal", b"0x10"),
        ("list", b"5, 5"),
        ("huge", b"99999999999"),
    ],
)
def test_F_416_has_a_content_length_that_is_none(mock: Mock, variant: str, length: bytes) -> None:
    wire = mock.scenario(f"F-416/{variant}" + NOW).subscribed()
    message = wire.message()
    assert b"\ncontent-length:" + length + b"\n\n{" in message
    json.loads(body_of(message))
    plain(wire.message())


@pytest.mark.parametrize(
    ("parameters", "length"), [("", b"2147483647"), (",length=70000", b"70000")]
)
def test_F_417_promises_2_GiB(mock: Mock, parameters: str, length: bytes) -> None:
    message = first_message(mock, "F-417", parameters)
    assert message.endswith(b"\ncontent-length:" + length + b"\n\n{}\0")


def test_F_418_counts_octets(mock: Mock) -> None:
    body = plain(first_message(mock, "F-418"))
    assert len(body.decode()) < len(body)
    assert json.loads(body)["textDescription"] == "Tür – 門 🚪"


def test_F_420_has_two_content_lengths_of_which_the_first_is_right(mock: Mock) -> None:
    message = first_message(mock, "F-420/content-length")
    size = len(plain(message))
    head = message.partition(b"\n\n")[0]
    assert head.endswith(f"\ncontent-length:{size}\ncontent-length:{size - 1}".encode())


def test_F_428_has_ten_thousand_headers(mock: Mock) -> None:
    message = first_message(mock, "F-428/headers")
    lines = message.partition(b"\n\n")[0].split(b"\n")
    assert [line for line in lines if line.startswith(b"x-")] == [
        f"x-{at}:a".encode() for at in range(10000)
    ]
    plain(message)


@pytest.mark.parametrize(
    ("fault", "octets"),
    [("F-428/header", 10485760), ("F-428/header:header=70000", 70000)],
)
def test_F_428_has_one_long_header(mock: Mock, fault: str, octets: int) -> None:
    scene = mock.scenario(fault + (",after=0s" if ":" in fault else NOW))
    message = scene.subscribed().message()
    head, _, _ = message.partition(b"\n\n")
    assert head.rpartition(b"\n")[2] == b"x-long:" + b"a" * octets
    plain(message)
    receipt(scene, framed(message), "subscribed")


@pytest.mark.parametrize(
    ("fault", "octets"), [("F-428/command", 1048576), ("F-428/command:command=5", 5)]
)
def test_F_428_has_a_long_command(mock: Mock, fault: str, octets: int) -> None:
    scene = mock.scenario(fault + (",after=0s" if ":" in fault else NOW))
    message = scene.subscribed().message()
    assert message.startswith(b"A" * octets + b"\nsubscription:sub-0\n")
    receipt(scene, framed(message), "subscribed")


def test_F_429_says_HELLO_ahead_of_a_MESSAGE(mock: Mock) -> None:
    scene = mock.scenario("F-429/unknown" + NOW)
    wire = scene.subscribed()
    hello, message = wire.message(), wire.message()
    assert hello == b"HELLO\n\n\0"
    assert message.startswith(b"MESSAGE\n")
    receipt(scene, framed(hello) + framed(message), "subscribed")


def test_F_429_has_a_body_on_RECEIPT(mock: Mock) -> None:
    scene = mock.scenario("F-429/receipt-body")
    wire = scene.connected()
    wire.text("DISCONNECT\nreceipt:bye\n\n\0")
    wanted = b"RECEIPT\nreceipt-id:bye\n\na body\0"
    assert wire.frame() == (0x81, wanted)
    receipt(scene, framed(wanted), "connected")


def test_F_432_is_binary_and_not_UTF_8(mock: Mock) -> None:
    scene = mock.scenario("F-432" + NOW)
    first, message = scene.subscribed().frame()
    assert first == 0x82
    assert b"\nx-note:\xc3\x28\xff\n\n" in message
    plain(message)
    receipt(scene, framed(message, 0x82), "subscribed")
