"""A stub, replaced by the runner of scripts."""

from typing import Any


class ScriptRun:
    automatic = True

    def __init__(self, *args: Any) -> None: ...


def scripted_reply(scenario: Any, request: Any) -> Any:
    return None
