"""Client processes on this host: found by their socket, stopped, and continued whatever happens."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

End = tuple[str, int]
"""Address and port of one end of a connection."""

GUARD = """
import os, signal, sys
while os.read(0, 64):
    pass
for one in sys.argv[1:]:
    try:
        signal.pidfd_send_signal(int(one), signal.SIGCONT)
    except ProcessLookupError:
        pass
"""
"""Continues processes once its standard input ends, which it does even when we are killed."""


class Unavailable(Exception):
    """Something that is not permitted or not installed here; the text says what."""


def missing() -> str | None:
    """Why no process can be found and stopped; None where it can."""
    if not Path("/proc/net/tcp").exists():
        return "a client's process is found by /proc only, as on Linux"
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (OSError, AttributeError):
        return "a client's process is stopped by pidfd_open only, as of Linux 5.3"
    return None


def holders(ours: End, theirs: End) -> list[int]:
    """The processes that hold the other end of our connection. Raises Unavailable."""
    inode = _inode(theirs, ours)
    pids = [pid for pid in _pids() if _holds(pid, inode)]
    if not pids:
        raise Unavailable("the client is no process of ours on this host")
    if spared := set(pids) & {os.getpid(), *_ancestors()}:
        raise Unavailable(f"the client is the server itself or started it (process {spared.pop()})")
    return pids


@dataclass
class _Stopped:
    pids: list[int]
    handles: list[int]
    guard: subprocess.Popen[bytes]
    timer: asyncio.TimerHandle | None = None


class Suspensions:
    """Processes that are stopped now. `continued` is told of those that go on again."""

    def __init__(self, continued: Callable[[int], None]) -> None:
        self._continued = continued
        self._stopped: list[_Stopped] = []
        self._guards: list[subprocess.Popen[bytes]] = []

    def stop(self, pids: list[int], seconds: float) -> None:
        """Stops them for so long. Raises Unavailable."""
        handles: list[int] = []
        try:
            handles = [os.pidfd_open(pid) for pid in pids]
            guard = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", GUARD, *map(str, handles)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=handles,
                start_new_session=True,
            )
        except OSError as refused:
            _close(handles)
            raise Unavailable(f"the client cannot be stopped: {refused.strerror}") from refused
        stopped = _Stopped(pids, handles, guard)
        self._stopped.append(stopped)
        try:
            for handle in handles:
                signal.pidfd_send_signal(handle, signal.SIGSTOP)
        except OSError as refused:
            self._continue(stopped)
            raise Unavailable(f"the client cannot be stopped: {refused.strerror}") from refused
        stopped.timer = asyncio.get_running_loop().call_later(seconds, self._continue, stopped)

    def end(self) -> None:
        """All go on."""
        for one in list(self._stopped):
            self._continue(one)
        for guard in self._guards:
            guard.wait()

    def _continue(self, stopped: _Stopped) -> None:
        self._stopped.remove(stopped)
        if stopped.timer:
            stopped.timer.cancel()
        for pid, handle in zip(stopped.pids, stopped.handles, strict=True):
            try:
                signal.pidfd_send_signal(handle, signal.SIGCONT)
            except OSError:
                continue
            self._continued(pid)
        _close(stopped.handles)
        assert stopped.guard.stdin
        stopped.guard.stdin.close()
        self._guards.append(stopped.guard)


def _close(handles: list[int]) -> None:
    for one in handles:
        os.close(one)


def _inode(local: End, remote: End) -> int:
    """Of the TCP socket with these two ends. Spec: proc(5), /proc/net/tcp."""
    wanted = (_normal(local), _normal(remote))
    for name in ("tcp", "tcp6"):
        try:
            lines = Path(f"/proc/net/{name}").read_text("ascii").splitlines()[1:]
        except OSError as missing:
            raise Unavailable("the client is found by /proc only, as on Linux") from missing
        for line in lines:
            fields = line.split()
            if (_read(fields[1]), _read(fields[2])) == wanted:
                return int(fields[9])
    raise Unavailable("the client is not on this host")


def _read(text: str) -> tuple[str, int]:
    """`0100007F:1F90`: each 32 bits in the byte order of the host."""
    address, port = text.split(":")
    words = [bytes.fromhex(address[at : at + 8]) for at in range(0, len(address), 8)]
    if sys.byteorder == "little":
        words = [word[::-1] for word in words]
    packed = b"".join(words)
    return _normal((str(ipaddress.ip_address(packed)), int(port, 16)))


def _normal(end: End) -> tuple[str, int]:
    address = ipaddress.ip_address(end[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address), end[1]


def _pids() -> Iterator[int]:
    return (int(one) for one in os.listdir("/proc") if one.isdigit())


def _holds(pid: int, inode: int) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        return any(_link(f"{folder}/{one}") == f"socket:[{inode}]" for one in os.listdir(folder))
    except OSError:
        # Another user's, or gone.
        return False


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _ancestors() -> Iterator[int]:
    pid = os.getppid()
    while pid > 0:
        yield pid
        try:
            stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        except OSError:
            return
        pid = int(stat.rpartition(")")[2].split()[1])
