"""Files that make one child ask a scenario's resolver for names, in mounts of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rhombus_mock.clients import launcher
from rhombus_mock.clients.processes import Unavailable

_SECONDS = 30.0
_HOSTS = "127.0.0.1 localhost\n::1 localhost\n"
_SWITCH = "passwd: files\ngroup: files\nhosts: files dns\n"


def mounts(resolver: str, folder: Path) -> dict[Path, str]:
    """Our files by the ones that they stand for; `resolver` is `ADDRESS:53`. Raises Unavailable."""
    address, _, port = resolver.rpartition(":")
    if port != "53":
        raise Unavailable("the resolver has no port 53, and resolv.conf has no place for another")
    texts = {
        "/etc/resolv.conf": f"nameserver {address}\n",
        "/etc/hosts": _HOSTS,
        "/etc/nsswitch.conf": _SWITCH,
    }
    found: dict[Path, str] = {}
    for other, text in texts.items():
        if Path(other).exists():
            own = folder / Path(other).name
            own.write_text(text, "ascii")
            found[own] = other
    if reason := _refusal(found):
        raise Unavailable(f"no mounts of its own for the client: {reason}")
    return found


def words(found: Mapping[Path, str]) -> list[str]:
    """As the launcher wants them."""
    return [word for own, other in found.items() for word in ("--mount", str(own), other)]


def _refusal(found: Mapping[Path, str]) -> str:
    trial = subprocess.run(
        [sys.executable, "-I", "-S", launcher.__file__, *words(found), "--", "true"],
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    return trial.stderr.decode().strip().rpartition(": ")[2] if trial.returncode else ""
