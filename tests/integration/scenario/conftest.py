"""The runner as its users start it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STOMPJS = ROOT / "clients" / "stompjs"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment() -> dict[str, str]:
    mock = ROOT / "build" / "venv" / "bin" / "rhombus-mock"
    return {**os.environ, "RHOMBUS_MOCK": os.environ.get("RHOMBUS_MOCK", str(mock))}


@pytest.fixture(scope="session")
def program() -> str:
    return os.environ.get(
        "RHOMBUS_SCENARIO", str(ROOT / "build/dev/tools/scenario/rhombus-scenario")
    )


@pytest.fixture
def run(program: str) -> Run:
    """Runs rhombus-scenario and waits; other variables by name."""

    def start(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *words],
            env={**environment(), **variables},
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )

    return start


@pytest.fixture(scope="session")
def stompjs() -> str:
    """The adapter with its packages; skipped only where there is no node to run it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node is not installed: @stomp/stompjs cannot be put under test")
    if not (STOMPJS / "node_modules" / "ws").is_dir():
        subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"], cwd=STOMPJS, check=True, timeout=120
        )
    return "stompjs"
