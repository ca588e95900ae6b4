"""`rhombus-mock exec`: a server and the client that it is for, started and ended together."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rhombus_mock import options
from rhombus_mock.clients import own_resolver
from rhombus_mock.clients.client_process import ClientProcess, filled_in
from rhombus_mock.clients.environment import exports
from rhombus_mock.clients.faked_clock import FakedClock
from rhombus_mock.clients.processes import Unavailable
from rhombus_mock.options import Usage
from rhombus_mock.plan import Plan
from rhombus_mock.running.scenario import Scenario
from rhombus_mock.running.server import DEFAULT, Server


def exec_command(arguments: Sequence[str]) -> int:
    """Runs the client; its exit code. Raises Usage and what options.plan() raises."""
    own = list(arguments)
    if "--" not in own:
        raise Usage("exec: expected -- and the client's command line behind it")
    at = own.index("--")
    given, argv = _parser().parse_args(own[:at]), own[at + 1 :]
    if not argv:
        raise Usage("exec: no command line behind --")
    return asyncio.run(_run(options.plan(given), argv, given.clients))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rhombus-mock exec",
        usage="rhombus-mock exec [OPTION]... -- CLIENT [ARGUMENT]...",
        description="Starts a mock server and the client, which finds URLs, key and CA in its "
        "environment (RHOMBUS_WS_URL, RHOMBUS_API_KEY, ...) or in place of {ws_url}, {api_url}, "
        "{key_file}, {org}, {ca} in its arguments. The exit code is the client's.",
        allow_abbrev=False,
    )
    options.add_plan(parser)
    parser.add_argument(
        "--clients", type=_count, default=1, metavar="N", help="start it so many times"
    )
    return parser


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1000:
        raise ValueError
    return number


async def _run(plan: Plan, argv: Sequence[str], clients: int) -> int:
    server = Server()
    try:
        try:
            scenario = server.start(plan, DEFAULT)
        except OSError as error:
            raise Usage(f"exec: cannot start: {error.strerror}") from error
        code = await _accompany(scenario, argv, clients)
        server.reason = "the client ended"
        _tell(scenario)
    finally:
        await server.stop()
    return code


async def _accompany(scenario: Scenario, argv: Sequence[str], clients: int) -> int:
    """Starts the clients and waits for them. A signal to us is one to them."""
    described = scenario.described()
    words, mounts = filled_in(argv, described), _mounts(scenario, described)
    environment = exports(described) | _clock(scenario) | _proxies(described)
    asked: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, _ask, asked, number)
    processes = [
        await ClientProcess.start(words, environment, mounts, scenario.journal)
        for _ in range(clients)
    ]
    watcher = asyncio.create_task(processes[0].watch()) if clients == 1 else None
    all_ended = asyncio.gather(*(one.ended() for one in processes))
    waited: set[asyncio.Future[Any]] = {all_ended, asked}
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    if asked.done():
        scenario.client.end()
        await asyncio.gather(*(one.leave(asked.result()) for one in processes))
    codes = await all_ended
    if watcher:
        watcher.cancel()
    return next((one for one in codes if one), 0)


def _ask(asked: asyncio.Future[int], number: int) -> None:
    if not asked.done():
        asked.set_result(number)


def _clock(scenario: Scenario) -> dict[str, str]:
    """The environment for a clock that a fault may step, where one of them needs it."""
    if not scenario.needs("stepped-clock"):
        return {}
    try:
        scenario.client.clock = FakedClock(scenario.key_file.parent)
    except Unavailable as reason:
        scenario.client.clock_missing = str(reason)
        return {}
    return scenario.client.clock.environment()


def _proxies(described: Mapping[str, str]) -> dict[str, str]:
    """The forward proxy, where there is one, for every host: ours are on loopback."""
    if "proxy_url" not in described:
        return {}
    names = ("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY")
    return dict.fromkeys(names, described["proxy_url"]) | {"no_proxy": "", "NO_PROXY": ""}


def _mounts(scenario: Scenario, described: Mapping[str, str]) -> dict[Path, str]:
    """What makes the client ask the resolver, where there is one."""
    if "resolver" not in described:
        return {}
    try:
        return own_resolver.mounts(described["resolver"], scenario.key_file.parent)
    except Unavailable as reason:
        for arming in scenario.armings:
            if "resolver" in arming.spec.kind.services:
                text = f"{arming.spec.name} unavailable: {reason}"
                scenario.journal.write(0, "tool", "note", text=text)
                print(f"rhombus-mock: {text}", file=sys.stderr)
        return {}


def _tell(scenario: Scenario) -> None:
    """One line for each fault, on standard error, which the client shares with us."""
    for arming in scenario.armings:
        times = {0: "never", 1: "once"}.get(arming.fired, f"{arming.fired} times")
        print(f"rhombus-mock: {arming.spec.name} injected {times}", file=sys.stderr)
