"""Writes lines for a person without ever holding up the server: a terminal may be stopped or
slow, and then lines are left out, and counted."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from rhombus_mock.display.narration import Narration

MAX_WAITING_LINES = 500


class Terminal:
    """A thread of its own writes; stop() waits a moment for what is still to be said."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lines: queue.Queue[str | None] = queue.Queue(MAX_WAITING_LINES)
        self._left_out = 0
        self._thread = threading.Thread(target=self._run, name="terminal", daemon=True)
        self._thread.start()

    def say(self, line: str) -> None:
        """Never waits."""
        try:
            if self._left_out:
                self._lines.put_nowait(f"… {self._left_out} lines left out; the journal has all")
                self._left_out = 0
            self._lines.put_nowait(line)
        except queue.Full:
            self._left_out += 1

    def stop(self) -> None:
        """Nothing is said after it."""
        with contextlib.suppress(queue.Full):
            self._lines.put(None, timeout=1.0)
            self._thread.join(1.0)

    def _run(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (line := self._lines.get()) is not None:
                self._out.write(f"{line}\n")
                if self._lines.empty():
                    self._out.flush()


class Onlooker:
    """Tells one scenario's journal: its happenings on `terminal`, its failure on `errors`."""

    def __init__(self, terminal: Terminal | None, errors: TextIO, scenario: str = "") -> None:
        self.narration = Narration(scenario)
        self._terminal = terminal
        self._errors = errors

    def listens(self, hosts: Mapping[int, str]) -> None:
        """From now on lines name the hosts."""
        self.narration.hosts.update(hosts)

    def recorded(self, record: Mapping[str, Any]) -> None:
        """One line, where there is something to tell."""
        if self._terminal and (line := self.narration.line(record)):
            self._terminal.say(line)

    def failed(self, path: Path, error: OSError) -> None:
        """One line on standard error, also where nobody watches."""
        text = f"rhombus-mock: journal {path}: {error.strerror}; records are missing from now on"
        with contextlib.suppress(OSError, ValueError):
            print(text, file=self._errors, flush=True)
