"""What is measured. Each takes a running server and gives figures by name; a server that sends
other than it should has none."""

from __future__ import annotations

import contextlib
import resource
import selectors
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from typing import cast

from . import client
from .servers import BEAT_MS, BODY, Server

Figures = dict[str, float]
_READ = 1 << 20
_TAIL = 1000
"""Longer than an event and shorter than two."""


class WrongServer(Exception):
    """It did not do what was asked."""


def setup(server: Server, connections: int) -> Figures:
    """From connect() to CONNECTED, one connection after the other; milliseconds and a rate."""
    took = []
    for _ in range(connections):
        begun = time.perf_counter()
        stream = client.connected(server)
        took.append(time.perf_counter() - begun)
        stream.close()
    ordered = sorted(took)
    return {
        "set-up p50 (ms)": statistics.median(took) * 1000,
        "set-up p99 (ms)": ordered[int(len(ordered) * 0.99)] * 1000,
        "set-ups a second": len(took) / sum(took),
    }


def burst(server: Server, count: int) -> Figures:
    """Events to one subscriber that reads as fast as it can, from the first octet to the last."""
    with client.connected(server) as stream:
        stream.sendall(client.subscribe(_destination(server, f"/burst/{count}")))
        with _published(server, count):
            rate = _events(server, [stream], count)
    return {"burst (events a second)": rate}


def crowd(server: Server, subscribers: int, count: int) -> Figures:
    """The same events to each of many."""
    streams = [client.connected(server) for _ in range(subscribers)]
    for stream in streams:
        stream.sendall(client.subscribe(_destination(server, f"/crowd/{subscribers}/{count}")))
    if server.control:
        time.sleep(0.5)
        server.order("/events", {"event": BODY, "count": count})
    with _published(server, count):
        rate = _events(server, streams, count)
    for stream in streams:
        stream.close()
    return {f"to {subscribers} subscribers (events a second)": rate}


def idle(server: Server, connections: int, seconds: float) -> Figures:
    """Open connections with beats both ways: memory above the empty server, processor time."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, connections + 100), hard))
    try:
        client.connected(server).close()  # what the first one brings into memory is not counted
        empty = server.resident_kib()
        begun = time.perf_counter()
        streams = [client.connected(server, f"{BEAT_MS},{BEAT_MS}") for _ in range(connections)]
        opened = time.perf_counter() - begun
        cpu, start = server.cpu_seconds(), time.perf_counter()
        kib = _hold(server, streams, seconds)
        busy = (server.cpu_seconds() - cpu) / (time.perf_counter() - start)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    for stream in streams:
        stream.close()
    return {
        f"KiB a connection at {connections} idle": (kib - empty) / connections,
        f"processor at {connections} idle (%)": busy * 100,
        f"opened a second up to {connections}": connections / opened,
    }


def _destination(server: Server, asked: str) -> str:
    return "/topic/events" if server.broker else server.topic or asked


@contextlib.contextmanager
def _published(server: Server, count: int) -> Iterator[None]:
    """For a broker: another client sends the events meanwhile."""
    if not server.broker:
        yield
        return
    time.sleep(0.5)  # until the subscriptions have taken effect
    blocks = [
        b"".join(
            client.frame(
                f"SEND\ndestination:/topic/events\ncontent-type:application/json\nat:{at}\n"
                f"content-length:{len(BODY)}\n\n{BODY}\0"
            )
            for at in range(first, min(first + 200, count + 1))
        )
        for first in range(1, count + 1, 200)
    ]
    with client.connected(server) as sender:
        sending = threading.Thread(target=sender.sendall, args=(b"".join(blocks),))
        sending.start()
        yield
        sending.join()


def _events(server: Server, streams: list[socket.socket], count: int) -> float:
    """Reads until each has its count; events a second. Their ids must be whole and in order."""
    received: dict[socket.socket, list[bytes]] = {stream: [] for stream in streams}
    last = f"\n{server.number}:{count}\n".encode()
    first = 0.0
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            stream.setblocking(False)
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(60)
            if not ready:
                raise WrongServer(f"{server.name} sent no more")
            for key, _ in ready:
                stream = cast(socket.socket, key.fileobj)
                octets = stream.recv(_READ)
                if not octets:
                    raise WrongServer(f"{server.name} ended it: {received[stream][-1:]}")
                first = first or time.perf_counter()
                parts = received[stream]
                parts.append(octets)
                tail = b"".join(parts[-2:])[-_TAIL:]
                if last in tail and tail.rstrip(b"\n").endswith(b"\0"):
                    selector.unregister(stream)
    took = time.perf_counter() - first
    for parts in received.values():
        text = b"".join(parts)
        if text.count(b"MESSAGE\n") != count or last not in text:
            raise WrongServer(f"{server.name} sent other than {count} events")
    return count * len(streams) / took


def _hold(server: Server, streams: list[socket.socket], seconds: float) -> int:
    """Beats as agreed and reads the server's, for so long; its memory then."""
    beat, heard = client.frame("\n"), 0
    begun, last = time.monotonic(), -1
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            stream.setblocking(False)
            selector.register(stream, selectors.EVENT_READ)
        slices = BEAT_MS // 100
        while (passed := time.monotonic() - begun) < seconds:
            now = int(passed * 1000 / 100)
            while last < now:  # a slice of them each tenth of a second
                last += 1
                for stream in streams[last % slices :: slices]:
                    stream.send(beat)
            for key, _ in selector.select(0.05):
                stream = cast(socket.socket, key.fileobj)
                octets = stream.recv(4096)
                if not octets:
                    raise WrongServer(f"{server.name} ended an idle connection")
                heard += octets.count(b"\n")
    if heard < len(streams) * int(seconds * 1000 // BEAT_MS) * 0.8:
        raise WrongServer(f"{server.name} beat {heard} times for {len(streams)} connections")
    return server.resident_kib()
