"""A stub, replaced by the reader of scenario files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rhombus_mock.faults.catalogue import Spec


class InvalidFile(ValueError):
    pass


@dataclass(frozen=True)
class ScenarioFile:
    seed: int = 1
    server: dict[str, str] = field(default_factory=dict)
    connections: tuple[Any, ...] = ()

    def block_for(self, number: int) -> Any:
        return None

    def specs(self) -> tuple[Spec, ...]:
        return ()


def load(path: Path) -> ScenarioFile:
    raise InvalidFile("not yet")


def load_text(text: str, name: str) -> ScenarioFile:
    raise InvalidFile("not yet")
