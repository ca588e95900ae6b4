"""Clients that send what is no WebSocket, or too much of it, or never read: the server answers or
drops them within its limits, and its journal stays valid."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from wire import MASK, Mock, Scene, Wire, running

from rhombus_mock.actions import Send
from rhombus_mock.connections.backlog import ITEM_OCTETS, MAX_PENDING_OCTETS
from rhombus_mock.connections.outbox import Outbox

SCHEMA = Path(__file__).parents[2] / "docs/schema/transcript.schema.json"
MEBI = 1 << 20


@pytest.fixture(scope="module")
def alone() -> Iterator[Mock]:
    """A server of our own, whose memory nobody else uses."""
    with running("--events", "0") as mock:
        yield mock


def resident(mock: Mock) -> int:
    """Octets of memory that the server holds now (Linux)."""
    status = Path(f"/proc/{mock.process.pid}/status").read_text("ascii")
    line = next(one for one in status.splitlines() if one.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def close_code(wire: Wire) -> int:
    """Of the Close that comes next; FIN or RST follows."""
    first, payload = wire.frame()
    assert first == 0x88, (first, payload)
    with contextlib.suppress(OSError):
        wire.client_frame(8, payload[:2])
        assert wire.rest() == b""
    return int.from_bytes(payload[:2], "big")


def check_journal(scene: Scene) -> None:
    """Every record is valid, none tells of a defect, the last one is the end."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    records = scene.end()
    for record in records:
        validator.validate(record)
    assert not [one for one in records if "defect" in str(one.get("text", ""))]
    assert (records[-1]["kind"], records[-1]["records"]) == ("end", len(records))


REFUSED = {
    "not-masked": (b"\x81\x05hello", 1002),
    "reserved-bit": (b"\xc1\x80" + MASK, 1002),
    "reserved-opcode": (b"\x83\x80" + MASK, 1002),
    "long-ping": (b"\x89\xfe\x00\x7e" + MASK + bytes(126), 1002),
    "fragmented-ping": (b"\x09\x80" + MASK, 1002),
    "stray-continuation": (b"\x80\x80" + MASK, 1002),
    "text-in-text": (b"\x01\x80" + MASK + b"\x81\x80" + MASK, 1002),
    "not-utf-8": (b"\x81\x82" + MASK + b"\xc3\x28", 1007),
    "one-octet-close": (b"\x88\x81" + MASK + b"\x03", 1002),
    "forbidden-code": (b"\x88\x82" + MASK + b"\x03\xee", 1002),
    "1-gib": (b"\x81\xff" + (1 << 30).to_bytes(8, "big") + MASK + bytes(1024), 1009),
    "2-63": (b"\x81\xff\x80" + bytes(7) + MASK, 1009),
    "http": (b"GET / HTTP/1.1\r\nHost: mock\r\n\r\n", 1002),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_frame_that_must_not_be_is_refused(alone: Mock, what: str) -> None:
    octets, code = REFUSED[what]
    scene = alone.scenario()
    wire = scene.upgraded()
    wire.write(octets)
    assert close_code(wire) == code
    check_journal(scene)


def test_garbage_ends_within_the_bound(alone: Mock) -> None:
    scene = alone.scenario()
    chance = random.Random(7)
    for _ in range(50):
        wire = scene.upgraded()
        with contextlib.suppress(OSError):
            wire.write(chance.randbytes(chance.randrange(1, 5000)))
            wire.stream.shutdown(1)
            wire.rest()
        wire.close()
    scene.connected().close()
    check_journal(scene)


def test_half_a_frame_is_on_record(alone: Mock) -> None:
    scene = alone.scenario()
    wire = scene.upgraded()
    wire.write(b"\x81\x85\x01\x02")
    wire.stream.shutdown(1)
    wire.rest()
    assert scene.wait_for("ws.raw", **{"from": "client"})["base64"] == "gYUBAg=="
    check_journal(scene)


def test_a_huge_frame_takes_no_memory(alone: Mock) -> None:
    scene = alone.scenario()
    scene.connected()
    before = resident(alone)
    wire = scene.upgraded()
    with contextlib.suppress(OSError):
        wire.write(b"\x81\xff" + (1 << 30).to_bytes(8, "big") + MASK)
        for _ in range(64):
            wire.write(bytes(MEBI))
    assert resident(alone) - before < 16 * MEBI
    scene.connected().close()
    check_journal(scene)


def test_endless_fragments_end_at_the_limit(alone: Mock) -> None:
    scene = alone.scenario()
    wire = scene.upgraded()
    before = resident(alone)
    fragment = b"\xff" + (256 * 1024).to_bytes(8, "big") + MASK + b"x" * 256 * 1024
    wire.write(b"\x01" + fragment)
    for _ in range(63):
        wire.write(b"\x00" + fragment)
    wire.write(b"\x00\x81" + MASK + b"x")
    assert close_code(wire) == 1009
    assert resident(alone) - before < 128 * MEBI
    scene.connected().close()
    check_journal(scene)


def test_who_never_reads_is_cut_off(alone: Mock) -> None:
    scene = alone.scenario()
    wire = scene.subscribed()
    scene.wait_for("ws.frame", opcode=1, read=3)
    path = f"/scenarios/{scene.id}/events"
    assert alone.control("POST", path, {"event": "x" * 900_000, "count": 90})[0] == 200
    scene.wait_for("drop", reason="client does not read")
    scene.wait_for("tcp.closed", by="rst", **{"from": "server"})
    with pytest.raises(ConnectionResetError):
        wire.rest()
    scene.connected().close()
    check_journal(scene)


class Told:
    """Stands where the connection stands, and the journal."""

    def __init__(self) -> None:
        self.ends: list[str] = []
        self.drops: list[str] = []

    def ended_by_us(self, by: str, reading: float) -> None:
        self.ends.append(by)

    def dropped(self, count: int, reason: str) -> None:
        self.drops.append(reason)

    def reset(self) -> None:
        self.ends.append("reset")


def test_answers_that_nobody_reads_are_bounded_by_what_they_take() -> None:
    told: Any = Told()
    outbox = Outbox(told, 1, told, told)
    for _ in range(300_000):
        outbox.put(Send(b"\x8a\x00"))
    assert told.drops == ["client does not read"]
    assert told.ends == ["reset", "rst"]
    assert outbox._backlog.count * ITEM_OCTETS <= MAX_PENDING_OCTETS
