"""Heart-beats, in units of N = 200 ms: read by sockets and compared with the catalogue."""

from __future__ import annotations

import itertools
import time

import pytest
from receipts import CONNECTED, framed, plain, receipt
from wire import BOUND, Mock, select_nothing

from rhombus_mock.faults import catalogue
from rhombus_mock.stomp import heartbeat

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


def test_F_503_jitter_takes_its_bounds(mock: Mock) -> None:
    for measured in beats(mock, "F-503/jitter:least=2,most=2", 2):
        assert measured > 1.9


@pytest.mark.parametrize("fault", ["F-501", "F-514"])
def test_receipts_of_silence(mock: Mock, fault: str) -> None:
    scene = mock.scenario(fault, **N)
    scene.subscribed("200,200")
    at_least = {"F-501": "subscribed", "F-514": "connected"}[fault]
    receipt(scene, {"F-501": framed(b"\n"), "F-514": b""}[fault], at_least)


def test_F_507_sends_pings_and_nothing_else(mock: Mock) -> None:
    scene = mock.scenario("F-507", habits={**N["habits"], "events": "20/s"})
    wire = scene.subscribed("200,200")
    while (frame := wire.frame()) != (0x89, b""):
        assert frame == (0x81, b"\n")  # the beat that was due before SUBSCRIBE arrived
    assert [wire.frame() for _ in range(3)] == [(0x89, b"")] * 3
    receipt(scene, b"\x89\x00", "subscribed")


OFFERS = {
    "one-number": b"10000",
    "words": b"abc,def",
    "negative": b"-5,-5",
    "three": b"1,2,3",
    "huge": b"10000,99999999999",
}


@pytest.mark.parametrize("variant", OFFERS)
def test_F_511_offers_what_cannot_be_read(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-511/{variant}", **N)
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:200,200\n\n\0")
    wanted = CONNECTED.replace(b"10000,10000", OFFERS[variant])
    assert wire.frame() == (0x81, wanted)
    receipt(scene, framed(wanted), "upgraded")


@pytest.mark.parametrize("variant", [one for one in OFFERS if one != "huge"])
def test_F_511_goes_on_without_beats(mock: Mock, variant: str) -> None:
    wire = mock.scenario(f"F-511/{variant}", **N).connected("100,100")
    wire.stream.settimeout(0.5)
    with pytest.raises(TimeoutError):
        wire.read(1)


def test_F_511_beats_where_only_the_other_number_is_huge(mock: Mock) -> None:
    wire = mock.scenario("F-511/huge").connected("200,200")
    assert heartbeat.parse("10000,99999999999") == (10000, 99999999999)
    wire.client_frame(9, b"the timer of such a client does no harm")
    assert wire.frame()[0] == 0x8A


@pytest.mark.parametrize(("parameters", "least"), [("", 0.25), (":factor=2,grace=100ms", 0.5)])
def test_F_513_ends_at_little_more_than_N(mock: Mock, parameters: str, least: float) -> None:
    scene = mock.scenario("F-513" + parameters, habits={"heart_beat": "0,200"})
    wire = scene.connected("200,0")
    begun = time.monotonic()
    wire.text("\n")
    error = b"ERROR\nmessage:Session closed.\ncontent-length:0\n\n\0"
    assert wire.frame() == (0x81, error)
    waited = time.monotonic() - begun
    assert wire.frame() == (0x88, b"\x03\xea")
    assert least <= waited < 0.6 + least
    told = receipt(scene, framed(error), "connected")
    assert told["octets"] == len(framed(error))


def test_F_513_lets_live_who_beats_early(mock: Mock) -> None:
    scene = mock.scenario("F-513:grace=800ms", habits={"heart_beat": "0,200"})
    wire = scene.connected("200,0")
    for beat in range(8):
        wire.text("\n")
        wire.client_frame(9, bytes([beat]))
        assert wire.frame() == (0x8A, bytes([beat]))
        select_nothing(0.2)
    assert scene.receipts() == []


@pytest.mark.parametrize("fault", ["F-512/spring", "F-512/fin", "F-513"])
def test_F_512_F_513_are_not_about_DISCONNECT(mock: Mock, fault: str) -> None:
    scene = mock.scenario(fault, habits={"heart_beat": "0,9000"})
    wire = scene.connected("9000,0")
    wire.text("DISCONNECT\n\n\0")
    assert wire.frame()[1].startswith(b"ERROR\nmessage:Session closed.\n")
    assert wire.frame() == (0x88, b"\x03\xea")
    assert scene.receipts() == []


def test_F_515_beats_by_ERROR(mock: Mock) -> None:
    scene = mock.scenario("F-515", **N)
    wire = scene.connected("200,200")
    error = b"ERROR\nmessage:heartbeat\n\n\0"
    assert [wire.frame(), wire.frame()] == [(0x81, error)] * 2
    receipt(scene, framed(error), "connected")


@pytest.mark.parametrize(
    ("variant", "octets"), [("nul", b"\0"), ("lf-nul", b"\n\0"), ("empty", b"")]
)
def test_F_516_beats_that_are_none(mock: Mock, variant: str, octets: bytes) -> None:
    scene = mock.scenario(f"F-516/{variant}", **N)
    wire = scene.connected("200,200")
    assert [wire.frame(), wire.frame()] == [(0x81, octets)] * 2
    receipt(scene, framed(octets), "connected")


def test_F_517_beats_for_a_while_and_then_no_more(mock: Mock) -> None:
    scene = mock.scenario("F-517:after=900ms", **N)
    wire = scene.subscribed("200,200")
    wire.stream.settimeout(1.0)
    heard = 0
    with pytest.raises(TimeoutError):
        while wire.frame() == (0x81, b"\n"):
            heard += 1
    assert heard >= 3
    receipt(scene, framed(b"\n"), "subscribed")


def test_F_517_is_good_for_4_minutes() -> None:
    assert catalogue.parse("F-517").after.seconds == 240.0
