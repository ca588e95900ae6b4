#!/usr/bin/env python3
"""Writes streams of change events, as a STOMP server sends them over WebSocket, for benchmarks.

make_corpus.py OUT [--mib 64] [--classes small,medium,large] [--seed rhombus] [--websocket]

For each class of body sizes, the same octets for the same arguments:

  NAME.stomp      the stream: MESSAGE frames, and heart-beats between them
  NAME.ws         how it is cut into WebSocket messages, one frame or heart-beat each: their
                  lengths, 32 bits, least significant octet first
  NAME.chunks     how a network might cut it, anywhere: lengths of 1 to 16384 octets
  NAME.meta.json  what a reader must count
  NAME.wsbin      with --websocket: the same messages as unmasked WebSocket text frames
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MIB = 1 << 20

# How many changes one event reports: that decides how large its body is.
CLASSES = {"small": 1, "medium": 10, "large": 345}

HEARTBEATS = 0.05  # of the messages; the shares below are of the frames
ESCAPED = 0.10
REPEATED = 0.02
WITHOUT_LENGTH = 0.20
NON_ASCII = 0.10

ENTITIES = ("CAMERA", "DOOR_CONTROLLER", "DOOR_SENSOR", "CLIMATE_SENSOR", "POLICY", "USER", "BADGE")
ACTIONS = ("CREATED", "UPDATED", "DELETED")
PLACES = ("Main entrance", "Car park, level 2", "Archive", 'Room "B"', "Staircase\tnorth")
FAR_PLACES = ("Zürich 4–6", "Пропускной пункт", "正面玄関", "Café ☕", "बरामदा 🎥")

# STOMP 1.2, Value Encoding.
ESCAPES = {ord("\\"): "\\\\", ord("\r"): "\\r", ord("\n"): "\\n", ord(":"): "\\c"}


@dataclass
class Corpus:
    """One class: its messages so far, and what is in them."""

    messages: list[bytes] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class Events:
    """Frames made by chance. Only random() is drawn from: Python promises to keep its sequence."""

    def __init__(self, *, seed: str, changes: int) -> None:
        self._chance = random.Random(seed)
        self._changes = changes
        self._number = 0
        self._session = self._id(8)
        self._org = self._id(22)
        self._destination = f"/topic/change/{self._org}"

    def happens(self, share: float) -> bool:
        return self._chance.random() < share

    def _below(self, limit: int) -> int:
        return int(self._chance.random() * limit)

    def _one_of(self, choices: tuple[str, ...]) -> str:
        return choices[self._below(len(choices))]

    def _id(self, length: int) -> str:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return "".join(alphabet[self._below(64)] for _ in range(length))

    def _change(self, places: tuple[str, ...]) -> dict[str, Any]:
        return {
            "entity": self._one_of(ENTITIES),
            "change": self._one_of(ACTIONS),
            "uuid": self._id(22),
            "location": self._id(22),
            "name": self._one_of(places),
            "timestampMs": 1_700_000_000_000 + self._number * 41 + self._below(41),
            "online": self.happens(0.9),
            "value": self._below(100_000) / 100,
        }

    def _body(self) -> bytes:
        places = FAR_PLACES if self.happens(NON_ASCII) else PLACES
        changes = [self._change(places) for _ in range(self._changes)]
        event = {
            "type": "change",
            "org": self._org,
            "sequence": self._number,
            "changes": changes,
        }
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()

    def frame(self, counts: Counter[str]) -> bytes:
        """One MESSAGE; adds what a reader must find in it."""
        self._number += 1
        body = self._body()
        headers = [
            ("subscription", "sub-1"),
            ("message-id", f"{self._session}-{self._number}"),
            ("destination", self._destination),
            ("content-type", "application/json"),
        ]
        if self.happens(ESCAPED):
            headers += [
                ("x-path", f"C:\\recorder\\{self._id(12)}"),
                ("x:comment", f"first line\r\n{self._one_of(FAR_PLACES)}"),
            ]
            counts["escaped_frames"] += 1
        if self.happens(REPEATED):
            headers.append(("destination", "/topic/not-this-one"))
            counts["repeated_header_frames"] += 1
        if self.happens(WITHOUT_LENGTH):
            counts["no_content_length_frames"] += 1
        else:
            headers.append(("content-length", str(len(body))))
        counts["frames"] += 1
        counts["headers"] += len(headers)
        counts["header_bytes_decoded"] += sum(len((k + v).encode()) for k, v in headers)
        counts["body_bytes"] += len(body)
        lines = "".join(f"{k.translate(ESCAPES)}:{v.translate(ESCAPES)}\n" for k, v in headers)
        return b"MESSAGE\n" + lines.encode() + b"\n" + body + b"\0"


def make(*, seed: str, changes: int, octets: int) -> Corpus:
    """Messages of at least so many octets together."""
    corpus, events, total = Corpus(), Events(seed=seed, changes=changes), 0
    while total < octets:
        if events.happens(HEARTBEATS):
            corpus.counts["heartbeats"] += 1
            message = b"\n"
        else:
            message = events.frame(corpus.counts)
        corpus.messages.append(message)
        total += len(message)
    return corpus


def cuts(*, seed: str, octets: int) -> Iterator[int]:
    """Lengths from 1 to 16384 that add up; small ones are as frequent as large ones."""
    chance = random.Random(seed)
    while octets > 0:
        length = min(octets, int(2 ** (14 * chance.random())))
        yield length
        octets -= length


def text_frame(message: bytes) -> bytes:
    """RFC 6455 section 5.2: FIN, text, not masked."""
    length = len(message)
    if length < 126:
        return struct.pack(">BB", 0x81, length) + message
    if length < 1 << 16:
        return struct.pack(">BBH", 0x81, 126, length) + message
    return struct.pack(">BBQ", 0x81, 127, length) + message


def lengths(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def write(folder: Path, name: str, *, seed: str, corpus: Corpus) -> None:
    stream = b"".join(corpus.messages)
    chunks = list(cuts(seed=f"{seed}/chunks", octets=len(stream)))
    meta = {
        "name": name,
        "seed": seed,
        "bytes": len(stream),
        "ws_messages": len(corpus.messages),
        "chunks": len(chunks),
        "sha256": hashlib.sha256(stream).hexdigest(),
        **corpus.counts,
    }
    (folder / f"{name}.stomp").write_bytes(stream)
    (folder / f"{name}.ws").write_bytes(lengths([len(each) for each in corpus.messages]))
    (folder / f"{name}.chunks").write_bytes(lengths(chunks))
    (folder / f"{name}.meta.json").write_text(json.dumps(meta, indent=1, sort_keys=True) + "\n")


def write_websocket(folder: Path, name: str, corpus: Corpus) -> None:
    with (folder / f"{name}.wsbin").open("wb") as file:
        file.writelines(map(text_frame, corpus.messages))


def arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("out", type=Path, metavar="OUT", help="folder to write to")
    reader.add_argument("--mib", type=float, default=64, help="size of each stream (64)")
    reader.add_argument("--classes", default=",".join(CLASSES), help="some of %(default)s")
    reader.add_argument("--seed", default="rhombus", help="another one, another corpus (rhombus)")
    reader.add_argument("--websocket", action="store_true", help="write NAME.wsbin too")
    given = reader.parse_args()
    given.classes = given.classes.split(",")
    for name in given.classes:
        if name not in CLASSES:
            reader.error(f"no class {name!r}: there are {', '.join(CLASSES)}")
    return given


def main() -> int:
    given = arguments()
    given.out.mkdir(parents=True, exist_ok=True)
    for name in given.classes:
        seed = f"{given.seed}/{name}"
        corpus = make(seed=seed, changes=CLASSES[name], octets=int(given.mib * MIB))
        write(given.out, name, seed=seed, corpus=corpus)
        if given.websocket:
            write_websocket(given.out, name, corpus)
    return 0


if __name__ == "__main__":
    sys.exit(main())
