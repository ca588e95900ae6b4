"""Close frames: read by sockets and compared with the catalogue."""

from __future__ import annotations

import pytest
from receipts import comes_after_subscribe
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


def test_F_353_closes_at_once(mock: Mock) -> None:
    assert mock.scenario("F-353").upgraded().read(4) == b"\x88\x02\x03\xf0"


def test_F_366_leaves_TCP_open(mock: Mock) -> None:
    wire = mock.scenario("F-366:after=0s,for=300ms").subscribed()
    assert wire.frame() == (0x88, b"\x03\xe9")
    wire.client_frame(8, b"\x03\xe9")
    wire.stream.settimeout(0.1)
    with pytest.raises(TimeoutError):
        wire.read(1)
    wire.stream.settimeout(BOUND)
    assert wire.rest() == b""
