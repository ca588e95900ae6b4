"""The plots of docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable

from .measure import Results
from .plot import Row, draw, linear, logarithmic
from .programs import LIMITS, LOGGERS, READINGS, Subject
from .tables import figure_of, number

KINDS = {"plain": "peer", "stompjs": "peer", "Beast": "peer", "reads": "limit", "ours": "ours"}
KINDS |= dict.fromkeys(READINGS, "ours")

NAMES = {
    "messages": "ours, one message at a time",
    "explaining": "ours, explaining",
    "owned": "ours, frames of their own",
    "chunks": "ours, random chunks",
    "octets": "ours, chunks of 1 octet",
    "utf8": "UTF-8 alone",
    "walk": "the walk alone",
    "utf8_walk": "UTF-8 and walk",
    "walk_chunks": "the walk, random chunks",
    "plain": "plain good C++",
    "stompjs": "@stomp/stompjs as used",
    "ours": "ours",
    "Beast": "Beast, synchronous",
    "reads": "blocking reads, unchecked",
}


def rows(results: Results, subjects: Iterable[tuple[str, Subject]], figure: str) -> list[Row]:
    """The fastest first; without those that were not run."""
    found = [
        Row(name, KINDS.get(subject.who, "limit"), spread, number(spread.median))
        for name, subject in subjects
        if (spread := figure_of(results, subject, figure))
    ]
    return sorted(found, key=lambda row: -row.figure.median)


def parse_plot(results: Results) -> str:
    subjects = [(NAMES[who], Subject("parse", who)) for who in (*READINGS, *LIMITS, "stompjs")]
    chosen = rows(results, subjects, "mib_s")
    unit = "MiB for a second of processor, logarithmic; median, least and most of the rounds"
    return draw("Parsing small frames", unit, logarithmic(chosen), chosen)


def log_plot(results: Results) -> str:
    subjects = [
        (f"{scheme}: {NAMES[who]}", Subject(f"log {scheme}", who))
        for scheme in ("ws", "wss")
        for who in LOGGERS
    ]
    chosen = rows(results, subjects, "kframes_s")
    unit = "thousand frames a second; median, least and most of the rounds"
    return draw("Logging small frames", unit, linear(chosen), chosen)


def all_plots(results: Results) -> dict[str, str]:
    """By name. Needs results of small frames."""
    return {"parse": parse_plot(results), "log": log_plot(results)}
