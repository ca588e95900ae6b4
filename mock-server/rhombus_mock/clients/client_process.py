"""A client under test as a child process: its environment, its start and end, and what it uses."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rhombus_mock.clients import launcher, own_resolver
from rhombus_mock.records.journal import Journal

SAMPLE_SECONDS = 2.0
LEAVE_SECONDS = 5.0
"""Between SIGTERM and SIGKILL."""


def filled_in(argv: Sequence[str], described: Mapping[str, str]) -> list[str]:
    """The arguments with their placeholders replaced (seams: Client under test)."""
    places = {
        "{ws_url}": described["ws_url"],
        "{api_url}": described["rest_url"],
        "{key_file}": described["key_file"],
        "{org}": described["org"],
        "{ca}": described["ca_file"],
    }
    words = list(argv)
    for place, value in places.items():
        words = [word.replace(place, value) for word in words]
    return words


class ClientProcess:
    """One running client, in a process group of its own. `mounts` are files that it sees in place
    of others."""

    def __init__(self, process: asyncio.subprocess.Process, journal: Journal) -> None:
        self._process = process
        self._journal = journal

    @classmethod
    async def start(
        cls,
        argv: Sequence[str],
        environment: Mapping[str, str],
        mounts: Mapping[Path, str],
        journal: Journal,
    ) -> ClientProcess:
        """Starts it; what it writes goes where ours does, and it has nothing to read."""
        process = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-I",
                "-S",
                launcher.__file__,
                *own_resolver.words(mounts),
                "--",
                *argv,
            ),
            stdin=asyncio.subprocess.DEVNULL,
            env={**os.environ, **environment},
            process_group=0,
        )
        journal.write(0, "tool", "process.started", argv0=argv[0], pid=process.pid)
        return cls(process, journal)

    async def ended(self) -> int:
        """Its exit code, 128 and the number of the signal where one ended it."""
        code = await self._process.wait()
        how = {"signal": -code} if code < 0 else {"code": code}
        self._journal.write(0, "client", "process.exited", **how)
        return 128 - code if code < 0 else code

    async def leave(self, number: int) -> None:
        """Asks it to end by that signal, then makes it."""
        self._signal(number)
        self._signal(signal.SIGCONT)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._process.wait()
        self._signal(signal.SIGKILL)

    async def watch(self) -> None:
        """Records what it uses, until cancelled or it is gone."""
        while (used := usage(self._process.pid)) is not None:
            self._journal.write(0, "tool", "process.sample", **used)
            await asyncio.sleep(SAMPLE_SECONDS)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def usage(pid: int) -> dict[str, int] | None:
    """What a process uses now; None where there is no such process. Spec: proc(5)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        fds = len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    return {
        "rss_octets": int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        "cpu_ms": (int(fields[11]) + int(fields[12])) * 1000 // ticks,
        "fds": fds,
        "threads": int(fields[17]),
    }
