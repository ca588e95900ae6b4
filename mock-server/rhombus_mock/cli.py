"""The command line of `rhombus-mock`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import stat
import sys
from collections.abc import Sequence

from rhombus_mock import __version__, options
from rhombus_mock.control import Control
from rhombus_mock.environment import exports
from rhombus_mock.faults import catalogue
from rhombus_mock.faults.catalogue import UnknownFault
from rhombus_mock.habits import UnknownHabit
from rhombus_mock.options import Usage
from rhombus_mock.plan import Plan
from rhombus_mock.script.file import InvalidFile
from rhombus_mock.server import DEFAULT, Server

USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["lint"]:
            from rhombus_mock.script.lint import lint_command

            return lint_command(given[1:])
        return _run(_parser().parse_args(given))
    except (Usage, UnknownFault, UnknownHabit, InvalidFile) as error:
        print(f"rhombus-mock: {error}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # The reader of --list-faults had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(given: argparse.Namespace) -> int:
    if given.explain:
        print(_explained(given.explain))
        return 0
    if given.list_faults:
        _list_faults(given.format)
        return 0
    return asyncio.run(_serve(options.plan(given), given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rhombus-mock",
        description="A mock Rhombus on loopback: REST, and STOMP over WebSocket. Faultless unless "
        "asked otherwise. `rhombus-mock lint FILE...` checks scenario files.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--version", action="version", version=f"rhombus-mock {__version__}")
    add("--ready", choices=["json"], help="print one JSON line when listening")
    add("--until-eof", action="store_true", help="end when standard input ends")
    add("--list-faults", action="store_true", help="print the faults and end")
    add("--format", choices=["text", "json"], default="text", help="of --list-faults")
    add("--explain", metavar="ID", help="print what one fault does and end")
    options.add_plan(parser)
    return parser


async def _serve(plan: Plan, given: argparse.Namespace) -> int:
    server = Server()
    control = None
    try:
        try:
            scenario = server.start(plan, DEFAULT)
        except OSError as error:
            where = f" {error.filename}" if error.filename else ""
            raise Usage(f"cannot start{where}: {error.strerror}") from error
        control = Control(server)
        _watch_signals(server)
        watcher = _watch_input(server) if given.until_eof else None
        ready = {**scenario.described(), "control_url": control.url}
        names = ("rest_url", "ws_url", "ca_file", "api_key", "org", "control_url", "journal")
        ready = {name: ready[name] for name in names}
        print(json.dumps(ready) if given.ready else _block(ready), flush=True)
        await server.shutdown.wait()
        if watcher:
            watcher.cancel()
    finally:
        if control:
            await control.stop()
        await server.stop()
    return 0


def _watch_signals(server: Server) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, server.finish, number.name)


def _watch_input(server: Server) -> asyncio.Task[None]:
    """Ends the server with its standard input; what stands in it is not read as anything."""
    loop = asyncio.get_running_loop()

    async def watch() -> None:
        mode = os.fstat(0).st_mode
        if stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not os.isatty(0)):
            # A file or /dev/null: at its end from the first.
            server.finish("end of input")
            return
        os.set_blocking(0, False)
        readable = asyncio.Event()
        loop.add_reader(0, readable.set)
        try:
            while True:
                await readable.wait()
                readable.clear()
                with contextlib.suppress(BlockingIOError):
                    if not os.read(0, 4096):
                        break
        except OSError:
            pass
        finally:
            loop.remove_reader(0)
        server.finish("end of input")

    return asyncio.create_task(watch())


def _block(ready: dict[str, str]) -> str:
    ca = ready["ca_file"]
    lines = [
        "rhombus-mock listens",
        "",
        f"  WebSocket    {ready['ws_url']}",
        f"  REST         {ready['rest_url']}",
        f"  CA file      {ca}",
        f"  key          {ready['api_key']}   (of this server only)",
        f"  organization {ready['org']}",
        f"  control      {ready['control_url']}",
        f"  journal      {ready['journal']}",
        "",
        *(f"export {name}={value}" for name, value in exports(ready).items()),
        "",
        "End it with Ctrl-C.",
    ]
    return "\n".join(lines)


def _list_faults(style: str) -> None:
    if style == "json":
        print(json.dumps(catalogue.document(), ensure_ascii=False))
        return
    for identity, entry in catalogue.entries().items():
        legal = "  (legal: must not harm)" if entry["ok"] else ""
        print(f"{identity:<7}{entry['title']}{legal}")
        for variant in entry["variants"]:
            name = f"{identity}/{variant['name']}"
            print(f"{'':<7}{name:<22}  {variant['title']}")


def _explained(text: str) -> str:
    spec = catalogue.parse(text)
    entry = catalogue.entry_of(spec.id)
    lines = [f"{spec.id}  {entry['title']}"]
    if entry["ok"]:
        lines.append("Legal input: a good client is not harmed by it.")
    if entry["guide"]:
        lines.append(f"Guide: {', '.join(entry['guide'])}")
    receipt = entry["receipt"]
    lines.append(f"Receipt: octets: {receipt['octets']}; the client is at least {receipt['state']}")
    lines.append(f"A diagnosis of a live run says: {entry['doctor']}")
    if "note" in entry:
        lines.append(f"Note: {entry['note']}")
    for at, one in enumerate(entry["variants"]):
        default = " (default)" if at == 0 else ""
        own = "".join(f"; {name}={value}" for name, value in one.get("defaults", {}).items())
        lines.append(f"  {spec.id}/{one['name']}{default}: {one['title']}{own}; {one['doctor']}")
    for one in [*entry["parameters"], *catalogue.document()["options"]]:
        default = entry.get("after", one["default"]) if one["name"] == "after" else one["default"]
        lines.append(f"  {one['name']}={default}: {one['text']}")
    return "\n".join(lines)
