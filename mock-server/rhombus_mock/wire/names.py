"""Names of the two hosts, and what is said of them when they are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rhombus_mock.actions import Host

HOST_NAMES: dict[Host, str] = {"ws": "ws.rhombus.test", "rest": "api2.rhombus.test"}
"""Below .test, which no real resolver answers for (RFC 6761, section 6.2)."""
Kind = Literal["A", "AAAA"]
KINDS: tuple[Kind, ...] = ("A", "AAAA")


@dataclass(frozen=True)
class LookUp:
    """One query for the addresses of a host."""

    host: Host
    kind: Kind
    number: int
    """1 for the first query of this kind for this host; a resolver's repetitions count."""
    since_first: float
    """Seconds since the first query for this host."""


@dataclass(frozen=True)
class Resolution:
    """The addresses of that kind, maybe none; None where no answer comes at all."""

    addresses: tuple[str, ...] | None
