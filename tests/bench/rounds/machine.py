"""Where and with what it was measured."""

from __future__ import annotations

import datetime
import os
import platform
import re
import subprocess
from pathlib import Path

from .programs import STOMPJS, stompjs_missing


def first_match(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1].strip() if found else "unknown"


def output_of(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def packages(*names: str) -> list[str]:
    """Versions as Debian has them, without its revision."""
    listed = output_of("dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *names)
    versions = dict(line.split() for line in listed.splitlines())
    return [re.sub(r"-[^-]*$", "", versions.get(name, "unknown")) for name in names]


def software() -> str:
    boost, openssl, simdjson = packages("libboost1.81-dev", "libssl-dev", "libsimdjson-dev")
    compiler = output_of("g++", "-dumpfullversion").strip()
    named = [
        f"g++ {compiler} (-O3)",
        f"Boost {boost}",
        f"OpenSSL {openssl}",
        f"simdjson {simdjson}",
    ]
    if stompjs_missing() is None:
        stompjs = first_match(r'"version": "([^"]+)"', STOMPJS.read_text())
        named += [f"Node.js {output_of('node', '--version').strip()[1:]}", f"stompjs {stompjs}"]
    return ", ".join(named)


def processor() -> str:
    info = Path("/proc/cpuinfo").read_text()
    model = first_match(r"^model name\s*:(.*)$", info)
    return f"{model}, {os.cpu_count()} logical cores"


def system() -> str:
    release = first_match(r"^(\d+\.\d+)", platform.release())
    name = first_match(r'^PRETTY_NAME="([^"]+)"', Path("/etc/os-release").read_text())
    return f"{name}, Linux {release}"


def load() -> str:
    """How many threads wanted a core in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def describe() -> str:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return f"{today}; {processor()}; {system()}; {software()}"
