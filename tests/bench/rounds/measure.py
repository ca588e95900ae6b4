"""Runs programs by turns and keeps what they measured."""

from __future__ import annotations

import contextlib
import json
import struct
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from .programs import Figures, MeasurementError, Program, Subject

# One entry a round, in order: entries of the same round can be compared.
Results = dict[Subject, list[Figures]]

# A process begins with the largest memory of the one that started it, and a shell has less than
# any of ours. The exit keeps the shell from becoming the program.
THROUGH_A_SHELL = ("/bin/sh", "-c", '"$@"; exit $?', "sh")

LONGEST_S = 600


def run(program: Program) -> Figures:
    command = " ".join(program.command)
    try:
        done = subprocess.run(
            THROUGH_A_SHELL + program.command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired as trouble:
        raise MeasurementError(f"{command}: {trouble}") from None
    if done.returncode != 0:
        raise MeasurementError(f"{command}: exit code {done.returncode}: {done.stderr.strip()}")
    try:
        return program.figures(done.stdout)
    except (MeasurementError, KeyError, ValueError, ZeroDivisionError, struct.error) as trouble:
        raise MeasurementError(f"{command}: {trouble!s}") from trouble


def measure(programs: list[Program], *, rounds: int) -> Results:
    """A B C, A B C, ...: what disturbs the machine for a while disturbs all of them."""
    results: Results = defaultdict(list)
    for number in range(1, rounds + 1):
        print(f"round {number} of {rounds}", file=sys.stderr)
        for program in programs:
            results[program.subject].append(run(program))
    return dict(results)


@contextlib.contextmanager
def frame_source(script: Path, corpus: Path) -> Iterator[dict[str, int]]:
    """The ports, by scheme, of a source that ends with the context."""
    with subprocess.Popen(
        [sys.executable, script, corpus],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as source:
        assert source.stdin and source.stdout
        ready = source.stdout.readline()
        if not ready:
            raise MeasurementError(f"{script.name}: ended with exit code {source.wait()}")
        try:
            yield json.loads(ready)
        finally:
            source.stdin.close()
