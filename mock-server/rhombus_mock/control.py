"""The control endpoint: plain HTTP on loopback, below a path that only the parent knows."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rhombus_mock import durations, tcp
from rhombus_mock.faults.catalogue import UnknownFault
from rhombus_mock.framing import FRAMINGS
from rhombus_mock.habits import UnknownHabit
from rhombus_mock.http1 import BadRequest, Request, RequestReader, Response, response
from rhombus_mock.plan import Plan, specs
from rhombus_mock.rest import json_response
from rhombus_mock.scenario import Scenario
from rhombus_mock.script.file import InvalidFile, load, load_text
from rhombus_mock.server import DEFAULT, Server

REQUEST_SECONDS = 30.0
_KEYS = {"file", "yaml", "faults", "seed", "variant", "api_key", "org", "habits", "journal"} | {
    "plain"
}


class Refused(Exception):
    """The request cannot be done; status and text of the answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Control:
    """Listens as soon as it is made."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._port = tcp.bound("127.0.0.1", 0)
        self._port.open()
        self._path = f"/{secrets.token_urlsafe(16)}"
        self._tasks: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.create_task(self._accept())

    @property
    def url(self) -> str:
        """Where it listens, with the path token; no slash at the end."""
        address, number = self._port.address
        return f"http://{address}:{number}{self._path}"

    async def stop(self) -> None:
        """Gives the port back; answers under way are finished."""
        self._accepting.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1.0)
        for task in self._tasks:
            task.cancel()
        self._port.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            accepted, _ = await loop.sock_accept(self._port.listener)
            task = asyncio.create_task(self._serve(tcp.TcpStream(accepted)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, stream: tcp.TcpStream) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            rest = b""
            while True:
                reader = RequestReader()
                request: Request | None
                try:
                    async with asyncio.timeout(REQUEST_SECONDS):
                        request = reader.receive(rest)
                        while request is None:
                            octets = await stream.read()
                            if not octets:
                                stream.close()
                                return
                            request = reader.receive(octets)
                    answer = await self._answer(request)
                except BadRequest as bad:
                    await stream.write(json_response(bad.status, {"error": str(bad)}).encode())
                    break
                await stream.write(answer.encode())
                rest = reader.rest()
        stream.close()

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._do(request)
        except Refused as refused:
            return json_response(refused.status, {"error": str(refused)})
        except (UnknownFault, UnknownHabit, InvalidFile) as invalid:
            return json_response(400, {"error": str(invalid)})
        except OSError as error:
            return json_response(409, {"error": f"{error.strerror}: {error.filename or ''}"})

    async def _do(self, request: Request) -> Response:
        path = request.path.rstrip("/")
        if not secrets.compare_digest(path[: len(self._path)].encode(), self._path.encode()):
            raise Refused(404, "no such path")
        match (request.method, path[len(self._path) :].split("/")[1:]):
            case ("POST", ["scenarios"]):
                return json_response(200, self._start(_body(request)).described())
            case ("DELETE", ["scenarios", identity]):
                self._scenario(identity)
                await self._server.end(identity, "ended")
                return json_response(200, {"id": identity})
            case ("GET", ["scenarios", identity, "journal"]):
                return _journal(self._scenario(identity))
            case ("POST", ["scenarios", identity, ("faults" | "events") as what]):
                return _change(self._scenario(identity), what, _body(request))
            case ("GET", ["journal"]):
                return _journal(self._scenario(DEFAULT))
            case ("POST", [("faults" | "events") as what]):
                return _change(self._scenario(DEFAULT), what, _body(request))
            case ("POST", ["shutdown"]):
                self._server.finish("shutdown")
                return json_response(200, {})
        raise Refused(404, f"no such thing: {request.method} {path[len(self._path) :] or '/'}")

    def _scenario(self, identity: str) -> Scenario:
        if identity not in self._server.scenarios:
            raise Refused(404, f"no scenario '{identity}'")
        return self._server.scenarios[identity]

    def _start(self, body: Mapping[str, Any]) -> Scenario:
        if unknown := sorted(set(body) - _KEYS):
            raise Refused(400, f"unknown member '{unknown[0]}'")
        return self._server.start(_plan(body))


def _plan(body: Mapping[str, Any]) -> Plan:
    file = None
    if "file" in body:
        file = load(Path(_text(body, "file")))
    elif "yaml" in body:
        file = load_text(_text(body, "yaml"), "yaml")
    faults = body.get("faults", [])
    variant, changes = body.get("variant") or {}, body.get("habits") or {}
    if not isinstance(faults, list) or not all(isinstance(one, str) for one in faults):
        raise Refused(400, "faults is a list of strings such as F-203/404")
    if not isinstance(variant, dict) or not isinstance(changes, dict):
        raise Refused(400, "variant and habits are objects")
    framing = variant.get("framing", "whole")
    if framing not in FRAMINGS:
        raise Refused(400, f"framing is one of {', '.join(FRAMINGS)}; not '{framing}'")
    seed = body.get("seed")
    if seed is not None and not isinstance(seed, int):
        raise Refused(400, "seed is an integer")
    journal = _text(body, "journal")
    return Plan(
        file=file,
        faults=(*(file.specs() if file else ()), *specs(faults)),
        seed=seed,
        framing=framing,
        api_key=_text(body, "api_key"),
        org=_text(body, "org"),
        habits={str(name): str(value) for name, value in changes.items()},
        journal=Path(journal) if journal else None,
        scheme="ws" if body.get("plain") is True else "wss",
    )


def _change(scenario: Scenario, what: str, body: Mapping[str, Any]) -> Response:
    if what == "faults":
        given = body.get("faults", [body["fault"]] if "fault" in body else [])
        for spec in specs([str(one) for one in given]):
            scenario.arm(spec)
        return json_response(200, {"armed": [str(one) for one in given]})
    if "rate" in body:
        try:
            durations.per_second(str(body["rate"]))
        except ValueError as error:
            raise Refused(400, str(error)) from error
        scenario.set_event_rate(str(body["rate"]))
        return json_response(200, {"rate": str(body["rate"])})
    event, count = body.get("event"), body.get("count", 1)
    if not isinstance(count, int) or not 0 < count <= 100_000:
        raise Refused(400, "count is an integer from 1 to 100000")
    octets = None
    if event is not None:
        octets = event.encode() if isinstance(event, str) else json.dumps(event).encode()
    return json_response(200, {"connections": scenario.publish(octets, count), "count": count})


def _journal(scenario: Scenario) -> Response:
    return response(200, scenario.journal.path.read_bytes(), "application/jsonl")


def _body(request: Request) -> Mapping[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise Refused(400, "the body is not an object")
    return body


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Refused(400, f"{name} is a string")
    return value
