"""Close frames: read by sockets and compared with the catalogue."""

from __future__ import annotations

import json
import time

import pytest
from receipts import body_of, comes_after_subscribe, framed, receipt
from wire import BOUND, Mock

CLOSES = {
    "F-351": [1000, 1001],
    "F-352": [1002, 1003, 1007, 1010],
    "F-354": [1009],
    "F-355": [1011],
    "F-356": [1012],
    "F-357": [1013],
    "F-358": [1014],
    "F-359": [1004, 1005, 1006, 1015],
    "F-360": [0, 999, 1016, 2999, 5000, 65535],
    "F-361": [3000, 3003, 3008],
    "F-362": [4000, 4401, 4403, 4429, 4999],
}
OCTETS = [
    *(
        (f"{fault}/{code}", b"\x88\x02" + code.to_bytes(2, "big"))
        for fault, codes in CLOSES.items()
        for code in codes
    ),
    (
        "F-363/4500",
        b"\x88\x39\x11\x94Failed to send message within the configured send limit",
    ),
    ("F-364", b"\x88\x00"),
    ("F-365/one-octet", b"\x88\x01\x03"),
    ("F-365/reason", b"\x88\x04\x03\xe8\xc3\x28"),
    ("F-366", b"\x88\x02\x03\xe9"),
    ("F-368/3072", b"\x88\x02\x0c\x00"),
]


@pytest.mark.parametrize(("fault", "octets"), OCTETS, ids=[name for name, _ in OCTETS])
def test_closing_octets(mock: Mock, fault: str, octets: bytes) -> None:
    comes_after_subscribe(mock, fault, octets)


@pytest.mark.parametrize(
    ("reason", "octets"),
    [
        ("long", b"r" * 123),
        ("escape", b"\x1b[2J"),
        ("not-utf-8", b"\xc3\x28"),
        ("text", b"mock server"),
    ],
)
def test_close_reasons(mock: Mock, reason: str, octets: bytes) -> None:
    wire = mock.scenario(f"F-351/1001:reason={reason},after=0s").subscribed()
    assert wire.frame() == (0x88, b"\x03\xe9" + octets)


WITH_REASON = [
    *(f"{fault}/{code}" for fault, codes in CLOSES.items() for code in codes),
    "F-353/1008",
    "F-363/4500",
    "F-366",
    "F-368/3072",
    "F-369/data-after",
]


@pytest.mark.parametrize("fault", WITH_REASON)
def test_every_code_takes_a_reason(mock: Mock, fault: str) -> None:
    scene = mock.scenario(f"{fault}:reason=escape,after=0s")
    wire = scene.upgraded() if fault.startswith("F-353") else scene.subscribed()
    first, payload = wire.frame()
    assert (first, payload[2:]) == (0x88, b"\x1b[2J")


def test_F_363_without_its_reason(mock: Mock) -> None:
    wire = mock.scenario("F-363:reason=none,after=0s").subscribed()
    assert wire.read(4) == b"\x88\x02\x11\x94"


def test_F_369_close_in_a_fragmented_message(mock: Mock) -> None:
    scene = mock.scenario("F-369/in-message:after=0s")
    wire = scene.subscribed()
    frames = [wire.frame() for _ in range(3)]
    assert [first for first, _ in frames] == [0x01, 0x88, 0x80]
    assert frames[1][1] == b"\x03\xe9"
    message = frames[0][1] + frames[2][1]
    json.loads(body_of(message))
    receipt(scene, b"".join(framed(payload, first) for first, payload in frames), "subscribed")


def test_F_369_a_message_behind_close(mock: Mock) -> None:
    scene = mock.scenario("F-369/data-after:after=0s")
    wire = scene.subscribed()
    assert wire.frame() == (0x88, b"\x03\xe9")
    first, message = wire.frame()
    assert first == 0x81
    json.loads(body_of(message))
    octets = b"\x88\x02\x03\xe9" + framed(message, first)
    receipt(scene, octets, "subscribed")


def test_F_353_closes_at_once(mock: Mock) -> None:
    scene = mock.scenario("F-353")
    assert scene.upgraded().read(4) == b"\x88\x02\x03\xf0"
    receipt(scene, b"\x88\x02\x03\xf0", "upgraded")


def test_F_366_leaves_TCP_open(mock: Mock) -> None:
    wire = mock.scenario("F-366:after=0s,for=300ms").subscribed()
    assert wire.frame() == (0x88, b"\x03\xe9")
    wire.client_frame(8, b"\x03\xe9")
    wire.stream.settimeout(0.1)
    with pytest.raises(TimeoutError):
        wire.read(1)
    wire.stream.settimeout(BOUND)
    assert wire.rest() == b""


def test_F_367_the_clients_close_is_never_answered(mock: Mock) -> None:
    scene = mock.scenario("F-367:for=300ms", habits={"events": "100/s"})
    wire = scene.subscribed()
    wire.message()
    wire.client_frame(8, b"\x03\xe8")
    begun = time.monotonic()
    behind = wire.rest()
    assert time.monotonic() - begun > 0.25
    while behind:
        assert behind[:2] == b"\x81\x7e", "only what was under way"
        behind = behind[4 + int.from_bytes(behind[2:4], "big") :]
    receipt(scene, b"", "subscribed")


def test_F_367_the_client_answers_ours_as_ever(mock: Mock) -> None:
    scene = mock.scenario("F-367", "F-351/1001:after=0s")
    wire = scene.subscribed()
    assert wire.frame() == (0x88, b"\x03\xe9")
    wire.client_frame(8, b"\x03\xe9")
    assert wire.rest() == b""
    assert [one["fault"] for one in scene.receipts()] == ["F-351/1001"]
