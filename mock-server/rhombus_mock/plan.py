"""What a scenario is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rhombus_mock.faults import catalogue
from rhombus_mock.faults.catalogue import Spec
from rhombus_mock.script.file import ScenarioFile
from rhombus_mock.service.habits import Habits, habits


@dataclass(frozen=True)
class Plan:
    """What a scenario is started with. Empty fields are made up or taken from the file."""

    file: ScenarioFile | None = None
    faults: tuple[Spec, ...] = ()
    seed: int | None = None
    framing: str = "whole"
    api_key: str = ""
    org: str = ""
    habits: Mapping[str, str] = field(default_factory=dict)
    journal: Path | None = None
    scheme: str = "wss"
    address: str = "127.0.0.1"
    port: int = 0
    max_connections: int = 1000
    """Open ones at a time; further ones get RST."""
    opening_seconds: float = 120.0
    """How long TCP and TLS, and then each request, may take to be there; then it is ended."""
    proxy: bool = False
    """A forward proxy is offered, whether a fault needs one or not."""

    def all_habits(self) -> Habits:
        """The file's, then those a fault needs, then those asked for."""
        base = Habits()
        if self.file:
            quiet = {"events": "0"} if self.file.connections else {}
            base = habits({**quiet, **self.file.server}, base)
        for spec in self.faults:
            base = habits(dict(spec.create().habits()), base)
        return habits(self.habits, base)

    def chosen_seed(self) -> int:
        """The one asked for, the file's, or 1."""
        if self.seed is not None:
            return self.seed
        return self.file.seed if self.file else 1


def specs(texts: list[str]) -> tuple[Spec, ...]:
    """Faults as spelt on the command line. Raises UnknownFault."""
    return tuple(catalogue.parse(text) for text in texts)
