"""Names, ports and TCP: read by sockets and compared with the catalogue."""

from __future__ import annotations

import select
import socket
import time

import pytest
from receipts import NOW, receipt
from wire import Mock


def test_F_001_names_a_host_that_cannot_exist(mock: Mock) -> None:
    scene = mock.scenario("F-001")
    assert scene.info["ws_url"].split("//")[1].split(":")[0].endswith(".invalid")
    assert ".invalid" not in scene.info["rest_url"]
    receipt(scene, b"", "listening")


@pytest.mark.parametrize("host", ["ws", "rest"])
def test_F_005_refuses_one_host_and_not_the_other(mock: Mock, host: str) -> None:
    scene = mock.scenario(f"F-005:host={host}")
    with pytest.raises(ConnectionRefusedError):
        scene.raw(host)
    scene.raw("rest" if host == "ws" else "ws").close()
    receipt(scene, b"", "listening")


@pytest.mark.parametrize("fault", ["F-006", "F-010"])
def test_F_006_F_010_leave_the_SYN_unanswered(mock: Mock, fault: str) -> None:
    scene = mock.scenario(fault)
    port = int(scene.info["ws_url"].split(":")[2].split("/")[0])
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", port), timeout=0.5)
    scene.raw("rest").close()
    receipt(scene, b"", "listening")


def test_F_007_rst_resets_at_once(mock: Mock) -> None:
    scene = mock.scenario("F-007/rst")
    with scene.raw() as raw, pytest.raises(ConnectionResetError):
        raw.recv(1)
    receipt(scene, b"", "accepted")


def test_F_007_fin_ends_at_once(mock: Mock) -> None:
    scene = mock.scenario("F-007/fin")
    with scene.raw() as raw:
        assert raw.recv(1) == b""
    receipt(scene, b"", "accepted")


def test_F_009_says_nothing_and_still_sees_the_client_go(mock: Mock) -> None:
    scene = mock.scenario("F-009")
    with scene.raw() as raw:
        raw.sendall(b"x")
        raw.settimeout(0.3)
        with pytest.raises(TimeoutError):
            raw.recv(1)
    receipt(scene, b"", "accepted")
    scene.wait_for("tcp.closed", **{"from": "client"})


def test_F_011_writes_single_octets(mock: Mock) -> None:
    scene = mock.scenario("F-011")
    wire = scene.connected()
    wire.client_frame(8, b"\x03\xe8")
    wire.rest()
    frames = [one for one in scene.journal() if one["kind"] == "ws.frame"]
    said = next(one for one in frames if one["from"] == "server")
    closed = frames[-1]
    # CONNECTED is 2 + 47 octets, hence writes: the Close comes that many later.
    assert closed["read"] - said["read"] == 49


def test_F_012_resets_in_the_stream(mock: Mock) -> None:
    scene = mock.scenario("F-012" + NOW)
    wire = scene.subscribed()
    with pytest.raises(ConnectionResetError):
        wire.rest()
    receipt(scene, b"", "subscribed")
    scene.wait_for("tcp.closed", by="rst", **{"from": "server"})
    ends = [one["from"] for one in scene.end() if one["kind"] == "tcp.closed"]
    assert ends == ["server"]


def test_F_013_ends_without_a_Close_frame(mock: Mock) -> None:
    scene = mock.scenario("F-013" + NOW)
    assert scene.subscribed().rest() == b""
    receipt(scene, b"", "subscribed")


def test_F_014_neither_reads_nor_writes(mock: Mock) -> None:
    scene = mock.scenario("F-014" + NOW)
    wire = scene.subscribed()
    receipt(scene, b"", "subscribed")
    wire.client_frame(9, b"?")
    wire.stream.settimeout(0.3)
    with pytest.raises(TimeoutError):
        wire.read(1)
    wire.close()
    scene.wait_for("tcp.closed", **{"from": "client"})
    assert not [one for one in scene.journal() if one.get("opcode") == 9]


def test_F_015_half_closes_and_goes_on_reading(mock: Mock) -> None:
    scene = mock.scenario("F-015" + NOW)
    wire = scene.subscribed()
    assert wire.rest() == b""
    receipt(scene, b"", "subscribed")
    scene.wait_for("tcp.closed", by="fin", **{"from": "server"})
    for word in (b"once", b"twice"):
        wire.client_frame(9, word)
        scene.wait_for("ws.frame", opcode=9, text=word.decode())
    wire.close()
    scene.wait_for("tcp.closed", by="fin", **{"from": "client"})


def test_F_015_reads_for_as_long_as_it_is_told(mock: Mock) -> None:
    scene = mock.scenario("F-015:after=0s,reading=100ms")
    wire = scene.subscribed()
    assert wire.rest() == b""
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        while True:
            wire.client_frame(9, b"?")
            select.select([], [], [wire.stream], 0.02)


