"""A scenario file, loaded and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rhombus_mock.faults import catalogue
from rhombus_mock.faults.catalogue import Spec
from rhombus_mock.script import blocks, check, reading
from rhombus_mock.script.values import text_of


@dataclass(frozen=True)
class Problem:
    """One error, as lint prints it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class InvalidFile(ValueError):
    """Everything that is wrong with a file; as text, its first problem."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(one) for one in problems[:1]))
        self.problems = problems


@dataclass(frozen=True)
class ScenarioFile:
    """What the server needs of it; `value` is the whole."""

    value: dict[str, Any]

    @property
    def seed(self) -> int:
        """Of everything random."""
        return int(self.value.get("seed", 1))

    @property
    def server(self) -> dict[str, str]:
        """Habits."""
        return {name: text_of(value) for name, value in self.value.get("server", {}).items()}

    @property
    def plain(self) -> bool:
        """Neither listener speaks TLS."""
        return self.value.get("scheme") == "ws"

    @property
    def connections(self) -> list[dict[str, Any]]:
        """Blocks of steps."""
        return list(self.value.get("connections", []))

    def block_for(self, number: int) -> list[dict[str, Any]] | None:
        """The steps for the nth connection; None for the default dialogue."""
        at = blocks.chosen(self.connections, number)
        return None if at is None else list(self.connections[at]["steps"])

    def specs(self) -> tuple[Spec, ...]:
        """The faults that are armed from the start: those no step injects."""
        in_steps = {spec.id for spec in self.step_specs()}
        listed = [catalogue.parse(text) for text in self.value.get("faults", [])]
        return tuple(spec for spec in listed if spec.id not in in_steps)

    def step_specs(self) -> tuple[Spec, ...]:
        """The faults that steps inject, without what the steps say of them."""
        return tuple(
            catalogue.spec(step["fault"]["id"], {})
            for block in self.connections
            for step in block["steps"]
            if "fault" in step
        )


def load(path: Path) -> ScenarioFile:
    """A file ready to run. Raises InvalidFile."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidFile([Problem(str(path), 1, "is not UTF-8")]) from error
    except OSError as error:
        raise InvalidFile([Problem(str(path), 1, f"cannot be read: {error.strerror}")]) from error
    return load_text(text, str(path))


def load_text(text: str, name: str) -> ScenarioFile:
    """The same from text; `name` stands for the file in messages. Raises InvalidFile."""
    try:
        document = reading.read(text)
    except reading.Unreadable as error:
        raise InvalidFile([Problem(name, error.line, str(error))]) from error
    found = check.problems(document)
    if found:
        raise InvalidFile([Problem(name, line, message) for line, message in found])
    return ScenarioFile(document.value)
