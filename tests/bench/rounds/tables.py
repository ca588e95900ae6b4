"""Results as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .claims import CLAIMS, Claim, Spread, measured, spread, verdict
from .measure import Results
from .programs import LIMITS, LOGGERS, READINGS, TRANSCRIPT, Subject

# How a reader knows the ways that programs.py runs.
NAMES = {
    "messages": "**ours**: one message at a time, UTF-8, strict",
    "explaining": "**ours**: the same, explaining",
    "owned": "**ours**: one message at a time, frames of their own",
    "chunks": "**ours**: random chunks",
    "octets": "**ours**: chunks of 1 octet",
    "utf8": "limit: UTF-8 of each message, nothing else",
    "walk": "limit: the walk",
    "utf8_walk": "limit: UTF-8 and walk of each message",
    "walk_chunks": "limit: the walk over joined random chunks",
    "plain": "peer: plain good C++",
    "stompjs": "peer: @stomp/stompjs as used",
    "ours": "**ours**: `net::connection` with `net::raw_log`",
    "Beast": "peer: Beast, synchronous",
    "reads": "limit: blocking reads, nothing checked",
    "events": "**ours**: events",
    "mixed": "**ours**: events and other records",
    "simdjson": "yardstick: simdjson's DOM of the same lines, for events",
}


def number(value: float) -> str:
    """Three digits, and no more than are there."""
    if value >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def shown(figure: Spread | None, unit: str = "") -> str:
    if figure is None:
        return "–"
    ends = f"{number(figure.least)}–{number(figure.most)}"
    return f"{number(figure.median)}{' ' if unit else ''}{unit} ({ends})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def bound(claim: Claim, value: float | None, *, least: str) -> str:
    return "" if value is None else f"{least}{value:g} {claim.unit}"


def claim_row(claim: Claim, results: Results) -> list[str]:
    figure = measured(claim, results)
    at = "≥ " if claim.holds(2, 1) else "≤ "
    return [
        claim.what,
        shown(figure, claim.unit),
        bound(claim, claim.floor, least=at),
        bound(claim, claim.goal, least=at),
        "not measured" if figure is None else verdict(claim, figure.median),
    ]


def claims_table(results: Results) -> str:
    rows = [claim_row(claim, results) for claim in CLAIMS]
    return table(["small frames", "measured", "floor", "goal", ""], rows)


def figure_of(results: Results, subject: Subject, figure: str) -> Spread | None:
    runs = results.get(subject)
    return spread([each[figure] for each in runs]) if runs else None


def parse_row(results: Results, who: str, classes: Sequence[str]) -> list[str]:
    subjects = [Subject("parse", who, over) for over in classes]
    return [NAMES[who], *(shown(figure_of(results, each, "mib_s")) for each in subjects)]


def parse_table(results: Results, classes: Sequence[str]) -> str:
    rows = [parse_row(results, who, classes) for who in (*READINGS, *LIMITS, "stompjs")]
    return table(["parse, MiB for a second of processor", *classes], rows)


def log_row(results: Results, subject: Subject) -> list[str]:
    figures = ("kframes_s", "mib_s", "cpu_s_per_million", "rss_mib")
    return [
        f"{subject.what.removeprefix('log ')}, {subject.over}",
        NAMES[subject.who],
        *(shown(figure_of(results, subject, figure)) for figure in figures),
    ]


def log_table(results: Results, classes: Sequence[str]) -> str:
    rows = [
        log_row(results, Subject(f"log {scheme}", who, over))
        for over in classes
        for scheme in ("ws", "wss")
        for who in LOGGERS
    ]
    head = [
        "log",
        "",
        "thousand frames/s",
        "MiB/s",
        "CPU s per million",
        "memory, MiB",
    ]
    return table(head, rows)


def transcript_table(results: Results) -> str:
    subjects = [Subject("transcript", who) for who in TRANSCRIPT]
    rows = [[NAMES[each.who], shown(figure_of(results, each, "mib_s"))] for each in subjects]
    return table(["read a transcript", "MiB/s"], rows)


def all_tables(results: Results, classes: Sequence[str]) -> str:
    parts = [
        claims_table(results),
        parse_table(results, classes),
        log_table(results, classes),
        transcript_table(results),
    ]
    return "\n".join(parts)
