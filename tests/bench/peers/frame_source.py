#!/usr/bin/env python3
"""Sends ready WebSocket frames as fast as they are taken, in the clear and over TLS.

frame_source.py CORPUS_FOLDER

Listens on free ports of 127.0.0.1 and prints them: {"ws": PORT, "wss": PORT}; ends when its
standard input ends. GET /CLASS/COUNT is answered by 101, that many messages of CLASS.wsbin (from
the beginning again when it is over) and a Close. The certificate is made anew and is nobody's.
"""

from __future__ import annotations

import array
import base64
import contextlib
import hashlib
import itertools
import json
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

ACCEPT_SUFFIX = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3
SLICE = 1 << 20
CLOSE_NORMAL = b"\x88\x02\x03\xe8"


class CorpusError(Exception):
    """Says which file, and what is wrong with it."""


class Frames:
    """One class of a corpus, cut where its frames end."""

    def __init__(self, file: Path) -> None:
        beside = file.with_suffix(".ws")
        lengths = array.array("I")
        try:
            lengths.frombytes(beside.read_bytes())
        except ValueError as cut:
            raise CorpusError(f"{beside}: {cut}") from None
        framed = (each + (2 if each < 126 else 4 if each < 1 << 16 else 10) for each in lengths)
        self._ends = [0, *itertools.accumulate(framed)]
        self._octets = memoryview(file.read_bytes())
        if self._ends[-1] != len(self._octets) or not lengths:
            raise CorpusError(
                f"{file}: expected {self._ends[-1]} octets of frames, got {len(self._octets)}"
            )

    def slices(self, count: int) -> Iterator[memoryview]:
        """The octets of so many frames."""
        while count > 0:
            frames = min(count, len(self._ends) - 1)
            end = self._ends[frames]
            for begin in range(0, end, SLICE):
                yield self._octets[begin : min(end, begin + SLICE)]
            count -= frames


def read_corpus(folder: Path) -> dict[str, Frames]:
    files = sorted(folder.glob("*.wsbin"))
    if not files:
        raise CorpusError(
            f"{folder}: expected NAME.wsbin, as make_corpus.py writes with --websocket"
        )
    return {file.stem: Frames(file) for file in files}


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder, "key.pem"), Path(folder, "certificate.pem")
        make = ["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2"]
        subject = ["-subj", "/CN=localhost"]
        files = ["-keyout", str(key), "-out", str(certificate)]
        subprocess.run([*make, *subject, *files], check=True, capture_output=True)
        context.load_cert_chain(certificate, key)
    return context


def read_head(line: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < 1 << 16:
        octets = line.recv(1 << 12)
        if not octets:
            break
        head += octets
    return head


def answer(line: socket.socket, corpus: dict[str, Frames]) -> None:
    head = read_head(line)
    wanted = re.match(rb"GET /(\w+)/(\d+) ", head)
    key = re.search(rb"(?im)^sec-websocket-key: *(\S+)", head)
    if not wanted or not key or wanted[1].decode() not in corpus:
        line.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        return
    accept = base64.b64encode(hashlib.sha1(key[1] + ACCEPT_SUFFIX).digest())
    line.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Protocol: v12.stomp\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    for octets in corpus[wanted[1].decode()].slices(int(wanted[2])):
        line.sendall(octets)
    line.sendall(CLOSE_NORMAL)
    line.settimeout(10)
    line.recv(1 << 12)  # the client's Close: the server ends the connection


def serve(line: socket.socket, context: ssl.SSLContext | None, corpus: dict[str, Frames]) -> None:
    with line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if context is None:
                answer(line, corpus)
            else:
                with context.wrap_socket(line, server_side=True) as secured:
                    answer(secured, corpus)
                    with contextlib.suppress(OSError):  # whoever has gone needs no close_notify
                        secured.unwrap()
        except OSError as gone:
            print(f"frame_source: {gone}", file=sys.stderr)


def accept_all(
    listener: socket.socket, context: ssl.SSLContext | None, corpus: dict[str, Frames]
) -> None:
    while True:
        line, _ = listener.accept()
        threading.Thread(target=serve, args=(line, context, corpus), daemon=True).start()


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: frame_source.py CORPUS_FOLDER", file=sys.stderr)
        return 2
    try:
        corpus = read_corpus(Path(sys.argv[1]))
    except (CorpusError, OSError) as trouble:
        print(f"frame_source: {trouble}", file=sys.stderr)
        return 1
    ports = {}
    for scheme, context in (("ws", None), ("wss", server_context())):
        listener = socket.create_server(("127.0.0.1", 0))
        ports[scheme] = listener.getsockname()[1]
        threading.Thread(target=accept_all, args=(listener, context, corpus), daemon=True).start()
    print(json.dumps(ports), flush=True)
    sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
