"""Durations and rates as people write them: `250ms`, `10s`, `2m`, `1h`; `5/s`."""

from __future__ import annotations

import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)/(s|m|h)")


def seconds(text: str) -> float:
    """Seconds of a duration with a unit. Raises ValueError naming what was expected."""
    if text == "0":
        return 0.0
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not a duration such as 250ms, 10s or 2m")
    return float(found[1]) * _UNITS[found[2]]


def per_second(text: str) -> float:
    """Events per second of a rate. Raises ValueError naming what was expected."""
    if text == "0":
        return 0.0
    found = _RATE.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not a rate such as 1/s, 30/m or 0")
    return float(found[1]) / _UNITS[found[2]]
