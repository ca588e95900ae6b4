"""The strict judge of a client's frames: each flaw is named, its near miss is taken."""

from __future__ import annotations

import pytest

from rhombus_mock.stomp.strict import Judge

HEAD = b"CONNECT\naccept-version:1.2\nhost:mock\nheart-beat:10000,10000\n"
CONNECT = HEAD + b"\n\0"
SUBSCRIBE = b"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/x\n\n\0"

GREETINGS = [
    ("R-201", b"SUBSCRIBE is the first frame", SUBSCRIBE),
    ("R-203", b"accept-version does not hold 1.2", CONNECT.replace(b":1.2\n", b":1.0,1.1\n")),
    ("R-203", b"accept-version does not hold 1.2", CONNECT.replace(b"accept-version:1.2\n", b"")),
    ("R-204", b"no host", CONNECT.replace(b"host:mock\n", b"")),
    ("R-204", b"no host", CONNECT.replace(b"host:mock\n", b"host:\n")),
    ("R-205", b"not two numbers", CONNECT.replace(b"heart-beat:10000,10000\n", b"")),
    ("R-205", b"not two numbers", CONNECT.replace(b"10000,10000", b"10000")),
    ("R-205", b"not two numbers", CONNECT.replace(b"10000,10000", b"10000,1e4")),
    ("R-205", b"not two numbers", CONNECT.replace(b"10000,10000", b"-1,10000")),
    ("R-205", b"0 in one direction", CONNECT.replace(b"10000,10000", b"10000,0")),
    ("R-206", b"no NUL", CONNECT[:-1]),
    ("R-206", b"no NUL", HEAD),
    ("R-206", b"more than one NUL", CONNECT + b"\0"),
    ("R-206", b"more than one NUL", CONNECT + b"\n\0"),
    ("R-206", b"a NUL without a frame", b"\n\0"),
    ("R-206", b"no NUL", b'{"type":"ping"}'),
    ("R-207", b"no empty line", HEAD + b"\0"),
    ("R-207", b"no empty line", HEAD[:-1] + b"\0"),
    ("R-208", b"a bare CR", CONNECT.replace(b"host:mock\n", b"host:mo\rck\n")),
    ("R-208", b"a bare CR", CONNECT.replace(b"host:mock\n", b"host:mock\r\r\n")),
    ("R-208", b"a bare CR", b"\r" + CONNECT),
    ("R-210", b"blanks around host", CONNECT.replace(b"host:mock", b"host: mock")),
    ("R-210", b"blanks around host", CONNECT.replace(b"host:mock", b"host:mock ")),
    ("R-210", b"blanks around host", CONNECT.replace(b"host:mock", b"host :mock")),
    ("R-211", b"CONNECT has a body", HEAD + b"\nnull\0"),
    ("R-212", b"not the number of octets", HEAD + b"content-length:1\n\n\0"),
    ("R-212", b"is no number", HEAD + b"content-length:x\n\n\0"),
    ("R-213", b"more than one frame", CONNECT + SUBSCRIBE),
    ("R-213", b"an EOL ahead", b"\n" + CONNECT),
    ("R-214", b"the command is not spelt CONNECT", CONNECT.replace(b"CONNECT", b"Connect")),
    ("R-214", b"the command is not spelt CONNECT", CONNECT.replace(b"CONNECT", b"CONNECT ")),
    ("R-214", b"not spelt accept-version", CONNECT.replace(b"accept-v", b"Accept-V")),
    ("R-214", b"without a colon", HEAD + b"login\n\n\0"),
    ("R-214", b"without a name", HEAD + b":login\n\n\0"),
    ("R-214", b"not UTF-8", HEAD + b"login:\xff\n\n\0"),
    ("R-215", b"host is repeated", HEAD + b"host:mock\n\n\0"),
    ("R-216", b"no client has", b"HELLO\n\n\0"),
]
LATER = [
    ("R-201", b"a second CONNECT", CONNECT),
    ("R-209", b"a colon in the value of id", SUBSCRIBE.replace(b"sub-0", b"sub:0")),
    ("R-209", b"an undefined escape in id", SUBSCRIBE.replace(b"sub-0", b"sub\\t0")),
    ("R-209", b"an undefined escape in id", SUBSCRIBE.replace(b"sub-0", b"sub\\")),
    ("R-211", b"SUBSCRIBE has a body", SUBSCRIBE[:-1] + b"{}\0"),
    (
        "R-212",
        b"not the number of octets",
        "SEND\ndestination:/a\ncontent-length:4\n\n\N{CJK UNIFIED IDEOGRAPH-9580}x-\0".encode(),
    ),
    ("R-216", b"a consumer sends no SEND", b"SEND\ndestination:/a\n\nx\0"),
    ("R-216", b"a consumer sends no ACK", b"ACK\nid:1\n\n\0"),
]
NEAR_MISSES = [
    b"\n",
    b"\r\n",
    CONNECT.replace(b"CONNECT", b"STOMP"),
    CONNECT.replace(b":1.2\n", b":1.0,1.1,1.2\n"),
    CONNECT.replace(b"10000,10000", b"1,99999999999"),
    CONNECT + b"\n",
    CONNECT + b"\r\n\n",
    CONNECT.replace(b"\n", b"\r\n"),
    CONNECT.replace(b"host:mock", b"host:a:b\\t"),
    HEAD + b"content-length:0\n\n\0",
    HEAD + b"x-own:v\n\n\0",
    HEAD + b"LOGIN-of-mine:v\n\n\0",
]
NEAR_MISSES_LATER = [
    b"\n",
    SUBSCRIBE,
    SUBSCRIBE.replace(b"sub-0", b"sub\\c0\\\\\\n\\r"),
    SUBSCRIBE.replace(b"sub-0", b"sub 0"),
    b"UNSUBSCRIBE\nid:sub-0\n\n\0",
    b"DISCONNECT\nreceipt:bye\n\n\0",
    b"DISCONNECT\n\n\0",
]


def connected() -> Judge:
    judge = Judge()
    assert judge.flaw(CONNECT) is None
    judge.answered = True
    return judge


def refused(judge: Judge, octets: bytes, requirement: str, text: bytes) -> None:
    flaw = judge.flaw(octets)
    assert flaw is not None
    assert flaw.requirement == requirement
    assert text.decode() in flaw.text


@pytest.mark.parametrize(("requirement", "text", "octets"), GREETINGS)
def test_a_flaw_at_the_start(requirement: str, text: bytes, octets: bytes) -> None:
    refused(Judge(), octets, requirement, text)


@pytest.mark.parametrize(("requirement", "text", "octets"), LATER)
def test_a_flaw_later(requirement: str, text: bytes, octets: bytes) -> None:
    refused(connected(), octets, requirement, text)


def test_a_frame_before_CONNECTED() -> None:
    judge = Judge()
    assert judge.flaw(CONNECT) is None
    refused(judge, SUBSCRIBE, "R-201", b"SUBSCRIBE before CONNECTED")


@pytest.mark.parametrize("octets", NEAR_MISSES)
def test_a_near_miss_at_the_start(octets: bytes) -> None:
    assert Judge().flaw(octets) is None


@pytest.mark.parametrize("octets", NEAR_MISSES_LATER)
def test_a_near_miss_later(octets: bytes) -> None:
    assert connected().flaw(octets) is None


def test_every_requirement_that_octets_can_show_has_a_flaw() -> None:
    shown = {requirement for requirement, _, _ in [*GREETINGS, *LATER]}
    # R-202 is about time: whether CONNECT waits for the server to speak.
    assert shown == {f"R-{number}" for number in range(201, 217)} - {"R-202"}
