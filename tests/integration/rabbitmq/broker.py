"""A RabbitMQ of our own: loopback only, everything it writes in one folder, gone afterwards."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

# Debian's wrapper in /usr/sbin insists on the user rabbitmq and on /var: this is what it calls.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
LOOPBACK = "127.0.0.1"
START_LIMIT_S = 90.0
STOP_LIMIT_S = 30.0
ATTEMPTS = 3


class BrokerDidNotStart(Exception):
    """Carries the end of the broker's own output."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    web_stomp: int
    epmd: int
    distribution: int


@dataclass(frozen=True, kw_only=True)
class Broker:
    url: str
    """Where web_stomp listens, with its path."""
    port: int
    folder: Path
    process: subprocess.Popen[bytes]


def installed() -> bool:
    return SERVER.exists()


def free_ports() -> Ports:
    """Free at this moment; another program may take one, so a start is tried more than once."""
    listeners = [socket.create_server((LOOPBACK, 0)) for _ in range(3)]
    numbers = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return Ports(web_stomp=numbers[0], epmd=numbers[1], distribution=numbers[2])


def write_configuration(folder: Path, ports: Ports) -> None:
    (folder / "rabbitmq.conf").write_text(
        "listeners.tcp = none\n"
        "stomp.listeners.tcp = none\n"
        f"web_stomp.tcp.ip = {LOOPBACK}\n"
        f"web_stomp.tcp.port = {ports.web_stomp}\n"
    )
    (folder / "enabled_plugins").write_text("[rabbitmq_web_stomp].\n")
    (folder / "rabbitmq-env.conf").touch()


def environment(folder: Path, ports: Ports) -> dict[str, str]:
    interface = LOOPBACK.replace(".", ",")
    return {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(folder),  # the cookie is made there
        "ERL_EPMD_PORT": str(ports.epmd),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "RABBITMQ_NODENAME": "doctor@localhost",
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{{interface}}}",
    }


def accepts(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until_open(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not accepts(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise BrokerDidNotStart(output.read_text(errors="replace")[-4000:])
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    """Asks by SIGTERM; what does not listen is killed together with its helpers."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def started(
    command: list[str], variables: dict[str, str], output: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with output.open("wb") as stream:
        process = subprocess.Popen(
            # Should this test be killed, the broker is told to stop as well.
            ["/usr/bin/setpriv", "--pdeathsig", "TERM", *command],
            env=variables,
            cwd=variables["HOME"],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


@contextmanager
def running_once(folder: Path) -> Iterator[Broker]:
    ports = free_ports()
    write_configuration(folder, ports)
    variables = environment(folder, ports)
    # Left alone, the broker starts an epmd that detaches itself and outlives it.
    epmd = ["/usr/bin/epmd", "-address", LOOPBACK, "-port", str(ports.epmd)]
    output = folder / "output.txt"
    with (
        started(epmd, variables, folder / "epmd.txt"),
        started([str(SERVER)], variables, output) as process,
    ):
        wait_until_open(ports.web_stomp, process, output)
        yield Broker(
            url=f"ws://{LOOPBACK}:{ports.web_stomp}/ws",
            port=ports.web_stomp,
            folder=folder,
            process=process,
        )


@contextmanager
def running(folder: Path) -> Iterator[Broker]:
    """A broker that accepts guest with the passcode guest; stopped at the end of the block."""
    with ExitStack() as stack:
        for attempt in range(1, ATTEMPTS + 1):
            place = folder / str(attempt)
            place.mkdir()
            try:
                broker = stack.enter_context(running_once(place))
                break
            except BrokerDidNotStart:
                if attempt == ATTEMPTS:
                    raise
        yield broker


def processes_of(folder: Path) -> list[str]:
    """What still runs with this folder in its environment: broker, epmd and their helpers."""
    mark = f"HOME={folder}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found
