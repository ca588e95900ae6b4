"""A wall clock for one child that can be stepped, by libfaketime; the host's is never touched."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

from rhombus_mock.clients.processes import Unavailable

_LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")
_SECONDS = 30.0
_TRIAL = "import time; time.sleep(0.001); assert abs(time.time() - {now:f} - 7200) < 600"


def missing() -> str | None:
    """Why there can be no such clock; None where it is likely."""
    if _library() is None:
        return "libfaketime is not installed"
    return None if shutil.which("cc") else "libfaketime is to be mended, and there is no C compiler"


class FakedClock:
    """Ready when made. Keeps its files in `folder`. Raises Unavailable."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock-offset"
        self._offset = 0.0
        library = _library()
        if library is None:
            raise Unavailable("libfaketime is not installed")
        self._preload = self._that_works(library, folder)
        self.step(0.0)

    def environment(self) -> dict[str, str]:
        """What makes a program read this clock. Timers of other clocks stay as they are."""
        before = os.environ.get("LD_PRELOAD", "").split(":")
        return {
            "LD_PRELOAD": ":".join([*self._preload, *filter(None, before)]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def step(self, seconds: float) -> None:
        """The wall clock of who reads it jumps by so much."""
        self._offset += seconds
        new = self._file.with_suffix(".new")
        new.write_text(f"{self._offset:+f}\n", "ascii")
        os.replace(new, self._file)

    def _that_works(self, library: str, folder: Path) -> list[str]:
        """Some releases break timers, and need our mending ahead of them."""
        self._preload = [library]
        if self._works():
            return self._preload
        self._preload = [str(_mending(folder)), library]
        if not self._works():
            raise Unavailable("libfaketime does not work here")
        return self._preload

    def _works(self) -> bool:
        self._offset = 0.0
        self.step(7200.0)
        code = _TRIAL.format(now=time.time())
        trial = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code],
            env={**os.environ, **self.environment()},
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        self._offset = 0.0
        return trial.returncode == 0


def _library() -> str | None:
    found = [one for pattern in _LIBRARIES for one in sorted(glob.glob(pattern))]
    return found[0] if found else None


def _mending(folder: Path) -> Path:
    made = folder / "faked_clock.so"
    source = resources.files("rhombus_mock.clients").joinpath("faked_clock.c").read_text("ascii")
    command = ["cc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", str(made), "-ldl"]
    try:
        subprocess.run(
            command, input=source.encode(), capture_output=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable("libfaketime is to be mended, and the C compiler fails") from error
    return made
