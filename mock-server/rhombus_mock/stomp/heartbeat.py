"""What two `heart-beat` headers agree on. Spec: STOMP 1.2, Heart-beating."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADER = re.compile(r"([0-9]{1,15}),([0-9]{1,15})")


@dataclass(frozen=True)
class Agreed:
    """Milliseconds between beats per direction; 0 where none were agreed."""

    server: int
    """The server's beats."""
    client: int
    """The client's beats."""


NONE = Agreed(0, 0)


def parse(header: str | None) -> tuple[int, int] | None:
    """Both numbers; 0,0 where the header is missing; None where it is malformed."""
    if header is None:
        return 0, 0
    found = _HEADER.fullmatch(header)
    return (int(found[1]), int(found[2])) if found else None


def negotiate(client: tuple[int, int], server: tuple[int, int]) -> Agreed:
    """The larger of both sides' numbers per direction, 0 where either side said 0."""
    return Agreed(server=_larger(server[0], client[1]), client=_larger(client[0], server[1]))


def _larger(sender: int, receiver: int) -> int:
    return max(sender, receiver) if sender and receiver else 0
