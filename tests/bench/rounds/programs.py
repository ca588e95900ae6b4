"""What is run in a round: each program with its arguments, and how its output is read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .corpora import Corpus
from .raw_log import server_data

ROOT = Path(__file__).parents[3]
STOMPJS = ROOT / "clients/stompjs/node_modules/@stomp/stompjs/package.json"

READINGS = ("messages", "chunks", "octets", "owned", "explaining")
LIMITS = ("utf8", "walk", "utf8_walk", "walk_chunks", "plain")
LOGGERS = {"ours": "net/bench_log", "Beast": "peers/log_by_beast", "reads": "peers/log_by_read"}
TRANSCRIPT = {
    "events": "read_blocks/small",
    "mixed": "read_blocks/mixed",
    "simdjson": "read_simdjson_dom/small",
}

# A flat memory is the same after so many times as many messages.
LONGER = 4

Figures = dict[str, float]


class MeasurementError(Exception):
    """A program failed, or counted something else than the corpus holds."""


@dataclass(frozen=True, order=True)
class Subject:
    """What a row of a table is about."""

    what: str  # "parse", "log ws", "log wss", "transcript"
    who: str  # the way to do it
    over: str = "small"  # the class of frames


@dataclass(frozen=True)
class Program:
    subject: Subject
    command: tuple[str, ...]
    figures: Callable[[str], Figures]  # from its standard output; raises MeasurementError


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    build: Path  # the folder with our programs
    work: Path  # an empty folder for logs
    seconds: float  # of each parser in each round
    log_octets: int  # of each logger in each round
    ports: dict[str, int]  # of the frame source, by scheme


def last_line(output: str) -> dict[str, object]:
    try:
        read = json.loads(output.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise MeasurementError(f"expected a line of JSON, got {output!r:.200}") from None
    if not isinstance(read, dict):
        raise MeasurementError(f"expected an object, got {read!r:.200}")
    return read


def parse_figures(output: str) -> Figures:
    read = last_line(output)
    if read["ok"] is not True:
        raise MeasurementError(f"saw {read.get('seen')}, which is not what the corpus holds")
    return {"mib_s": float(str(read["mib_cpu_s"])), "wall_mib_s": float(str(read["mib_s"]))}


def log_figures(output: str, *, messages: int, octets: int, log: Path) -> Figures:
    read = {name: float(str(value)) for name, value in last_line(output).items()}
    wanted, said, logged = (messages, octets), (read["n"], read["bytes"]), server_data(log)
    if not wanted == said == logged:
        raise MeasurementError(f"frames, octets: sent {wanted}, said {said}, logged {logged}")
    return {
        "mib_s": octets / read["wall"] / (1 << 20),
        "kframes_s": messages / read["wall"] / 1000,
        "cpu_s_per_million": read["cpu"] / messages * 1e6,
        "rss_mib": read["rss_mib"],
    }


def google_figures(output: str) -> Figures:
    """The rate of the one benchmark that was selected."""
    runs = json.loads(output)["benchmarks"]
    if len(runs) != 1 or runs[0].get("error_occurred"):
        raise MeasurementError(f"expected one benchmark without error, got {runs!r:.300}")
    return {"mib_s": runs[0]["bytes_per_second"] / (1 << 20)}


def parsers(plan: Plan, corpus: Corpus) -> Iterator[Program]:
    arguments = (str(corpus.prefix), str(plan.seconds))
    bench, limits = str(plan.build / "stomp/bench_parse"), str(plan.build / "limits/bench_limits")

    def program(who: str, *command: str) -> Program:
        return Program(Subject("parse", who, corpus.name), command, parse_figures)

    for way in READINGS:
        yield program(way, bench, *arguments, way)
    for way in LIMITS:
        yield program(way, limits, way, *arguments)
    if stompjs_missing() is None:
        script = str(ROOT / "tests/bench/peers/stompjs.mjs")
        yield program("stompjs", "node", script, *arguments)


def stompjs_missing() -> str | None:
    """Why the JavaScript peer cannot run."""
    if shutil.which("node") is None:
        return "node is not installed"
    return None if STOMPJS.exists() else f"{STOMPJS.relative_to(ROOT)} is not there: npm ci"


def logger(plan: Plan, corpus: Corpus, scheme: str, who: str, messages: int) -> Program:
    log = plan.work / "log"
    name = who.partition(",")[0]
    command = (
        str(plan.build / LOGGERS[name]),
        scheme,
        str(plan.ports[scheme]),
        f"/{corpus.name}/{messages}",
        str(log),
    )
    octets = corpus.octets_of(messages)
    return Program(
        Subject(f"log {scheme}", who, corpus.name),
        command,
        lambda output: log_figures(output, messages=messages, octets=octets, log=log),
    )


def loggers(plan: Plan, corpus: Corpus) -> Iterator[Program]:
    messages = max(1, plan.log_octets // corpus.mean_message_octets)
    for scheme in sorted(plan.ports):
        for who in LOGGERS:
            yield logger(plan, corpus, scheme, who, messages)
        yield logger(plan, corpus, scheme, f"ours, {LONGER} times as many", LONGER * messages)


def transcripts(plan: Plan) -> Iterator[Program]:
    for who, benchmark in TRANSCRIPT.items():
        command = (
            str(plan.build / "transcript/transcript_bench"),
            f"--benchmark_filter=^{benchmark}$",
            f"--benchmark_min_time={plan.seconds}",
            "--benchmark_format=json",
        )
        yield Program(Subject("transcript", who), command, google_figures)


def programs(plan: Plan, corpora: list[Corpus]) -> list[Program]:
    """In the order of a round."""
    chosen: list[Program] = []
    for corpus in corpora:
        chosen += parsers(plan, corpus)
        chosen += loggers(plan, corpus)
    return chosen + list(transcripts(plan))
