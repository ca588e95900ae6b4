"""What is no TLS, or stops in the middle of it, harms nobody: an alert or an end within the
limits, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import ssl
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tls_wire import client, recorded, records
from wire import BOUND, Mock, Wire, select_nothing

from rhombus_mock.plan import Plan
from rhombus_mock.running.server import Server

ALERT, UNEXPECTED_MESSAGE, RECORD_OVERFLOW = 21, 10, 22


def descriptors(mock: Mock) -> int:
    """How many the server holds."""
    return len(os.listdir(f"/proc/{mock.process.pid}/fd"))


def until_back_at(mock: Mock, count: int) -> None:
    """Waits until the server holds no more descriptors than that."""
    deadline = time.monotonic() + BOUND
    while descriptors(mock) > count:
        assert time.monotonic() < deadline, f"{descriptors(mock)} descriptors, {count} before"
        select_nothing(0.01)


GARBAGE = {
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "zeros": bytes(64),
    "noise": bytes(range(255, -1, -1)) * 16,
    "an SSH banner": b"SSH-2.0-OpenSSH_9.2p1\r\n",
    "SSL 2.0": bytes.fromhex("802e0100020015000000100100800200800300800400800500800600800700c0")
    + bytes(16),
    "application data": bytes.fromhex("1703030010") + bytes(16),
    "an alert": bytes.fromhex("15030300020228"),
    "an empty ClientHello": bytes.fromhex("160301000401000000"),
    "a record of 16 KiB and more": bytes.fromhex("1603014801") + bytes(0x4801),
    "a record of 65535 octets": bytes.fromhex("160301ffff") + bytes(65535),
    "a ClientHello of 16 MiB": bytes.fromhex("160301400001ffffff") + bytes(0x3FFC),
}


@pytest.mark.parametrize("octets", GARBAGE.values(), ids=GARBAGE)
def test_garbage_in_place_of_a_ClientHello(mock: Mock, octets: bytes) -> None:
    before = descriptors(mock)
    scene = mock.scenario(plain=False)
    with scene.raw() as raw:
        raw.sendall(octets)
        try:
            answered = Wire(raw).rest()
        except ConnectionResetError:  # It did not read all of what we sent.
            answered = b""
    assert all(one[0] == ALERT for one in records(answered))
    scene.wait_for("tls.failed")
    scene.wait_for("tcp.closed")
    scene.upgraded().close()
    scene.end()
    until_back_at(mock, before)


def test_a_record_in_the_stream_longer_than_any_may_be(mock: Mock) -> None:
    scene = mock.scenario(plain=False)
    stream = recorded(scene, client(scene))
    scene.subscribed()
    stream.raw.sendall(bytes.fromhex("1703034801") + bytes(0x4801))
    with pytest.raises(ssl.SSLError, match="ALERT_RECORD_OVERFLOW"):
        stream.recv(1)
    failed = scene.wait_for("tls.failed")
    assert (failed["from"], failed["alert"]) == ("server", "record_overflow")
    scene.wait_for("tcp.closed", by="fin", **{"from": "server"})


def test_messages_of_many_full_records_are_read(mock: Mock) -> None:
    scene = mock.scenario(plain=False)
    wire = scene.subscribed()
    wire.client_frame(2, b"SEND\ndestination:/x\n\n" + b"y" * 200_000 + b"\0")
    wire.client_frame(9, b"?")
    assert wire.frame() == (0x8A, b"?")


HALVES = {
    "nothing": b"",
    "half a record head": bytes.fromhex("160301"),
    "half a ClientHello": bytes.fromhex("1603010200010001fc0303") + bytes(100),
}


@pytest.mark.parametrize("octets", HALVES.values(), ids=HALVES)
def test_half_a_record_then_silence_ends_with_the_opening(octets: bytes) -> None:
    """In this process, so that its tasks can be counted."""

    async def run() -> str:
        server = Server()
        scenario = server.start(Plan(opening_seconds=0.3))
        tasks, files = asyncio.all_tasks(), len(os.listdir("/proc/self/fd"))
        url = urlsplit(scenario.described()["ws_url"])
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(octets)
        async with asyncio.timeout(BOUND):
            assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(BOUND):
            while asyncio.all_tasks() != tasks or len(os.listdir("/proc/self/fd")) != files:
                await asyncio.sleep(0.01)
        journal = Path(scenario.described()["journal"]).read_text()
        await server.stop()
        return journal

    assert '"by": "timeout"' in asyncio.run(run()).replace('"by":"', '"by": "')


def test_many_half_handshakes_leave_nothing_behind(mock: Mock) -> None:
    before = descriptors(mock)
    scene = mock.scenario(plain=False)
    for _ in range(500):
        with scene.raw() as raw:
            raw.sendall(bytes.fromhex("1603010200010001fc0303"))
    scene.upgraded().close()
    until_back_at(mock, before + 3)  # The journal and two ports.
    scene.end()
    until_back_at(mock, before)


def test_half_a_record_in_the_stream_then_FIN(mock: Mock) -> None:
    scene = mock.scenario(plain=False)
    stream = recorded(scene, client(scene))
    scene.subscribed()
    stream.raw.sendall(bytes.fromhex("1703030100") + bytes(10))
    stream.raw.shutdown(socket.SHUT_WR)
    scene.wait_for("tcp.closed", **{"from": "client"})


def test_garbage_from_a_client_that_does_not_read(mock: Mock) -> None:
    """The alert cannot go out, as a write waits for the client: the connection ends all the
    same."""
    scene = mock.scenario("F-607:count=50000,after=0s", plain=False)
    stream = recorded(scene, client(scene))
    stream.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    scene.subscribed()
    select.select([stream.raw], [], [], BOUND)
    select_nothing(0.5)  # Time enough to fill both buffers.
    stream.raw.sendall(bytes.fromhex("1703030020") + bytes(32))
    assert scene.wait_for("tls.failed")["from"] == "server"
    stream.close()
    scene.wait_for("tcp.closed")
