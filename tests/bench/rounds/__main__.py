"""python -m rounds --build FOLDER [--smoke] [--corpus FOLDER] ...: see --help."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import astuple
from pathlib import Path

from . import machine, page, plots, smoke, tables
from .corpora import CLASSES, BrokenCorpusError, Corpus, corpora_in, own_corpus
from .measure import Results, frame_source, measure
from .programs import ROOT, MeasurementError, Plan, programs, stompjs_missing

PAGE = ROOT / "docs/performance.md"
SOURCE = ROOT / "tests/bench/peers/frame_source.py"
MIB = 1 << 20


def arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures our programs and their peers by turns and prints tables. Fails only "
        "when a program does, or counts what is not there: never for being slow.",
    )
    reader.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    reader.add_argument("--smoke", action="store_true", help="once and tiny: does all of it run?")
    reader.add_argument("--corpus", type=Path, metavar="FOLDER", help="instead of our own corpus")
    reader.add_argument("--classes", default=",".join(CLASSES), help="some of %(default)s")
    reader.add_argument("--rounds", type=int, default=5, help="how many times (%(default)s)")
    reader.add_argument("--seconds", type=float, default=1, help="a parser's in a round (1)")
    reader.add_argument("--log-mib", type=float, default=128, help="a logger's in a round (128)")
    reader.add_argument("--json", type=Path, metavar="OUT", help="write each figure of each round")
    reader.add_argument(
        "--update-docs", action="store_true", help="write tables and plots into docs/performance.md"
    )
    given = reader.parse_args()
    given.classes = given.classes.split(",")
    if given.rounds < 1:
        reader.error("--rounds: expected 1 or more")
    if given.update_docs and (given.smoke or "small" not in given.classes):
        reader.error("--update-docs: expected small frames, and no --smoke")
    return given


def with_smoke(given: argparse.Namespace) -> argparse.Namespace:
    given.rounds, given.seconds, given.log_mib = 1, 0.01, 0.1
    return given


def corpora(given: argparse.Namespace) -> list[Corpus]:
    folder = given.corpus
    if folder is None:
        name, mib = ("smoke", 0.25) if given.smoke else ("full", 64)
        folder = own_corpus(ROOT / "build/bench-corpus" / name, mib=mib)
    return corpora_in(folder, given.classes)


def run_all(given: argparse.Namespace, chosen: list[Corpus]) -> Results:
    build = given.build / "tests/bench"
    with (
        tempfile.TemporaryDirectory() as work,
        frame_source(SOURCE, chosen[0].prefix.parent) as ports,
    ):
        plan = Plan(build, Path(work), given.seconds, int(given.log_mib * MIB), ports)
        results = measure(programs(plan, chosen), rounds=given.rounds)
    if given.smoke:
        measure(smoke.google_programs(build), rounds=1)
    return results


def as_json(results: Results) -> str:
    listed = [
        dict(zip(("what", "who", "over"), astuple(subject), strict=True), rounds=rounds)
        for subject, rounds in results.items()
    ]
    return json.dumps(listed, indent=1) + "\n"


def conditions(given: argparse.Namespace, chosen: list[Corpus], load_before: str) -> str:
    sizes = ", ".join(f"{each.octets / MIB:.0f} MiB of {each.name} frames" for each in chosen)
    return (
        f"Measured {machine.describe()}. {given.rounds} rounds; {sizes}, "
        f"{given.seconds:g} s for each parser; {given.log_mib:g} MiB for each logger. "
        f"Load of the machine {load_before} before and {machine.load()} after.\n"
    )


def main() -> int:
    given = arguments()
    if given.smoke:
        given = with_smoke(given)
    if missing := stompjs_missing():
        print(f"without @stomp/stompjs: {missing}", file=sys.stderr)
    load_before = machine.load()
    chosen = corpora(given)
    results = run_all(given, chosen)
    if given.json:
        given.json.write_text(as_json(results))
    if given.smoke:
        print("benchmarks: all ran, and counted right")
        return 0
    measured = (
        f"{conditions(given, chosen, load_before)}\n{tables.all_tables(results, given.classes)}"
    )
    print(measured, end="")
    if given.update_docs:
        page.update(PAGE, measured=measured, plots=plots.all_plots(results))
    return 0


TROUBLE = (
    BrokenCorpusError,
    MeasurementError,
    OSError,
    page.MarkerError,
    subprocess.CalledProcessError,
)

if __name__ == "__main__":
    try:
        sys.exit(main())
    except TROUBLE as trouble:
        print(f"bench: {trouble}", file=sys.stderr)
        sys.exit(1)
