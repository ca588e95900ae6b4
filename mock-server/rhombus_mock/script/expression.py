"""Durations over negotiated heart-beats: `7 * hb.server + 60s`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rhombus_mock import durations
from rhombus_mock.stomp.heartbeat import Agreed

_TERM = re.compile(r"(?:([0-9]+(?:\.[0-9]+)?)\s*\*\s*)?hb\.(server|client)")


@dataclass(frozen=True)
class Expression:
    """A fixed part in seconds, and multiples of the agreed intervals."""

    fixed: float
    server: float = 0.0
    client: float = 0.0

    def seconds(self, agreed: Agreed) -> float | None:
        """None where it rests on an interval that was agreed to be none."""
        if (self.server and not agreed.server) or (self.client and not agreed.client):
            return None
        return self.fixed + (self.server * agreed.server + self.client * agreed.client) / 1000


def parse(text: str) -> Expression:
    """Raises ValueError naming the part that cannot be read."""
    fixed, factors = 0.0, {"server": 0.0, "client": 0.0}
    for part in text.split("+"):
        term = part.strip()
        if found := _TERM.fullmatch(term):
            factors[found[2]] += float(found[1] or 1)
            continue
        try:
            fixed += durations.seconds(term)
        except ValueError as error:
            raise ValueError(
                f"'{term}' is neither a duration such as 10s nor a multiple such as 2 * hb.server"
            ) from error
    return Expression(fixed, factors["server"], factors["client"])
