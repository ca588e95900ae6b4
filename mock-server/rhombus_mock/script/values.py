"""What `${name}` stands for in a scenario file, and how scalars read as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from rhombus_mock.script.octets import octets
from rhombus_mock.service.habits import Habits

_TEMPLATE = re.compile(r"(\$?)\$\{([^}]*)\}")


def text_of(value: object) -> str:
    """A scalar as it was spelt: `true`, not Python's True."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def names_in(value: Any) -> Iterator[str]:
    """Every name that stands as `${name}` in the texts of a value, at any depth."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from names_in(key)
            yield from names_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from names_in(one)
    elif isinstance(value, str):
        yield from (name for literal, name in _TEMPLATE.findall(value) if not literal)


class Values:
    """One scenario's: its account, its habits as they are now, and what its steps saved."""

    def __init__(self, org: str, key: str, habits: Callable[[], Habits]) -> None:
        self.saved: dict[str, str] = {}
        """By name."""
        self._org = org
        self._key = key
        self._habits = habits

    def filled_in(self, value: object) -> str:
        """A scalar as text with `${name}` replaced; what nothing was saved for becomes nothing.
        `$${name}` stands for `${name}` itself."""
        return self._replaced(text_of(value), lambda found: found)

    def filled(self, value: Any) -> Any:
        """The same value, each text and key in it filled in, at any depth."""
        if isinstance(value, dict):
            return {self.filled_in(key): self.filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        return self.filled_in(value) if isinstance(value, str) else value

    def octets(self, text: str) -> bytes:
        """The octets that are spelt, filled in such that a backslash in a value stays one."""
        return octets(self._replaced(text, lambda found: found.replace("\\", "\\\\")))

    def headers(self, given: dict[str, object]) -> tuple[tuple[str, str], ...]:
        """A mapping of headers in its order."""
        return tuple((self.filled_in(name), self.filled_in(one)) for name, one in given.items())

    def _replaced(self, text: str, spelt: Callable[[str], str]) -> str:
        def value(found: re.Match[str]) -> str:
            return found[0][1:] if found[1] else spelt(self._value(found[2]))

        return _TEMPLATE.sub(value, text)

    def _value(self, name: str) -> str:
        match name:
            case "org":
                return self._org
            case "canary_key":
                return self._key
            case "heart_beat":
                return self._habits().heart_beat
        return self.saved.get(name, "")
