"""What nobody should do to a server, done: it answers or drops within its limits, its journal
stays valid and whole, and nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from wire import BOUND, Mock, Scene, Wire, answer, post, running, select_nothing

from rhombus_mock.running.control import Control
from rhombus_mock.running.server import Server

TOP = Path(__file__).parents[2]
CONNECTIONS = int(os.environ.get("RHOMBUS_MOCK_CONNECTIONS", "2000"))
"""For the descriptors; scripts/test-full sets more."""


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    text = (TOP / "docs/schema/transcript.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def descriptors(one: Mock) -> int:
    return len(os.listdir(f"/proc/{one.process.pid}/fd"))


def resident_kib(one: Mock) -> int:
    status = Path(f"/proc/{one.process.pid}/status").read_text("utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1])


def wait_until(done: Any, what: str) -> None:
    deadline = time.monotonic() + BOUND
    while not done():
        assert time.monotonic() < deadline, what
        select_nothing(0.02)


def serves(scene: Scene) -> bool:
    wire = scene.connect("rest")
    post(wire, scene.key)
    good = answer(wire)[0].startswith("HTTP/1.1 200 ")
    wire.close()
    return good


# ---- descriptors and crowds ---------------------------------------------------------------------


def test_no_descriptor_is_left_behind(schema: jsonschema.Draft202012Validator) -> None:
    with running("--events", "0") as one:
        scene = one.scenario(max_connections=CONNECTIONS + 3)
        assert serves(scene)
        before = descriptors(one)
        for number in range(CONNECTIONS):
            raw = scene.raw("ws" if number % 2 else "rest")
            match number % 4:
                case 0:
                    raw.sendall(b"POST /api/org/getOrgV2 HTTP/1.1\r\nHost: m\r\nContent-Le")
                case 1:
                    raw.sendall(b"\x16\x03\x01\x02\x00\x01")
                case 2:
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            raw.close()
        scene.upgraded().close()  # queued behind all others of its host
        assert serves(scene)
        wait_until(lambda: descriptors(one) <= before, "descriptors are still open")
        records = scene.end()
    for record in records[:: max(1, len(records) // 500)]:
        schema.validate(record)
    assert [record["n"] for record in records] == list(range(len(records)))
    assert records[-1]["connections"] == CONNECTIONS + 3
    closed = {record["conn"] for record in records if record["kind"] == "tcp.closed"}
    assert len(closed) == CONNECTIONS + 3


def test_more_connections_than_allowed_get_RST_and_room_is_made_again(mock: Mock) -> None:
    scene = mock.scenario(max_connections=20)
    held = [scene.raw() for _ in range(20)]
    scene.wait_for("tcp.connected", conn=20)
    with pytest.raises(ConnectionResetError):
        scene.raw().recv(1)
    assert scene.wait_for("drop")["reason"] == "more than 20 connections"
    for raw in held:
        raw.close()
    scene.wait_for("tcp.closed", conn=20)
    assert serves(scene)
    assert scene.end()[-1]["dropped"] == 1


def test_out_of_descriptors_it_waits_and_goes_on(schema: jsonschema.Draft202012Validator) -> None:
    with running("--events", "0") as one:
        scene = one.scenario()
        limit = descriptors(one) + 12
        resource.prlimit(one.process.pid, resource.RLIMIT_NOFILE, (limit, limit))
        held = [scene.raw() for _ in range(30)]
        wait_until(lambda: descriptors(one) >= limit - 1, "descriptors are not used up")
        for raw in held:
            raw.close()
        assert serves(scene)
        assert one.control("GET", "/scenarios")[0] == 200


# ---- clients that dawdle ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "octets"),
    [
        ("rest", b""),
        ("rest", b"POST /api/org/getOrgV2 HTTP/1.1\r\nHost: mo"),
        ("rest", b"POST /api/org/getOrgV2 HTTP/1.1\r\nHost: m\r\nContent-Length: 9\r\n\r\n{}"),
        ("ws", b"GET /websocket HTTP/1.1\r\nUpgrade: webs"),
    ],
)
@pytest.mark.parametrize("security", ["plain", "TLS"])
def test_who_never_finishes_a_request_is_ended(
    mock: Mock, host: str, octets: bytes, security: str
) -> None:
    scene = mock.scenario(plain=security == "plain", opening_timeout="500ms")
    wire = scene.connect(host)
    start = time.monotonic()
    with contextlib.suppress(ConnectionError):
        for octet in octets:  # one at a time: each is progress, none is a request
            wire.write(bytes([octet]))
        wire.rest()
    assert time.monotonic() - start >= 0.4
    assert scene.wait_for("tcp.closed")["by"] == "timeout"
    wire.close()


def test_who_never_finishes_a_handshake_is_ended(mock: Mock) -> None:
    scene = mock.scenario(plain=False, opening_timeout="300ms")
    with scene.raw() as raw:
        raw.sendall(b"\x16\x03\x01\x02\x00\x01")
        with contextlib.suppress(ConnectionError):
            assert raw.recv(1) == b""
    assert scene.wait_for("tcp.closed")["by"] == "timeout"


def test_a_client_that_never_reads_is_cut_off_and_harms_nobody() -> None:
    with running("--events", "0") as one:
        scene = one.scenario()
        deaf = scene.subscribed()
        body = {"event": "x" * 500_000, "count": 400}
        assert one.control("POST", f"/scenarios/{scene.id}/events", body)[0] == 200
        assert scene.wait_for("drop")["reason"] == "client does not read"
        assert serves(scene)
        wait_until(lambda: resident_kib(one) < 400_000, "its memory is not given back")
        with pytest.raises(ConnectionResetError):
            while deaf.stream.recv(1 << 20):
                pass


def test_garbage_on_every_layer_is_answered_or_dropped(
    schema: jsonschema.Draft202012Validator,
) -> None:
    chance = random.Random(1)
    with running("--events", "0") as one:
        scene = one.scenario(opening_timeout="1s")
        for number in range(150):
            garbage = chance.randbytes(chance.randrange(1, 3000))
            wire = (scene.connect, scene.upgraded, scene.connected)[number % 3]()
            with contextlib.suppress(ConnectionError):
                header = b"" if number % 2 else b"\x81\xd0\0\0\0\0"
                wire.write(header + garbage)
                wire.stream.shutdown(socket.SHUT_WR)
                wire.rest()
            wire.close()
        assert serves(scene)
        records = scene.end()
    for record in records:
        schema.validate(record)
    assert not [one["text"] for one in records if one["kind"] == "note"]


# ---- the journal --------------------------------------------------------------------------------


def test_after_SIGKILL_the_journal_is_whole_up_to_the_last_event(
    tmp_path: Path, schema: jsonschema.Draft202012Validator
) -> None:
    path = tmp_path / "journal.jsonl"
    with running("--plain", "--events", "2000/s", "--journal", str(path)) as one:
        wire = Scene(one, {**one.ready, "id": "default"}).subscribed()
        received = [wire.message() for _ in range(500)]
        one.process.kill()
        one.process.wait(BOUND)
        for stream in (one.process.stdin, one.process.stdout, one.process.stderr):
            assert stream
            stream.close()
        wire.close()
    octets = path.read_bytes()
    assert octets.endswith(b"\n")
    records = [json.loads(line) for line in octets.splitlines()]
    for record in records:
        schema.validate(record)
    assert [record["n"] for record in records] == list(range(len(records)))
    assert records[-1]["kind"] != "end"
    said = [record["text"] for record in records if record["kind"] == "ws.frame"]
    events = [text.encode() for text in said if text.startswith("MESSAGE")]
    # A record follows its write, so the last one may be missing, and none before it.
    assert events[: len(received) - 1] == received[:-1]


def test_a_full_disk_is_said_once_and_the_server_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with running("--plain", "--events", "0", "--journal", str(path)) as one:
        scene = Scene(one, {**one.ready, "id": "default"})
        size = path.stat().st_size + 700
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (size, size))
        for _ in range(20):
            assert serves(scene)
        told = one.control("GET", "/scenarios/default")[1]["journal_error"]
        assert told == f"[Errno {errno.EFBIG}] File too large"
        assert one.stop() == 1
    lines = [line for line in one.leftover.decode().splitlines() if line]
    assert lines == [
        f"rhombus-mock: journal {path}: File too large; records are missing from now on"
    ]
    for at, line in enumerate(path.read_text("utf-8").splitlines()):
        assert json.loads(line)["n"] == at


def test_a_journal_is_for_its_owner_alone_and_a_device_is_left_as_it_is(tmp_path: Path) -> None:
    mode = os.stat("/dev/null").st_mode
    path = tmp_path / "journal.jsonl"
    path.write_text("what stood there\n")
    path.chmod(0o644)
    with running("--journal", str(path)):
        assert path.stat().st_mode & 0o777 == 0o600
        assert "what stood there" not in path.read_text("utf-8")
    with running("--journal", "/dev/null") as one:
        assert serves(Scene(one, {**one.ready, "id": "default"}))
    assert os.stat("/dev/null").st_mode == mode


# ---- beside each other, and the end -------------------------------------------------------------


def test_two_servers_side_by_side_do_not_meet() -> None:
    with running("--plain") as one, running("--plain") as other:
        scenes = [Scene(mock, {**mock.ready, "id": "default"}) for mock in (one, other)]
        assert one.ready["ca_file"] != other.ready["ca_file"]
        wire = scenes[0].connect("rest")
        post(wire, scenes[1].key)
        assert answer(wire)[0].startswith("HTTP/1.1 403 ")
        assert one.control("POST", "/shutdown") == (200, {})
        assert one.process.wait(BOUND) == 0
        assert serves(scenes[1])


def test_a_port_that_is_taken_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "rhombus_mock", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=BOUND,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "rhombus-mock: cannot start: Address already in use\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_a_crowd_ends_it_with_an_end_record(
    number: signal.Signals, tmp_path: Path
) -> None:
    path = tmp_path / "journal.jsonl"
    with running("--plain", "--events", "500/s", "--journal", str(path)) as one:
        scene = Scene(one, {**one.ready, "id": "default"})
        crowd = [scene.subscribed() for _ in range(20)]
        crowd += [scene.upgraded(), scene.connect(), scene.connect("rest")]
        for wire in crowd[:20]:
            wire.message()
        one.process.send_signal(number)
        assert one.process.wait(BOUND) == 0
        for wire in crowd:
            wire.close()
        folder = Path(one.ready["ca_file"]).parent
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert (records[-1]["kind"], records[-1]["reason"]) == ("end", number.name)
    assert records[-1]["records"] == len(records)
    assert sum(record["kind"] == "tcp.closed" for record in records) == len(crowd)
    assert not folder.exists()


# ---- the control endpoint -----------------------------------------------------------------------


@pytest.fixture
def hurried() -> Iterator[tuple[str, int, str]]:
    """A control endpoint that waits half a second for a request; address, port and path."""
    started, ending = threading.Event(), threading.Event()
    where: list[str] = []

    async def run() -> None:
        server = Server()
        control = Control(server, request_seconds=0.5)
        where.append(control.url)
        started.set()
        while not ending.is_set():
            await asyncio.sleep(0.01)
        await control.stop()
        await server.stop()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert started.wait(BOUND)
    address, path = where[0].removeprefix("http://").split("/")
    host, port = address.split(":")
    yield host, int(port), f"/{path}"
    ending.set()
    thread.join(BOUND)


@pytest.mark.parametrize("octets", [b"", b"GET / HT", b"POST /x HTTP/1.1\r\nHost: m\r\nContent-L"])
def test_who_never_finishes_an_order_is_ended(hurried: tuple[str, int, str], octets: bytes) -> None:
    with socket.create_connection(hurried[:2], timeout=BOUND) as raw:
        start = time.monotonic()
        raw.sendall(octets)
        assert raw.recv(1) == b""
        assert time.monotonic() - start >= 0.4


def test_garbage_for_an_order_is_answered(
    hurried: tuple[str, int, str],
) -> None:
    with socket.create_connection(hurried[:2], timeout=BOUND) as raw:
        wire = Wire(raw)
        wire.write(b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
        assert answer(wire)[0].startswith("HTTP/1.1 400 ")
        assert wire.rest() == b""
