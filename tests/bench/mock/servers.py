"""The servers that are measured, each started anew for each figure, all on loopback without TLS."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BEAT_MS = 10_000
HERE = Path(__file__).parent
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
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
    """The mock server's control endpoint."""
    broker: bool = False
    """Says only what another client sends, which it numbers by the header `at`."""

    @property
    def number(self) -> str:
        """The header that numbers its events from 1."""
        return "at" if self.broker else "message-id"

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
def rabbitmq() -> Iterator[Server]:
    """RabbitMQ with its plugin web_stomp, as a node of its own in a folder of its own."""
    if not RABBITMQ.exists():
        raise FileNotFoundError(RABBITMQ)
    port, other, epmd = (_free_port() for _ in range(3))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "enabled_plugins").write_text("[rabbitmq_web_stomp].")
        (folder / "rabbitmq.conf").write_text(
            "listeners.tcp = none\nstomp.listeners.tcp = none\nweb_stomp.tcp.ip = 127.0.0.1\n"
            f"web_stomp.tcp.port = {port}\nweb_stomp.ws_frame = text\n"
        )
        environment = os.environ | {
            "HOME": name,
            "RABBITMQ_NODENAME": f"bench{port}@localhost",
            "RABBITMQ_MNESIA_BASE": f"{name}/mnesia",
            "RABBITMQ_LOG_BASE": f"{name}/log",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{name}/enabled_plugins",
            "RABBITMQ_CONFIG_FILE": f"{name}/rabbitmq",
            "RABBITMQ_PID_FILE": f"{name}/pid",
            "RABBITMQ_DIST_PORT": str(other),
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        with (folder / "out").open("wb") as out:
            names = subprocess.Popen(
                ["epmd", "-port", str(epmd), "-address", "127.0.0.1"], stdout=out, stderr=out
            )
            node = subprocess.Popen([str(RABBITMQ)], env=environment, stdout=out, stderr=out)
            try:
                _until_it_listens(port)
                pid = int((folder / "pid").read_text())
                yield Server("RabbitMQ web_stomp", pid, port, "/ws", broker=True)
            finally:
                node.terminate()
                node.wait(60)
                names.terminate()
                names.wait(10)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _until_it_listens(port: int) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


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
