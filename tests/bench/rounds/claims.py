"""What the project promises of its speed: floors that must hold, and goals."""

from __future__ import annotations

import operator
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from .measure import Results
from .programs import LONGER, Subject


@dataclass(frozen=True)
class Spread:
    """Of one figure over the rounds."""

    median: float
    least: float
    most: float


def spread(values: list[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Claim:
    """A figure of ours, alone or as a ratio to another's of the same round."""

    what: str
    ours: Subject
    figure: str
    unit: str
    against: Subject | None = None
    floor: float | None = None
    goal: float | None = None
    holds: Callable[[float, float], bool] = operator.ge  # operator.le: no more than the goal


def log_claims(scheme: str) -> list[Claim]:
    """Of small frames that are read, checked, stamped and logged."""
    what = f"log {scheme}"
    ours, beast = Subject(what, "ours"), Subject(what, "Beast")
    longer = Subject(what, f"ours, {LONGER} times as many")
    return [
        Claim(
            f"{scheme}: frames/s, against Beast synchronous with log",
            ours, "kframes_s", "×", against=beast, floor=0.9, goal=1.5,
        ),
        Claim(
            f"{scheme}: processor seconds per million frames",
            ours, "cpu_s_per_million", "s", goal=0.45, holds=operator.le,
        ),
        Claim(
            f"{scheme}: largest memory",
            ours, "rss_mib", "MiB", goal=12, holds=operator.le,
        ),
        Claim(
            f"{scheme}: largest memory after {LONGER} times as many frames, against that",
            longer, "rss_mib", "×", against=ours, goal=1.05, holds=operator.le,
        ),
    ]  # fmt: skip


CHUNKS, MESSAGES = Subject("parse", "chunks"), Subject("parse", "messages")

CLAIMS = [
    Claim(
        "one message at a time, against plain good C++",
        MESSAGES, "mib_s", "×", against=Subject("parse", "plain"), floor=1,
    ),
    Claim(
        "the same, against @stomp/stompjs as used",
        MESSAGES, "mib_s", "×", against=Subject("parse", "stompjs"), goal=60,
    ),
    Claim(
        "the same, against UTF-8 + walk",
        MESSAGES, "mib_s", "×", against=Subject("parse", "utf8_walk"), goal=0.8,
    ),
    Claim(
        "random chunks, against the walk",
        CHUNKS, "mib_s", "×", against=Subject("parse", "walk"), floor=0.5, goal=0.7,
    ),
    Claim(
        "random chunks, against chunks of 1 octet",
        CHUNKS, "mib_s", "×", against=Subject("parse", "octets"), goal=10, holds=operator.le,
    ),
    *log_claims("ws"),
    *log_claims("wss"),
    Claim(
        "transcript read",
        Subject("transcript", "events"), "mib_s", "MiB/s", floor=300, goal=1024,
    ),
]  # fmt: skip


def measured(claim: Claim, results: Results) -> Spread | None:
    """None when one side of it was not run."""
    ours = results.get(claim.ours)
    others = results.get(claim.against) if claim.against else ours
    if not ours or not others:
        return None
    values = [each[claim.figure] for each in ours]
    if claim.against:
        values = [a / b[claim.figure] for a, b in zip(values, others, strict=True)]
    return spread(values)


def verdict(claim: Claim, median: float) -> str:
    if claim.floor is not None and not claim.holds(median, claim.floor):
        return "below the floor"
    if claim.goal is None:
        return "floor held"
    if claim.holds(median, claim.goal):
        return "goal met"
    return "floor held" if claim.floor is not None else "goal missed"
