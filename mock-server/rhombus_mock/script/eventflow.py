"""Which events an `events` step says, and in which order."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rhombus_mock.service.events import EventSource

SHUFFLED_ROW = 10
"""Events among which the order is made by chance where there is no burst."""
_PADDING = ',"padding":""'


@dataclass(frozen=True)
class Place:
    """One event of the flow: its number from 1, and how often it is said; 0 for withheld."""

    number: int
    times: int


def rows(given: dict[str, Any], count: int | None, chance: random.Random) -> Iterator[list[Place]]:
    """The events in the order they are said, in rows: those of a row are made one after the
    other before the first of them is said. Without count there is no end."""
    order = given.get("order", "kept")
    length = _row_length(given, order)
    numbers = itertools.count(1) if count is None else iter(range(1, count + 1))
    while row := list(itertools.islice(numbers, length)):
        places = [Place(number, _times(given, number)) for number in row]
        if order == "shuffled":
            chance.shuffle(places)
        elif isinstance(order, list) and len(places) == len(order):
            places = [places[at - 1] for at in order]
        yield places


def body(
    given: dict[str, Any], fields: dict[str, object], events: EventSource, chance: random.Random
) -> bytes:
    """The next event with these fields, its entity from the mix, made as long as wanted."""
    if mix := given.get("entities"):
        fields = {"entity": chance.choices(list(mix), list(mix.values()))[0], **fields}
    made = events.body(fields)
    length = given.get("octets", 0)
    if isinstance(length, dict):
        length = chance.randint(length["min"], length["max"])
    return padded(made, length)


def padded(event: bytes, length: int) -> bytes:
    """The JSON object with a member `padding`, or with blanks where too little is missing."""
    missing = length - len(event)
    if missing <= 0:
        return event
    if missing < len(_PADDING):
        return event[:-1] + b" " * missing + b"}"
    filler = "x" * (missing - len(_PADDING))
    return event[:-1] + f'{_PADDING[:-1]}{filler}"'.encode() + b"}"


def _row_length(given: dict[str, Any], order: object) -> int:
    if isinstance(order, list):
        return len(order)
    return int(given.get("burst", SHUFFLED_ROW)) if order == "shuffled" else 1


def _times(given: dict[str, Any], number: int) -> int:
    gaps, again = given.get("gaps", []), given.get("duplicates", [])
    if isinstance(gaps, list):
        withheld = number in gaps
    else:
        length = gaps.get("length", 1)
        withheld = (number - 1) % (gaps["every"] + length) >= gaps["every"]
    if withheld:
        return 0
    if isinstance(again, list):
        return 2 if number in again else 1
    return again.get("times", 2) if number % again["every"] == 0 else 1
