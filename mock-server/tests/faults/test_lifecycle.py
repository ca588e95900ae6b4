"""What spans several connections: read by sockets and compared with the catalogue."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest
from receipts import NOW, plain, receipt
from wire import Mock, Scene, Wire, answer, post, select_nothing

CONNECT = "CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0"


def status(scene: Scene, key: str | None = None) -> str:
    """What an upgrade gets now."""
    wire = scene.connect()
    wire.write(scene.upgrade_request(key=key))
    code = wire.head().split(" ")[1]
    wire.close()
    return code


def is_alive(wire: Wire) -> None:
    wire.client_frame(9, b"ok")
    assert wire.frame() == (0x8A, b"ok")


def hangs(wire: Wire) -> None:
    """Nothing comes, and nothing ends."""
    wire.stream.settimeout(0.3)
    with pytest.raises(TimeoutError):
        wire.read(1)


def receipts(scene: Scene, count: int) -> list[dict[str, Any]]:
    """All of them, once there are so many."""
    deadline = time.monotonic() + 10
    while len(found := scene.receipts()) < count:
        assert time.monotonic() < deadline, found
        select_nothing(0.01)
    assert len(found) == count
    return found


def listens_again(scene: Scene) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            scene.raw().close()
            return
        except ConnectionRefusedError:
            select_nothing(0.02)
    raise AssertionError("it still refuses")


@pytest.mark.parametrize("variant", ["1012", "fin"])
def test_F_701_ends_everybody_refuses_and_comes_back(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-701/{variant}:after=0s,refuse=300ms")
    bystander = scene.connected()
    wire = scene.subscribed()
    close = b"\x88\x02\x03\xf4" if variant == "1012" else b""
    for one in (wire, bystander):
        assert one.read(len(close)) == close
        if not close:
            assert one.rest() == b""
    with pytest.raises(ConnectionRefusedError):
        scene.raw()
    listens_again(scene)
    is_alive(scene.subscribed())
    found = receipts(scene, 2)
    assert sorted(one["state"] for one in found) == ["connected", "subscribed"]
    assert {one["sha256"] for one in found} == {hashlib.sha256(close).hexdigest()}


@pytest.mark.parametrize("variant", ["1008", "4401", "error"])
def test_F_703_revokes_the_key(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-703/{variant}:after=0s")
    wire = scene.subscribed()
    first, payload = wire.frame()
    if variant == "error":
        assert payload.startswith(b"ERROR\nmessage:Provided token is revoked\n")
        octets = bytes([first, len(payload)]) + payload + b"\x88\x02\x03\xea"
        assert wire.frame() == (0x88, b"\x03\xea")
    else:
        assert (first, payload) == (0x88, int(variant).to_bytes(2, "big"))
        octets = b"\x88\x02" + payload
    receipt(scene, octets, "subscribed")
    assert status(scene) == "401"
    wire = scene.connect("rest")
    post(wire, scene.key)
    assert answer(wire)[0].startswith("HTTP/1.1 401 ")


def test_F_704_replaces_the_key(mock: Mock) -> None:
    scene = mock.scenario("F-704" + NOW)
    file = Path(scene.info["key_file"])
    assert file.read_text() == scene.key + "\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert scene.subscribed().frame() == (0x88, b"\x03\xf0")
    new = file.read_text().strip()
    assert new != scene.key
    assert (status(scene), status(scene, new)) == ("401", "101")
    receipt(scene, b"\x88\x02\x03\xf0", "subscribed")
    scene.key = new
    is_alive(scene.subscribed())
    text = Path(scene.info["journal"]).read_text("utf-8")
    assert new not in text


def test_F_705_flaps_as_often_as_told(mock: Mock) -> None:
    scene = mock.scenario("F-705:after=50ms,connections=2")
    for _ in range(2):
        begun = time.monotonic()
        assert scene.connected().rest() == b""
        assert time.monotonic() - begun >= 0.05
    is_alive(scene.connected())
    assert receipts(scene, 2)


def test_F_706_is_closed_but_for_moments(mock: Mock) -> None:
    scene = mock.scenario("F-706:closed=600ms,open=600ms,retry_after=7")
    begun = time.monotonic()
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head = wire.head()
    assert head.startswith("HTTP/1.1 503 ")
    assert "\r\nRetry-After: 7\r\n" in head
    octets = head.encode() + b"Down for maintenance.\n"
    receipt(scene, octets, "tls")
    while status(scene) == "503":
        assert time.monotonic() - begun < 10
    assert time.monotonic() - begun >= 0.55
    wire = scene.connected()
    assert wire.frame() == (0x88, b"\x03\xf4")
    assert time.monotonic() - begun >= 1.1
    assert status(scene) == "503"


@pytest.mark.parametrize("by", ["fin", "rst", "silence"])
def test_F_707_ends_an_idle_connection_without_a_close(mock: Mock, by: str) -> None:
    scene = mock.scenario(f"F-707:limit=300ms,by={by}")
    wire = scene.connected()
    begun = time.monotonic()
    last = begun
    while last - begun < 0.6:
        select_nothing(0.05)
        last = time.monotonic()
        is_alive(wire)
    if by == "silence":
        scene.wait_for("fault.injected")
        wire.client_frame(9, b"lost")
        hangs(wire)
    elif by == "rst":
        with pytest.raises(ConnectionResetError):
            wire.rest()
    else:
        assert wire.rest() == b""
    assert time.monotonic() - last >= 0.3
    receipt(scene, b"", "connected")


def test_F_707_needs_no_stomp(mock: Mock) -> None:
    scene = mock.scenario("F-707:limit=200ms")
    assert scene.upgraded().rest() == b""
    receipt(scene, b"", "upgraded")


def test_F_707_counts_the_client_alone(mock: Mock) -> None:
    scene = mock.scenario("F-707/client:limit=300ms", habits={"events": "50/s"})
    wire = scene.subscribed()
    rest = wire.rest()
    assert rest.startswith(b"\x81")
    assert b"\x88" not in {rest[-2:-1], rest[-4:-3]}
    assert scene.wait_for("fault.injected")


def test_F_708_spares_who_beats(mock: Mock) -> None:
    scene = mock.scenario("F-708:limit=300ms")
    good, silent, pinging = scene.connected(), scene.connected(), scene.connected()
    begun = time.monotonic()
    while time.monotonic() - begun < 0.7:
        good.text("\n")
        if time.monotonic() - begun < 0.2:
            pinging.client_frame(9, b"x")
        select_nothing(0.05)
    is_alive(good)
    assert silent.rest() == b""
    assert set(pinging.rest().split(b"\x8a\x01x")) == {b""}
    assert [one["octets"] for one in receipts(scene, 2)] == [0, 0]


def test_F_708_has_no_receipt_for_a_good_client(mock: Mock) -> None:
    scene = mock.scenario("F-708:limit=200ms")
    wire = scene.connected()
    for _ in range(10):
        wire.text("\n")
        select_nothing(0.04)
    is_alive(wire)
    assert scene.receipts() == []


def test_F_709_ends_who_beats_too(mock: Mock) -> None:
    scene = mock.scenario("F-709:after=300ms")
    wire = scene.upgraded()
    begun = time.monotonic()
    wire.text("\n")
    assert wire.rest() == b""
    assert time.monotonic() - begun >= 0.25
    receipt(scene, b"", "upgraded")


def test_F_710_closes_at_an_age(mock: Mock) -> None:
    scene = mock.scenario("F-710:after=300ms")
    begun = time.monotonic()
    wire = scene.connected()
    assert wire.frame() == (0x88, b"\x03\xe9")
    assert time.monotonic() - begun >= 0.3
    receipt(scene, b"\x88\x02\x03\xe9", "connected")


STAGES = {"tcp": "accepted", "tls": "accepted", "http": "tls", "stomp": "upgraded"}


def reach(scene: Scene, stage: str) -> None:
    """Goes as far as that stage, where nothing is answered."""
    if stage == "tls":
        with pytest.raises(TimeoutError):
            scene.connect()
        return
    if stage == "tcp":
        wire = Wire(scene.raw())
    elif stage == "http":
        wire = scene.connect()
        wire.write(scene.upgrade_request())
    else:
        wire = scene.upgraded()
        wire.text(CONNECT)
    hangs(wire)


@pytest.mark.parametrize("stage", STAGES)
def test_F_711_hangs_in_a_stage(mock: Mock, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = mock.scenario(f"F-711/{stage}:good=2", plain=False)
    for _ in range(2):
        is_alive(scene.connected())
    with monkeypatch.context() as short:
        short.setattr("wire.BOUND", 0.5 if stage == "tls" else 10)
        reach(scene, stage)
    receipt(scene, b"", STAGES[stage])
    is_alive(scene.connected())


def test_F_711_in_tls_needs_tls(mock: Mock) -> None:
    status, _ = mock.control("POST", "/scenarios", {"faults": ["F-711/tls"], "plain": True})
    assert status == 400


def test_F_711_hangs_in_each_stage_in_turn(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = mock.scenario("F-711:good=10", plain=False)
    for _ in range(10):
        is_alive(scene.connected())
    for stage in STAGES:
        with monkeypatch.context() as short:
            short.setattr("wire.BOUND", 0.5 if stage == "tls" else 10)
            reach(scene, stage)
    is_alive(scene.connected())
    assert [one["state"] for one in receipts(scene, 4)] == list(STAGES.values())


def test_F_712_half_a_frame_then_a_whole_one(mock: Mock) -> None:
    scene = mock.scenario("F-712" + NOW)
    wire = scene.subscribed()
    first, half = wire.frame()
    assert half.startswith(b"MESSAGE\n")
    assert b"\0" not in half
    assert wire.rest() == b""
    receipt(scene, bytes([first, 126, 0, len(half)]) + half, "subscribed")
    plain(scene.subscribed().message())


@pytest.mark.parametrize(("variant", "offer"), [("none", b"0,0"), ("other", b"20000,5000")])
def test_F_713_agrees_anew(mock: Mock, variant: str, offer: bytes) -> None:
    scene = mock.scenario(f"F-713/{variant}:lifetime=300ms")
    begun = time.monotonic()
    assert scene.connected().rest() == b""
    assert time.monotonic() - begun >= 0.3
    wire = scene.upgraded()
    wire.text(CONNECT)
    first, payload = wire.frame()
    assert payload == b"CONNECTED\nversion:1.2\nheart-beat:" + offer + b"\n\n\0"
    found = receipts(scene, 2)[-1]
    octets = bytes([first, len(payload)]) + payload
    assert found["sha256"] == hashlib.sha256(octets).hexdigest()
    is_alive(wire)


def test_F_714_has_room_for_one(mock: Mock) -> None:
    scene = mock.scenario("F-714")
    one = scene.connected()
    is_alive(one)
    two = scene.upgraded()
    assert one.frame() == (0x88, b"\x11\x39")
    is_alive(two)
    found = scene.wait_for("fault.injected", octets=4)
    assert found["sha256"] == hashlib.sha256(b"\x88\x02\x11\x39").hexdigest()
    assert (found["conn"], found["state"]) == (1, "connected")
    one.client_frame(8, b"\x11\x39")
    assert one.rest() == b""
    two.close()
    is_alive(scene.upgraded())


@pytest.mark.parametrize("variant", ["fin", "rst", "close"])
def test_F_717_ends_each_as_often_as_told(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-717/{variant}:after=0s,connections=20")
    for _ in range(20):
        wire = scene.subscribed()
        if variant == "rst":
            with pytest.raises(ConnectionResetError):
                wire.rest()
        elif variant == "fin":
            assert wire.rest() == b""
        else:
            assert wire.frame() == (0x88, b"\x03\xe9")
        wire.close()
    is_alive(scene.subscribed())
    assert receipts(scene, 20)


@pytest.mark.parametrize("variant", ["fin", "rst"])
def test_F_718_ends_all_at_once(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-718/{variant}:after=0s,clients=5,refuse=300ms")
    wires = [scene.subscribed() for _ in range(4)]
    for wire in wires:
        is_alive(wire)
    for wire in (*wires, scene.subscribed()):
        if variant == "rst":
            with pytest.raises(ConnectionResetError):
                wire.rest()
        else:
            assert wire.rest() == b""
    with pytest.raises(ConnectionRefusedError):
        scene.raw()
    assert [one["octets"] for one in receipts(scene, 5)] == [0] * 5
    listens_again(scene)
    is_alive(scene.subscribed())
