"""F-715 and F-716 on a client that the server did not start."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from wire import BOUND, Mock, Scene, running, select_nothing

CLIENT = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
wire = socket.socket(family)
wire.connect((sys.argv[1], int(sys.argv[2])))
wire.sendall(bytes.fromhex(sys.argv[3]))
print("sent", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def client(scene: Scene, prefix: str = "") -> Iterator[int]:
    """A process of its own that connects as far as STOMP; its pid. `prefix` goes before the
    address."""
    connect = b"CONNECT\naccept-version:1.2\nheart-beat:100,100\n\n\0"
    octets = scene.upgrade_request() + bytes([0x81, 0x80 | len(connect)]) + bytes(4) + connect
    url = urlsplit(scene.info["ws_url"])
    with subprocess.Popen(
        [sys.executable, "-c", CLIENT, f"{prefix}{url.hostname}", str(url.port), octets.hex()],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def state(pid: int) -> str:
    """`S`, `R`, `T` for stopped. Spec: proc(5), /proc/pid/stat."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def wait_for_state(pid: int, stopped: str) -> float:
    """When it was seen to be so, `stopped` or `going`."""
    deadline = time.monotonic() + BOUND
    while (state(pid) == "T") != (stopped == "stopped"):
        assert time.monotonic() < deadline
        select_nothing(0.005)
    return time.monotonic()


HABITS = {"heart_beat": "100,100", "silent_client": "kept"}


@pytest.mark.parametrize("prefix", ["", "::ffff:"])
def test_F_715_stops_the_client_and_lets_it_go_on(mock: Mock, prefix: str) -> None:
    scene = mock.scenario("F-715:after=0s,intervals=5", habits=HABITS)
    with client(scene, prefix) as pid:
        begun = wait_for_state(pid, "stopped")
        assert wait_for_state(pid, "going") - begun >= 0.4
        found = scene.wait_for("fault.injected")
        assert (found["octets"], found["state"]) == (0, "connected")
        note = scene.wait_for("note", text=f"process {pid} goes on")
        assert note["t_ns"] - found["t_ns"] >= 450e6


@pytest.mark.parametrize("end", ["scenario", "SIGTERM", "SIGKILL"])
def test_F_715_never_leaves_a_client_stopped(end: str) -> None:
    with running("--events", "0") as mock:
        scene = mock.scenario("F-715:after=0s,intervals=10000", habits=HABITS)
        with client(scene) as pid:
            wait_for_state(pid, "stopped")
            scene.wait_for("fault.injected")
            if end == "scenario":
                scene.end()
            else:
                os.kill(mock.process.pid, getattr(signal, end))
                mock.process.wait(BOUND)
            wait_for_state(pid, "going")


def test_F_715_does_not_stop_who_started_the_server(mock: Mock) -> None:
    scene = mock.scenario("F-715:after=0s", habits=HABITS)
    wire = scene.connected("100,100")
    note = scene.wait_for("note")
    assert note["text"].startswith("F-715 unavailable: the client is the server itself or started")
    wire.client_frame(9, b"ok")
    assert scene.receipts() == []


def test_F_716_needs_a_client_of_ours(mock: Mock) -> None:
    scene = mock.scenario("F-716:after=0s")
    scene.subscribed()
    note = scene.wait_for("note")
    assert note["text"].startswith("F-716/forward unavailable: only the clock of a client that")
    assert scene.receipts() == []
