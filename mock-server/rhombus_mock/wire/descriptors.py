"""How many descriptors this process may have."""

from __future__ import annotations

import contextlib
import resource

_OWN = 64
"""Listeners, journals, standard streams."""


def allow(connections: int) -> None:
    """Raises the soft limit, where the hard one lets it, so that so many connections fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, connections + _OWN)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
