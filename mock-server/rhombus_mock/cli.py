"""The command line of `rhombus-mock`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import difflib
import json
import os
import signal
import stat
import sys
from collections.abc import Sequence
from typing import NoReturn

from rhombus_mock import __version__, options
from rhombus_mock.display import ready
from rhombus_mock.display.listing import explained, table
from rhombus_mock.display.terminal import Onlooker, Terminal
from rhombus_mock.doors import availability
from rhombus_mock.faults import catalogue
from rhombus_mock.faults.catalogue import UnknownFault
from rhombus_mock.options import Usage
from rhombus_mock.plan import Plan
from rhombus_mock.running.control import Control
from rhombus_mock.running.server import DEFAULT, Server
from rhombus_mock.script.file import InvalidFile
from rhombus_mock.service.habits import UnknownHabit
from rhombus_mock.wire import descriptors

FAILED = 1
"""A journal is not complete."""
USAGE = 2

_ABOUT = """\
A mock Rhombus on loopback: REST (getOrgV2), and STOMP over WebSocket, both over TLS. It is
faultless unless asked otherwise, prints what a client needs to know, and writes a transcript
of everything. It ends with Ctrl-C."""
_EXAMPLES = """\
examples:
  rhombus-mock                                a faultless server; paste its block into a shell
  rhombus-mock --list-faults                  what can go wrong, by family
  rhombus-mock --explain F-401                one fault, octet for octet
  rhombus-mock --fault F-401                  do it, on every connection
  rhombus-mock --fault F-351/1001:after=5s --fault F-011
  rhombus-mock --scenario FILE --journal out.jsonl
  rhombus-mock --plain --port 8080 --events 5/s

exit codes: 0 ended as asked; 1 a journal could not be written; 2 usage or a port not to be had"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["lint"]:
            from rhombus_mock.script.lint import lint_command

            return lint_command(given[1:])
        if given[:1] == ["exec"]:
            from rhombus_mock.running.execute import exec_command

            return exec_command(given[1:])
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
        spec = catalogue.parse(given.explain)
        entry = catalogue.entry_of(spec.id)
        as_json = given.format == "json"
        print(json.dumps(entry, ensure_ascii=False) if as_json else explained(spec))
        return 0
    if given.list_faults:
        document = availability.listed()
        as_json = given.format == "json"
        print(json.dumps(document, ensure_ascii=False) if as_json else table())
        return 0
    return asyncio.run(_serve(options.plan(given), given))


class _Parser(argparse.ArgumentParser):
    """One line for an error, with the nearest option's name."""

    def error(self, message: str) -> NoReturn:
        raise Usage(f"{message}{self._near(message)}; --help shows all")

    def _near(self, message: str) -> str:
        _, _, unknown = message.partition("unrecognized arguments: ")
        word = unknown.partition("=")[0].split(" ")[0]
        known = [name for one in self._actions for name in one.option_strings]
        near = difflib.get_close_matches(word, known, 1, 0.5)
        return f"; did you mean {near[0]}?" if near else ""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="rhombus-mock",
        usage="rhombus-mock [OPTIONS]\n       rhombus-mock exec [OPTIONS] -- CLIENT...\n"
        "       rhombus-mock lint FILE...",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"rhombus-mock {__version__}")
    options.add_plan(parser)
    told = parser.add_argument_group("what it tells").add_argument
    told(
        "--quiet",
        action="store_true",
        help="no lines about what the client does, which a terminal gets otherwise",
    )
    told("--ready", choices=["json"], help="print one JSON line when listening, for programs")
    told("--until-eof", action="store_true", help="end when standard input ends")
    look = parser.add_argument_group("to look things up").add_argument
    look("--list-faults", action="store_true", help="print the faults and end")
    look("--explain", metavar="SPEC", help="print what one fault does, octet for octet, and end")
    look("--format", choices=["text", "json"], default="text", help="of these two")
    return parser


async def _serve(plan: Plan, given: argparse.Namespace) -> int:
    watching = sys.stdout.isatty() and not given.ready and not given.quiet
    terminal = Terminal(sys.stdout) if watching else None
    onlookers: dict[str, Onlooker] = {}

    def onlooker(identity: str) -> Onlooker:
        shown = "" if identity == DEFAULT else f"{identity} "
        return onlookers.setdefault(identity, Onlooker(terminal, sys.stderr, shown))

    descriptors.allow(plan.max_connections)
    server = Server(onlooker)
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
        described = {**scenario.described(), "control_url": control.url}
        if given.ready:
            print(ready.line(described), flush=True)
        else:
            print(ready.block(described, scenario.progress()["faults"]), flush=True)
        await server.shutdown.wait()
        if watcher:
            watcher.cancel()
    finally:
        if control:
            await control.stop()
        await server.stop()
        if terminal:
            terminal.stop()
    return FAILED if server.journals_failed else 0


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
