"""The control endpoint: plain HTTP on loopback, below a path that only the parent knows."""

from __future__ import annotations

import asyncio
import contextlib
import secrets

from rhombus_mock.faults.catalogue import UnknownFault
from rhombus_mock.running.control_requests import (
    REQUESTS,
    Refused,
    body_of,
    change,
    journal_text,
    plan_of,
)
from rhombus_mock.running.scenario import Scenario
from rhombus_mock.running.server import DEFAULT, Server
from rhombus_mock.script.file import InvalidFile
from rhombus_mock.service.habits import UnknownHabit
from rhombus_mock.service.rest import json_response
from rhombus_mock.wire import tcp
from rhombus_mock.wire.http1 import BadRequest, Request, RequestReader, Response, response

REQUEST_SECONDS = 30.0
"""For a request to come whole, and for its answer to be taken."""
MAX_CONNECTIONS = 256
_RETRY_SECONDS = 0.05


class Control:
    """Listens as soon as it is made."""

    def __init__(self, server: Server, request_seconds: float = REQUEST_SECONDS) -> None:
        self._server = server
        self._seconds = request_seconds
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
            try:
                accepted, _ = await loop.sock_accept(self._port.listener)
            except OSError:
                # Out of descriptors: some will be given back.
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            stream = tcp.TcpStream(accepted)
            if len(self._tasks) >= MAX_CONNECTIONS:
                stream.reset()
                continue
            task = asyncio.create_task(self._serve(stream))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, stream: tcp.TcpStream) -> None:
        try:
            with contextlib.suppress(OSError, TimeoutError):
                rest = b""
                while (request := await self._request(stream, rest)) is not None:
                    answer = await self._answer(request[0])
                    async with asyncio.timeout(self._seconds):
                        await stream.write(answer.encode())
                    rest = request[1]
        finally:
            stream.close()

    async def _request(self, stream: tcp.TcpStream, octets: bytes) -> tuple[Request, bytes] | None:
        """The next request and the octets behind it; None where the client ended or sent none."""
        reader = RequestReader()
        try:
            async with asyncio.timeout(self._seconds):
                while (request := reader.receive(octets)) is None:
                    octets = await stream.read()
                    if not octets:
                        return None
        except BadRequest as bad:
            refusal = json_response(bad.status, {"error": str(bad)})
            await stream.write(refusal.with_headers(("Connection", "close")).encode())
            stream.send_fin()
            return None
        return request, reader.rest()

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
        below = path[len(self._path) :].split("/")[1:]
        match (request.method, below):
            case ("GET", []):
                names = list(self._server.scenarios)
                return json_response(200, {"scenarios": names, "requests": REQUESTS})
            case ("GET", ["scenarios"]):
                every = [_described(one) for one in self._server.scenarios.values()]
                return json_response(200, {"scenarios": every})
            case ("POST", ["scenarios"]):
                plan = plan_of(body_of(request))
                return json_response(200, self._server.start(plan).described())
            case ("GET", ["scenarios", identity]):
                return json_response(200, _described(self._scenario(identity)))
            case ("DELETE", ["scenarios", identity]):
                self._scenario(identity)
                await self._server.end(identity, "ended")
                return json_response(200, {"id": identity})
            case (_, ["scenarios", identity, *what]):
                return await self._of_scenario(self._scenario(identity), request, what)
            case ("POST", ["shutdown"]):
                self._server.finish("shutdown")
                return json_response(200, {})
        return await self._of_scenario(self._scenario(DEFAULT), request, below)

    async def _of_scenario(self, scenario: Scenario, request: Request, what: list[str]) -> Response:
        match (request.method, what):
            case ("GET", ["journal"]):
                text = await journal_text(scenario.journal, request)
                return response(200, text, "application/jsonl")
            case ("GET", ["faults"]):
                return json_response(200, {"faults": scenario.progress()["faults"]})
            case ("POST", [("faults" | "events") as kind]):
                return json_response(200, change(scenario, kind, body_of(request)))
            case ("DELETE", ["faults", *name]):
                disarmed = scenario.disarm("/".join(name))
                if name and not disarmed:
                    raise Refused(404, f"no fault '{'/'.join(name)}' is armed")
                return json_response(200, {"disarmed": disarmed})
        raise Refused(404, f"no such thing: {request.method} /{'/'.join(what)}")

    def _scenario(self, identity: str) -> Scenario:
        if identity not in self._server.scenarios:
            raise Refused(404, f"no scenario '{identity}'")
        return self._server.scenarios[identity]


def _described(scenario: Scenario) -> dict[str, object]:
    return {**scenario.described(), **scenario.progress()}
