"""What a check says about a scenario file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from rhombus_mock.script.reading import Path

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """Something wrong at a place of the file. With an error the file is refused."""

    path: Path
    text: str
    severity: Severity = "error"


Findings = Iterator[Finding]


def where(path: Path) -> str:
    """` in steps[2].send`: the path from its last list on."""
    at = max((i for i, part in enumerate(path) if isinstance(part, int)), default=None)
    parts = path if at is None else path[max(0, at - 1) :]
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return f" in {text}" if text else ""


def near(word: str, known: Iterable[str]) -> str:
    """A question after the known word that is most like it, if any is."""
    found = difflib.get_close_matches(word, list(known), 1, 0.5)
    return f"; did you mean '{found[0]}'?" if found else ""
