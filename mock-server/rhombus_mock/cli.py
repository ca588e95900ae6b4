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
from pathlib import Path

from rhombus_mock import __version__, durations
from rhombus_mock.control import Control
from rhombus_mock.faults import catalogue
from rhombus_mock.faults.catalogue import UnknownFault
from rhombus_mock.habits import UnknownHabit
from rhombus_mock.plan import Plan, specs
from rhombus_mock.script.file import InvalidFile, load
from rhombus_mock.server import DEFAULT, Server

USAGE = 2


class Usage(Exception):
    """One clear line for standard error; exit code 2."""


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


def _run(options: argparse.Namespace) -> int:
    if options.explain:
        print(_explained(options.explain))
        return 0
    if options.list_faults:
        _list_faults(options.format)
        return 0
    return asyncio.run(_serve(_plan(options), options))


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
    add("--scenario", metavar="FILE", help="a scenario file; see scenarios/README.md")
    add("--fault", metavar="SPEC", action="append", default=[], help="such as F-203/404")
    add("--list-faults", action="store_true", help="print the faults and end")
    add("--format", choices=["text", "json"], default="text", help="of --list-faults")
    add("--explain", metavar="ID", help="print what one fault does and end")
    add("--port", type=_port, default=0, help="of the WebSocket host; default: a free one")
    add("--plain", action="store_true", help="ws: and http: instead of wss: and https:")
    add("--events", metavar="RATE", help="such as 1/s; 0 for none")
    add("--journal", metavar="FILE", help="where the transcript goes")
    add("--bind", metavar="ADDR", default="127.0.0.1", help="listen elsewhere than on loopback")
    add("--seed", type=int, metavar="N", help="of everything random")
    add("--api-key-file", metavar="FILE", help="the account's key; default: a new one")
    add("--org", metavar="UUID", help="the organization; default: a new one")
    add("--habit", metavar="NAME=VALUE", action="append", default=[], help="see the README")
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError
    return number


def _plan(options: argparse.Namespace) -> Plan:
    file = load(Path(options.scenario)) if options.scenario else None
    changes = {}
    for habit in options.habit:
        name, equals, value = habit.partition("=")
        if not equals:
            raise Usage(f"--habit {habit}: expected name=value")
        changes[name] = value
    if options.events is not None:
        try:
            durations.per_second(options.events)
        except ValueError as error:
            raise Usage(f"--events: {error}") from error
        changes["events"] = options.events
    return Plan(
        file=file,
        faults=(*(file.specs() if file else ()), *specs(options.fault)),
        seed=options.seed,
        api_key=_key(options.api_key_file) if options.api_key_file else "",
        org=options.org or "",
        habits=changes,
        journal=Path(options.journal) if options.journal else None,
        scheme="ws" if options.plain else "wss",
        address=options.bind,
        port=options.port,
    )


def _key(path: str) -> str:
    try:
        key = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"--api-key-file {path}: cannot be read: {error}") from error
    if not key:
        raise Usage(f"--api-key-file {path}: holds no key")
    return key


async def _serve(plan: Plan, options: argparse.Namespace) -> int:
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
        watcher = _watch_input(server) if options.until_eof else None
        ready = {**scenario.described(), "control_url": control.url}
        names = ("rest_url", "ws_url", "ca_file", "api_key", "org", "control_url", "journal")
        ready = {name: ready[name] for name in names}
        print(json.dumps(ready) if options.ready else _block(ready), flush=True)
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
    bundles = ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    exports = {
        "RHOMBUS_WS_URL": ready["ws_url"],
        "RHOMBUS_API_URL": ready["rest_url"],
        "RHOMBUS_ENDPOINT_URL": ready["rest_url"],
        "RHOMBUS_API_KEY": ready["api_key"],
        "RHOMBUS_ORG_UUID": ready["org"],
        **dict.fromkeys((*bundles, "WEBSOCKET_CLIENT_CA_BUNDLE"), ca),
    }
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
        *(f"export {name}={value}" for name, value in exports.items()),
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
        lines.append(f"  {spec.id}/{one['name']}{default}: {one['title']}; {one['doctor']}")
    for one in [*entry["parameters"], *catalogue.document()["options"]]:
        default = entry.get("after", one["default"]) if one["name"] == "after" else one["default"]
        lines.append(f"  {one['name']}={default}: {one['text']}")
    return "\n".join(lines)
