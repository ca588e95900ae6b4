"""Receipts of the STOMP families: whatever is injected, offset, number and hash are those of the
octets that a socket read in the same session."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import time
from typing import Any

import pytest
from wire import Mock, Scene, Wire

from rhombus_mock.faults import catalogue

FAMILIES = ("stomp", "dialogue", "heartbeat")
PARAMETERS = {
    "F-452": "delay=100ms",
    "F-465": "delay=100ms",
    "F-428": "headers=300,header=70000,command=70000",
    "F-464": "octets=70000",
    "F-505": "factor=0.1",
    "F-517": "after=150ms",
}
OF_OTHER_CLIENTS = {
    "F-467/host-missing",
    "F-467/content-length-present",
    "F-468",
    "F-512/spring",
    "F-512/fin",
    "F-513",
}
"""A client as good as this one sees nothing of them."""


class Tape:
    """A socket that keeps what it has read."""

    def __init__(self, stream: socket.socket) -> None:
        self.octets = b""
        self._stream = stream

    def recv(self, count: int) -> bytes:
        more = self._stream.recv(count)
        self.octets += more
        return more

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def spellings() -> list[str]:
    found = []
    for entry in catalogue.entries().values():
        if entry["family"] not in FAMILIES:
            continue
        for variant in entry["variants"] or [{"name": ""}]:
            found.append(f"{entry['id']}/{variant['name']}".rstrip("/"))
    return found


def passes(wire: Wire, seconds: float) -> bool:
    """Pings and pongs for so long, and at least one: then the server has read everything. Whether
    it still answers."""
    deadline = time.monotonic() + seconds
    while True:
        wire.client_frame(9, b"?")
        while (frame := wire.frame()) != (0x8A, b"?"):
            if frame[0] == 0x88:
                return False
        if time.monotonic() >= deadline:
            return True


def a_session(scene: Scene, seconds: list[float]) -> bytes:
    """CONNECT, SUBSCRIBE and DISCONNECT, so long apart; every octet that came back."""
    wire = scene.connect()
    tape = Tape(wire.stream)
    wire.stream = tape  # type: ignore[assignment]
    wire.write(scene.upgrade_request())
    wire.head()
    said = [
        "CONNECT\naccept-version:1.2\nhost:mock\nheart-beat:100,100\n\n\0",
        f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{scene.org}\n\n\0",
        "DISCONNECT\nreceipt:bye\n\n\0",
    ]
    with contextlib.suppress(AssertionError, ConnectionError):  # ended by the fault
        for frame, pause in zip(said, seconds, strict=True):
            wire.text(frame)
            if not passes(wire, pause):
                break
    return tape.octets


@pytest.mark.parametrize("fault", spellings())
def test_every_receipt_is_about_octets_that_came(mock: Mock, fault: str) -> None:
    given = PARAMETERS.get(fault.partition("/")[0], "")
    after = "" if "after" in given else ",after=0s"
    habits = {"heart_beat": "100,100", "silent_client": "kept"}
    scene = mock.scenario(f"{fault}:{given}{after}".replace(":,", ":"), habits=habits)
    late = [0.3 if fault.startswith(one) else 0.0 for one in ("F-452", "F-5", "F-465")]
    octets = a_session(scene, late)
    receipts = [one for one in scene.end() if one["kind"] == "fault.injected"]
    assert bool(receipts) == (fault not in OF_OTHER_CLIENTS)
    for one in receipts:
        told = octets[one["at"] : one["at"] + one["octets"]]
        assert one["octets"] == len(told)
        assert one["sha256"] == hashlib.sha256(told).hexdigest()
