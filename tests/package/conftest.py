"""The build, installed into a prefix that then moves, and the examples built against it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOCK = ROOT / "build/venv/bin/rhombus-mock"
BUILD = Path(os.environ["RHOMBUS_BUILD"])

Configure = Callable[..., subprocess.CompletedProcess[str]]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is now; it was installed elsewhere."""
    place = tmp_path_factory.mktemp("prefix")
    done = run("cmake", "--install", BUILD, "--prefix", place / "first")
    assert done.returncode == 0, done.stderr
    return (place / "first").rename(place / "moved")


@pytest.fixture(scope="session")
def configure(prefix: Path) -> Configure:
    """Configures a project that finds the package there."""

    def configure(source: Path, build: Path, *options: str) -> subprocess.CompletedProcess[str]:
        found = f"-DCMAKE_PREFIX_PATH={prefix}"
        return run("cmake", "-S", source, "-B", build, "-G", "Ninja", found, *options)

    return configure


@pytest.fixture(scope="session")
def examples(configure: Configure, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of examples/."""
    build = tmp_path_factory.mktemp("examples")
    done = configure(ROOT / "examples", build, "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
    assert done.returncode == 0, done.stderr
    done = run("cmake", "--build", build)
    assert done.returncode == 0, done.stdout
    return build
