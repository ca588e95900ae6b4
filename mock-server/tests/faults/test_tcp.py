"""Names, ports and TCP: read by sockets and compared with the catalogue."""

from __future__ import annotations

import socket

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
