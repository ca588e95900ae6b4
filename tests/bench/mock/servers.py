"""The servers that are measured, each started anew for each figure, all on loopback without TLS."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BEAT_MS = 10_000
HERE = Path(__file__).parent
BODY = "x" * 265
"""Of each event, in all servers."""


@dataclass(frozen=True)
class Server:
    """One that runs. `path` and `headers` are what its handshake wants."""

    name: str
    pid: int
    port: int
    path: str = "/"
    headers: tuple[str, ...] = ()
    topic: str = ""
    """The only destination that it knows; empty where any is known."""
    control: str = ""

    def cpu_seconds(self) -> float:
        """What it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_kib(self) -> int:
        """Its memory now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def order(self, path: str, body: object) -> None:
        """Of the mock server alone: a request to its control endpoint."""
        data = json.dumps(body).encode()
        with urllib.request.urlopen(self.control + path, data, timeout=120) as answer:
            answer.read()


@contextlib.contextmanager
def ours(*arguments: str) -> Iterator[Server]:
    """rhombus-mock, with its journal on disk as always."""
    command = [sys.executable, "-m", "rhombus_mock", "--ready", "json", "--until-eof", "--plain"]
    limit = ("--max-connections", "20000", "--events", "0")
    with _running([*command, *limit, *arguments]) as (process, line):
        ready = json.loads(line)
        yield Server(
            name="rhombus-mock",
            pid=process.pid,
            port=int(ready["ws_url"].split(":")[2].split("/")[0]),
            path="/websocket?x-auth-scheme=api-token",
            headers=(f"x-auth-apikey: {ready['api_key']}",),
            topic=f"/topic/change/{ready['org']}",
            control=ready["control_url"],
        )


@contextlib.contextmanager
def npm_ws(modules: Path, prepared: int = 1) -> Iterator[Server]:
    """npm `ws`, with so many events made beforehand."""
    command = ["node", str(HERE / "peer_ws.mjs"), str(modules), str(BEAT_MS), str(prepared)]
    with _running(command) as (process, line):
        yield Server("npm ws", process.pid, int(line))


@contextlib.contextmanager
def websockets(prepared: int = 1) -> Iterator[Server]:
    """Python `websockets`, likewise."""
    command = [sys.executable, str(HERE / "peer_websockets.py"), str(BEAT_MS), str(prepared)]
    with _running(command) as (process, line):
        yield Server("websockets", process.pid, int(line))


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    try:
        yield process, process.stdout.readline().decode()
    finally:
        process.stdin.close()
        process.terminate()
        process.wait(30)
        process.stdout.close()
