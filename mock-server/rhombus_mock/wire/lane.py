"""One direction of a slow link: when octets that go in come out."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass


@dataclass(frozen=True)
class SlowLink:
    """TCP goes over a slow link from now on, both ways: octets keep their order, and each side's
    own timers go on. The first such link stays."""

    latency: float = 0.0
    """Seconds there and back."""
    spread: float = 0.0
    """The latency is so many seconds more or less, at random."""
    rate: int = 0
    """Octets a second each way; 0 for no limit."""
    hold: float = 0.0
    """Octets are gathered, and let go all at once every so many seconds; 0 for not at all."""
    seed: int = 0
    """Of the random part."""


_PIECES_A_SECOND = 20


class Lane:
    """Pure: asked for each piece in order. Times are seconds of one monotonic clock."""

    def __init__(self, link: SlowLink, seed: str, began: float) -> None:
        self._link = link
        self._chance = random.Random(seed)
        self._began = began
        self._last = began

    @property
    def longest(self) -> int:
        """Octets of a piece, at most; 0 for no limit."""
        return max(1, self._link.rate // _PIECES_A_SECOND) if self._link.rate else 0

    def due(self, count: int, now: float) -> float:
        """When a piece of so many octets that goes in now has come out; never ahead of those
        before it."""
        begins = max(self._last, now + self._delay(now))
        self._last = begins + (count / self._link.rate if self._link.rate else 0.0)
        return self._last

    def _delay(self, now: float) -> float:
        link = self._link
        if link.hold:
            windows = math.floor((now - self._began) / link.hold) + 1
            return self._began + windows * link.hold - now
        half_spread = link.spread / 2
        return max(0.0, link.latency / 2 + self._chance.uniform(-half_spread, half_spread))
