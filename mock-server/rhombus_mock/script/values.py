"""What `${name}` stands for in a scenario file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from rhombus_mock.habits import Habits
from rhombus_mock.script.octets import octets

_TEMPLATE = re.compile(r"\$\{([^}]*)\}")


class Values:
    """One scenario's: its account, its habits as they are now, and what its steps saved."""

    def __init__(self, org: str, key: str, habits: Callable[[], Habits]) -> None:
        self.saved: dict[str, str] = {}
        """By name."""
        self._org = org
        self._key = key
        self._habits = habits

    def filled_in(self, text: str) -> str:
        """The text with `${name}` replaced; what nothing was saved for becomes nothing."""
        return _TEMPLATE.sub(lambda found: self._value(found[1]), text)

    def fields(self, given: dict[str, object]) -> dict[str, object]:
        """An object whose texts are filled in, at any depth."""
        filled: dict[str, object] = json.loads(self.filled_in(json.dumps(given)))
        return filled

    def octets(self, text: str) -> bytes:
        """The octets that are spelt, filled in such that a backslash in a value stays one."""
        escaped = _TEMPLATE.sub(
            lambda found: self._value(found[1]).replace("\\", "\\\\"),
            text,
        )
        return octets(escaped)

    def _value(self, name: str) -> str:
        match name:
            case "org":
                return self._org
            case "canary_key":
                return self._key
            case "heart_beat":
                return self._habits().heart_beat
        return self.saved.get(name, "")
