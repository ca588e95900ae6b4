"""Counts what a log in the shape of docs/raw-log.md holds."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

HEAD_OCTETS = 32
MAGIC = b"rhombus-frames/1"
ENTRY = struct.Struct("<QIIBB")  # time, length, connection, sender, first octet of the frame
SERVER = 1
CONTROL = 8  # opcodes from here on are those of control frames: RFC 6455 section 5.2


def server_data(log: Path) -> tuple[int, int]:
    """The server's data frames and the octets of their payloads. ValueError: it is no whole log."""
    with log.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
        if octets[: len(MAGIC)] != MAGIC:
            raise ValueError(f"{log}: expected {MAGIC!r}, got {octets[: len(MAGIC)]!r}")
        frames = payload = 0
        at = HEAD_OCTETS
        while at < len(octets):
            _, length, _, sender, first = ENTRY.unpack_from(octets, at)
            if sender == SERVER and first & 15 < CONTROL:
                frames += 1
                payload += length
            at += ENTRY.size + length
        if at != len(octets):
            raise ValueError(f"{log}: the last entry is cut")
        return frames, payload
