"""Streams to decode: valid ones, bent in ways that peers bend them."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable

COMMANDS = {
    "server": [b"MESSAGE", b"MESSAGE", b"CONNECTED", b"RECEIPT", b"ERROR"],
    "client": [b"SEND", b"CONNECT", b"STOMP", b"SUBSCRIBE", b"NACK", b"DISCONNECT"],
}
ODD_COMMANDS = [b"HELLO", b"message", b"MESSAGE ", b"SEND", b"MESSAGE", b"X" * 20, b"\xff"]
NAMES = [b"a", b"subscription", b"foo\\cbar", b"\xc3\xa9", b"content-type", b"", b"x" * 60]
VALUES = [b"", b"1", b" v ", b"a:b", b"\\n\\\\", b"\\t", b"\\", b"\xc3", b"/topic/a", b"y" * 90]
LENGTHS = [b"0", b"1", b"2", b"-1", b"", b"0x1", b"5, 5", b"400", b"513", b"9" * 25, b"2147483647"]
EOLS = [b"\n", b"\n", b"\n", b"\r\n", b"\r", b"\n\n", b""]
BODIES = [
    b"",
    b"{}",
    b"x",
    b"a\0b",
    b"\xff",
    b"MESSAGE\n\nx",
    b"RECEIPT\r\n",
    b"z" * 480,
    b"hello, world",
]
LOOSE = [
    b"\n",
    b"\r\n",
    b"\0",
    b"\r",
    b"\\",
    b":",
    b"\xc3\xa9",
    b"\xed\xa0\x80",
    b"MESSAGE\n",
    b"\n\n",
]


def stomp_frame(rng: random.Random, side: str) -> bytes:
    odd = rng.random() < 0.15
    command = rng.choice(ODD_COMMANDS if odd else COMMANDS[side])
    eol = b"\n" if rng.random() < 0.8 else rng.choice(EOLS)
    body = rng.choice(BODIES) if command in (b"MESSAGE", b"SEND") or rng.random() < 0.1 else b""
    headers = [
        rng.choice(NAMES) + b":" + rng.choice(VALUES) for _ in range(rng.choice([0, 1, 2, 3, 7]))
    ]
    if rng.random() < 0.5:
        length = b"%d" % len(body) if rng.random() < 0.7 else rng.choice(LENGTHS)
        headers.insert(rng.randint(0, len(headers)), b"content-length:" + length)
    end = b"\0" if rng.random() < 0.9 else b""
    return command + eol + b"".join(header + eol for header in headers) + eol + body + end


def stomp_stream(rng: random.Random) -> bytes:
    choice = rng.choice([0, 0, 0, 1, 1, 2, 3, 4, 5])
    side = "client" if choice & 1 else "server"
    parts = []
    for _ in range(rng.randint(1, 4)):
        parts.append(rng.choice([b"", b"", b"\n", b"\r\n", b"\n\n", b"\r", b"\0"]))
        parts.append(stomp_frame(rng, side))
    return bytes([choice]) + bend(rng, b"".join(parts), LOOSE)


def websocket_frame(
    rng: random.Random, *, masked: bool, opcode: int, fin: bool, payload: bytes, rsv: int
) -> bytes:
    size = len(payload)
    form = 0 if size < 126 else 2 if size < 65536 else 8
    if rng.random() < 0.03:
        form = rng.choice([0, 2, 8])
    length = size & 127 if form == 0 else {2: 126, 8: 127}[form]
    head = bytes([fin << 7 | rsv << 4 | opcode, masked << 7 | length])
    head += (size % (1 << 8 * form)).to_bytes(form, "big")
    if not masked:
        return head + payload
    key = rng.randbytes(4)
    return head + key + bytes(octet ^ key[i % 4] for i, octet in enumerate(payload))


TEXTS = [
    b"",
    b"Hello",
    "\u00e9\u6f22\U0001f6aa".encode(),
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"a" * 300,
    b"\xf0\x9f",
    b"b" * 4097,
]
CLOSES = [
    b"",
    b"\x03\xe8",
    b"\x03\xe8bye",
    b"\x03\xf6",
    b"\x03\xee",
    b"\x03",
    b"\x03\xe8\xc3\x28",
    b"\x0f\xa0",
    b"\x13\x88",
]


class Messages:
    """Frames of messages, compressed with a window that goes on or not."""

    def __init__(self, rng: random.Random, choice: int) -> None:
        self.rng = rng
        self.masked = bool(choice & 1) ^ (rng.random() < 0.03)
        self.compressed = bool(choice & 2)
        self.takeover = not choice & 4
        self.deflater = zlib.compressobj(9, zlib.DEFLATED, -15)

    def frame(self, opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> bytes:
        if self.rng.random() < 0.02:
            rsv = self.rng.randint(0, 7)
        return websocket_frame(
            self.rng, masked=self.masked, opcode=opcode, fin=fin, payload=payload, rsv=rsv
        )

    def control(self) -> bytes:
        opcode = self.rng.choice([9, 9, 10, 10, 8, 11])
        payload = (
            self.rng.choice(CLOSES) if opcode == 8 else b"p" * self.rng.choice([0, 5, 125, 126])
        )
        return self.frame(opcode, payload, fin=self.rng.random() < 0.97)

    def message(self) -> bytes:
        text = (
            self.rng.choice(TEXTS)
            if self.rng.random() < 0.8
            else bytes(self.rng.choices(b"abc\xc3\xa9\0", k=40))
        )
        rsv = 0
        if self.compressed and self.rng.random() < 0.8:
            text, rsv = self.deflated(text), 4
        cuts = sorted(self.rng.randint(0, len(text)) for _ in range(self.rng.choice([0, 0, 1, 2])))
        pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        opcode = self.rng.choice([1, 1, 2, 3 if self.rng.random() < 0.1 else 1])
        frames = []
        for i, piece in enumerate(pieces):
            last = i == len(pieces) - 1
            frames.append(self.frame(0 if i else opcode, piece, fin=last, rsv=0 if i else rsv))
            if not last and self.rng.random() < 0.2:
                frames.append(self.control())
        return b"".join(frames)

    def deflated(self, text: bytes) -> bytes:
        if self.rng.random() < 0.2:
            text = text * self.rng.choice([1, 20])
        if self.rng.random() < 0.1:  # A block that says that it is the last one.
            final = zlib.compressobj(9, zlib.DEFLATED, -15)
            return final.compress(text) + final.flush() + b"\0"
        if not self.takeover:
            self.deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        octets = self.deflater.compress(text) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
        octets = octets.removesuffix(b"\0\0\xff\xff")
        if self.rng.random() < 0.15:
            return bend(self.rng, octets, [b"\0", b"\xff", b"\x01\0\0\xff\xff"])
        return octets


def websocket_stream(rng: random.Random) -> bytes:
    choice = rng.choice([0, 1, 2, 3, 6, 7])
    messages = Messages(rng, choice)
    parts = [
        messages.message() if rng.random() < 0.8 else messages.control()
        for _ in range(rng.randint(1, 4))
    ]
    stream = b"".join(parts)
    if rng.random() < 0.5:
        stream = bend(rng, stream, [b"\x81", b"\x80\0", b"\x89\0", b"\xff"])
    return bytes([choice]) + stream


def bend(rng: random.Random, octets: bytes, loose: list[bytes]) -> bytes:
    """Some octets changed, taken out, doubled, put in, or cut off."""
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 3])):
        at = rng.randint(0, len(octets))
        to = min(len(octets), at + rng.choice([1, 1, 2, 5]))
        way = rng.randint(0, 4)
        if way == 0:
            octets = octets[:at] + bytes([rng.randint(0, 255)]) + octets[at + 1 :]
        elif way == 1:
            octets = octets[:at] + octets[to:]
        elif way == 2:
            octets = octets[:to] + octets[at:]
        elif way == 3:
            octets = octets[:at] + rng.choice(loose) + octets[at:]
        else:
            octets = octets[:at]
    return octets


STREAMS: dict[str, Callable[[random.Random], bytes]] = {
    "stomp": stomp_stream,
    "websocket": websocket_stream,
}