def test_F_016_stops_reading_and_goes_on_writing(mock: Mock) -> None:
    scene = mock.scenario("F-016" + NOW, habits={"heart_beat": "100,100"})
    wire = scene.subscribed("100,100")
    receipt(scene, b"", "subscribed")
    wire.stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    wire.stream.settimeout(0.5)
    taken = 0
    with pytest.raises(TimeoutError):
        while taken < 1 << 20:
            taken += wire.stream.send(b"\x8a\x80\0\0\0\0" * 100)
    assert taken < 128 * 1024
    wire.stream.settimeout(10)
    assert [wire.frame() for _ in range(5)] == [(0x81, b"\n")] * 5
    with pytest.raises(TimeoutError):
        wire.stream.settimeout(0.3)
        wire.stream.send(b"\x8a\x80\0\0\0\0")
    assert not [one for one in scene.journal() if one.get("opcode") == 10]


def test_F_016_still_sees_that_the_client_has_gone(mock: Mock) -> None:
    scene = mock.scenario("F-016" + NOW)
    wire = scene.subscribed()
    receipt(scene, b"", "subscribed")
    wire.close()
    scene.wait_for("tcp.closed", **{"from": "client"})


SESSION_CLOSED = b"ERROR\nmessage:Session closed.\ncontent-length:0\n\n\0"
CLOSE_1002 = b"\x88\x02\x03\xea"


@pytest.mark.parametrize(
    ("variant", "octets"),
    [
        ("error", bytes([0x81, len(SESSION_CLOSED)]) + SESSION_CLOSED + CLOSE_1002),
        ("close", CLOSE_1002),
    ],
)
def test_F_019_swallows_what_the_client_sends(mock: Mock, variant: str, octets: bytes) -> None:
    scene = mock.scenario(f"F-019/{variant}", habits={"heart_beat": "200,200"})
    wire = scene.subscribed("200,200")
    began = time.monotonic()
    receipt(scene, b"", "subscribed")
    first, beats = wire.frame(), 0
    while first == (0x81, b"\n"):
        beats += 1
        wire.text("\n")
        wire.client_frame(9, b"no answer")
        first = wire.frame()
    assert time.monotonic() - began > 0.5
    assert beats >= 2
    head = bytes([first[0], len(first[1])]) + first[1]
    assert head + wire.read(len(octets) - len(head)) == octets
    # The swallowed octets stand in the journal all the same: they did come.
    assert [one for one in scene.journal() if one.get("text") == "no answer"]


def test_F_017_latency_delays_both_ways_and_delays_nothing_twice(mock: Mock) -> None:
    scene = mock.scenario("F-017/latency:latency=600ms,spread=200ms")
    began = time.monotonic()
    wire = scene.subscribed()
    # Upgrade and CONNECT: two times there and back, 200 ms each way at the least.
    assert time.monotonic() - began > 0.8
    receipt(scene, b"", "accepted")
    began = time.monotonic()
    for number in range(5):
        wire.client_frame(9, bytes([number]))
    pongs = [wire.frame() for _ in range(5)]
    assert pongs == [(0x8A, bytes([number])) for number in range(5)]
    assert time.monotonic() - began > 0.4
    wire.client_frame(8, b"\x03\xe8")
    assert wire.rest() == b"\x88\x02\x03\xe8"


def test_F_017_latency_does_not_hold_up_beats(mock: Mock) -> None:
    scene = mock.scenario("F-017/latency:latency=600ms,spread=0ms", habits={"heart_beat": "50,0"})
    wire = scene.connected("0,50")
    first, began = wire.frame(), time.monotonic()
    assert {first, *(wire.frame() for _ in range(20))} == {(0x81, b"\n")}
    # Twenty beats of 50 ms; one after the other over this link they would take six seconds.
    assert 0.6 < time.monotonic() - began < 4


def test_F_017_rate_limits_both_ways(mock: Mock) -> None:
    scene = mock.scenario("F-017/rate:rate=2000")
    wire = scene.connected()
    began = time.monotonic()
    for _ in range(20):
        wire.client_frame(9, b"p" * 100)
    assert [wire.frame() for _ in range(20)] == [(0x8A, b"p" * 100)] * 20
    # 20 times 106 octets in, 102 out, of which one second's worth may have been saved up.
    assert time.monotonic() - began > 1.0
    receipt(scene, b"", "accepted")


def test_F_005_may_begin_later(mock: Mock) -> None:
    scene = mock.scenario("F-005:connection=2+")
    first = scene.connected()
    receipt(scene, b"", "listening")
    with pytest.raises(ConnectionRefusedError):
        scene.raw()
    first.client_frame(9, b"still there")
    assert first.frame() == (0x8A, b"still there")


def test_F_006_may_begin_later(mock: Mock) -> None:
    began = time.monotonic()
    scene = mock.scenario("F-006:after=300ms")
    scene.raw().close()
    receipt(scene, b"", "listening")
    assert time.monotonic() - began > 0.3
    port = int(scene.info["ws_url"].split(":")[2].split("/")[0])
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", port), timeout=0.5)
