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
    what = parser.add_argument_group("what it does to a client").add_argument
    what(
        "--fault",
        metavar="SPEC",
        action="append",
        default=[],
        help="F-403, F-203/404, F-512:after=3s,times=2; several combine",
    )
    what("--scenario", metavar="FILE", help="a script in YAML; `rhombus-mock lint` checks it")
    what("--events", metavar="RATE", help="of its events, such as 5/s or 30/m; 0 for none")
    what(
        "--habit",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="what nobody knows of the real server for certain; the README lists them",
    )
    what("--seed", type=int, metavar="N", help="of everything random; default: 1")
    where = parser.add_argument_group("where it listens, and for whom").add_argument
    where("--port", type=_port, metavar="N", default=0, help="of the WebSocket host; default: free")
    where("--plain", action="store_true", help="ws: and http: instead of wss: and https:")
    where("--bind", metavar="ADDR", default="127.0.0.1", help="elsewhere than on loopback")
    where("--proxy", action="store_true", help="a forward proxy to the two hosts as well")
    where("--api-key-file", metavar="FILE", help="the account's key; default: a new one")
    where("--org", metavar="UUID", help="the organization; default: a new one")
    where(
        "--max-connections",
        type=_count,
        metavar="N",
        default=Plan.max_connections,
        help="open at a time; further ones get RST (%(default)s)",
    )
    where(
        "--opening-timeout",
        type=_duration,
        metavar="TIME",
        default=Plan.opening_seconds,
        help="for TLS, and for each request, to be there; then it is ended (120s)",
    )
    where(
        "--journal",
        metavar="FILE",
        help="where the transcript goes; default: a file that is removed at the end",
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port number from 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 on")
    return int(text)


def _duration(text: str) -> float:
    try:
        return durations.seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


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
        max_connections=given.max_connections,
        opening_seconds=given.opening_timeout,
        proxy=given.proxy,
    )


def _key(path: str) -> str:
    try:
        key = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"--api-key-file {path}: cannot be read: {error}") from error
    if not key:
        raise Usage(f"--api-key-file {path}: holds no key")
    return key
