"""That the benchmarks without peers run to their end: whatever they measure then says nothing."""

from __future__ import annotations

import json
from pathlib import Path

from .programs import Figures, MeasurementError, Program, Subject

GOOGLE = ("websocket/bench_websocket", "transcript/transcript_bench")


def no_error(output: str) -> Figures:
    runs = json.loads(output)["benchmarks"]
    broken = [each["name"] for each in runs if each.get("error_occurred")]
    if broken or not runs:
        raise MeasurementError(f"expected benchmarks without error, broken: {broken}")
    return {}


def google_programs(build: Path) -> list[Program]:
    """All that Google Benchmark runs, each as shortly as can be."""
    arguments = ("--benchmark_min_time=0.001", "--benchmark_format=json")
    return [
        Program(Subject("smoke", name), (str(build / name), *arguments), no_error)
        for name in GOOGLE
    ]
