"""Heart-beats, in units of N = 200 ms: read by sockets and compared with the catalogue."""

from __future__ import annotations

import itertools

import pytest
from receipts import plain
from wire import BOUND, Mock

N = {"habits": {"heart_beat": "200,200", "silent_client": "kept"}}


def beats(mock: Mock, fault: str, count: int, reference: str = "ws.frame") -> list[float]:
    """Gaps between the server's messages after CONNECTED, in N, by the journal's clock."""
    scene = mock.scenario(fault, **N)
    wire = scene.connected("200,200")
    for _ in range(count):
        wire.frame()
    said = [
        one["t_ns"]
        for one in scene.journal()
        if one["kind"] == reference and one["from"] == "server"
    ]
    return [(b - a) / 200e6 for a, b in itertools.pairwise(said)][:count]


@pytest.mark.parametrize(("fault", "gap"), [("F-502", 1.9), ("F-503/fast", 0.1)])
def test_rhythms(mock: Mock, fault: str, gap: float) -> None:
    measured = beats(mock, fault, 3)
    assert gap * 0.9 < sum(measured) / len(measured) < gap * 1.2 + 0.2


def test_F_503_jitter(mock: Mock) -> None:
    for measured in beats(mock, "F-503/jitter", 4):
        assert 0.35 < measured < 2.0


@pytest.mark.parametrize(("variant", "octets"), [("crlf", b"\r\n"), ("five", b"\n" * 5)])
def test_F_503_odd_beats(mock: Mock, variant: str, octets: bytes) -> None:
    scene = mock.scenario(f"F-503/{variant}", **N)
    assert scene.connected("200,200").frame() == (0x81, octets)


def test_F_505_sends_messages_for_beats(mock: Mock) -> None:
    wire = mock.scenario("F-505/message", **N).subscribed("200,200")
    assert wire.frame()[1].startswith(b"MESSAGE\n")
    assert wire.frame()[1].startswith(b"MESSAGE\n")


def test_F_505_sends_single_octets_for_beats(mock: Mock) -> None:
    wire = mock.scenario("F-505/octet:factor=0.05", **N).connected("200,200")
    joined = b""
    while not joined.endswith(b"\0"):
        first, payload = wire.frame()
        assert (first, len(payload)) == (0x81, 1)
        joined += payload
    plain(joined)


@pytest.mark.parametrize("fault", ["F-501", "F-514"])
def test_F_501_F_514_are_silent_and_still_read(mock: Mock, fault: str) -> None:
    scene = mock.scenario(fault, habits={**N["habits"], "events": "20/s"})
    wire = scene.subscribed("200,200")
    if fault == "F-501":
        assert wire.frame() == (0x81, b"\n")
    wire.stream.settimeout(0.7)
    with pytest.raises(TimeoutError):
        wire.read(1)
    wire.stream.settimeout(BOUND)
    wire.client_frame(9, b"?")
    assert wire.frame() == (0x8A, b"?")


@pytest.mark.parametrize("variant", ["spring", "fin"])
def test_F_512_drops_a_silent_client_at_3_N(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-512/{variant}", habits={"heart_beat": "0,200"})
    wire = scene.connected("200,0")
    if variant == "spring":
        error = b"ERROR\nmessage:Session closed.\ncontent-length:0\n\n\0"
        assert wire.frame() == (0x81, error)
        assert wire.frame() == (0x88, b"\x03\xea")
    else:
        assert wire.rest() == b""
    begun = scene.wait_for("ws.frame", **{"from": "server"})["t_ns"]
    waited = scene.wait_for("fault.injected")["t_ns"] - begun
    assert 590e6 < waited < 1200e6
