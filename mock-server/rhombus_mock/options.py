"""What is said of the server on a command line, and the plan that it makes."""

from __future__ import annotations

import argparse
from pathlib import Path

from rhombus_mock import durations
from rhombus_mock.plan import Plan, specs
from rhombus_mock.script.file import load


class Usage(Exception):
    """One clear line for standard error; exit code 2."""


def add_plan(parser: argparse.ArgumentParser) -> None:
    """The options that plan() reads."""
    add = parser.add_argument
    add("--scenario", metavar="FILE", help="a scenario file; see scenarios/README.md")
    add("--fault", metavar="SPEC", action="append", default=[], help="such as F-203/404")
    add("--port", type=_port, default=0, help="of the WebSocket host; default: a free one")
    add("--plain", action="store_true", help="ws: and http: instead of wss: and https:")
    add("--events", metavar="RATE", help="such as 1/s; 0 for none")
    add("--journal", metavar="FILE", help="where the transcript goes")
    add("--bind", metavar="ADDR", default="127.0.0.1", help="listen elsewhere than on loopback")
    add("--seed", type=int, metavar="N", help="of everything random")
    add("--api-key-file", metavar="FILE", help="the account's key; default: a new one")
    add("--org", metavar="UUID", help="the organization; default: a new one")
    add("--habit", metavar="NAME=VALUE", action="append", default=[], help="see the README")


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError
    return number


def plan(given: argparse.Namespace) -> Plan:
    """The plan. Raises Usage, UnknownFault, UnknownHabit, InvalidFile."""
    file = load(Path(given.scenario)) if given.scenario else None
    changes = {}
    for habit in given.habit:
        name, equals, value = habit.partition("=")
        if not equals:
            raise Usage(f"--habit {habit}: expected name=value")
        changes[name] = value
    if given.events is not None:
        try:
            durations.per_second(given.events)
        except ValueError as error:
            raise Usage(f"--events: {error}") from error
        changes["events"] = given.events
    return Plan(
        file=file,
        faults=(*(file.specs() if file else ()), *specs(given.fault)),
        seed=given.seed,
        api_key=_key(given.api_key_file) if given.api_key_file else "",
        org=given.org or "",
        habits=changes,
        journal=Path(given.journal) if given.journal else None,
        scheme="ws" if given.plain else "wss",
        address=given.bind,
        port=given.port,
    )


def _key(path: str) -> str:
    try:
        key = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"--api-key-file {path}: cannot be read: {error}") from error
    if not key:
        raise Usage(f"--api-key-file {path}: holds no key")
    return key
