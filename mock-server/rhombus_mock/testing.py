"""For tests of a client in Python: a context manager, and a pytest fixture that comes with the
package.

def test_my_client(rhombus_mock):
    scenario = rhombus_mock.scenario("F-403")
    run_client(scenario.ws_url, scenario.api_key, scenario.ca_file)
    scenario.wait_for("fault.injected")

`examples/test_my_client.py` shows more.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from rhombus_mock.clients.environment import exports
from rhombus_mock.stomp.frames import Decoder, Frame

TIMEOUT_SECONDS = 10.0
"""For the server to start, answer and end, and what wait_for() waits unless told otherwise."""
_CONTROL_FRAMES = 8
"""Opcodes from here on hold no part of a message."""


class ControlError(Exception):
    """What the control endpoint refused, in its own words."""


@dataclass(frozen=True)
class RunningScenario:
    """One scenario; ended with its server, or by end()."""

    server: MockServer
    id: str
    rest_url: str
    """`https://127.0.0.1:PORT`."""
    ws_url: str
    """`wss://127.0.0.1:PORT/websocket`, without a query."""
    ca_file: str
    """PEM."""
    api_key: str
    key_file: str
    """Holds the key that is good now, for clients that read it from a file."""
    org: str
    journal: str
    """The transcript's path. Shape: transcript.schema.json."""
    resolver: str = ""
    """`ADDRESS:PORT`, where there is one."""
    proxy_url: str = ""
    """Where there is one."""
    unavailable: Mapping[str, str] = field(default_factory=dict)
    """Armed faults that this machine does not permit, and why."""

    @property
    def environment(self) -> dict[str, str]:
        """What a client in a process of its own finds in its environment, beside yours."""
        described = {"ws_url": self.ws_url, "rest_url": self.rest_url, "ca_file": self.ca_file}
        return exports({**described, "api_key": self.api_key, "org": self.org})

    def records(self, kind: str | None = None, **fields: object) -> list[dict[str, Any]]:
        """The journal so far, or those records of it that are of that kind and have those
        fields; a field that Python has as a word ends in `_`: `from_="client"`."""
        text = Path(self.journal).read_text("utf-8")
        every = [json.loads(line) for line in text.splitlines()]
        return [one for one in every if _is(one, kind, fields)]

    def wait_for(
        self, kind: str, *, timeout: float = TIMEOUT_SECONDS, **fields: object
    ) -> dict[str, Any]:
        """The first record of that kind with those fields, as soon as it is there. Raises
        TimeoutError, which names the kinds that came, after so many seconds."""
        deadline = time.monotonic() + timeout
        seen: list[dict[str, Any]] = []
        while True:
            left = max(0.0, deadline - time.monotonic())
            more = self._more(len(seen), left)
            seen += more
            for one in more:
                if _is(one, kind, fields):
                    return one
            if left == 0 or (more and more[-1]["kind"] == "end"):
                kinds = ", ".join(dict.fromkeys(one["kind"] for one in seen))
                raise TimeoutError(f"no {kind} {fields or ''} within {timeout:g} s; came: {kinds}")

    def injected(self) -> list[dict[str, Any]]:
        """The fault receipts so far."""
        return self.records("fault.injected")

    def stomp_frames(self, by: str = "client", conn: int | None = None) -> list[Frame]:
        """The STOMP frames that the client sent so far, in order, beats left out; or the
        server's, with by="server". Raises MalformedFrame where it sent something else."""
        decoders: dict[int, Decoder] = {}
        frames: list[Frame] = []
        for record in self.records("ws.frame", from_=by):
            if record["opcode"] >= _CONTROL_FRAMES or conn not in (None, record["conn"]):
                continue
            octets = str(record.get("text", "")).encode()
            decoder = decoders.setdefault(record["conn"], Decoder())
            frames += [one for one in decoder.receive(octets) if one is not None]
        return frames

    def fault(self, *specs: str) -> None:
        """Arms faults from now on, such as "F-351/1001:after=0s"."""
        self._control("POST", "/faults", {"faults": list(specs)})

    def disarm(self, name: str = "") -> list[str]:
        """Disarms faults by id, id/variant or label, or all; their names. What they have done
        stays done."""
        answer = self._control("DELETE", f"/faults/{quote(name)}" if name else "/faults")
        return list(answer["disarmed"])

    def event(self, event: dict[str, Any] | str | None = None, count: int = 1) -> int:
        """Says events to every subscriber now, a made-up one where none is given; a text is the
        body as it is. Returns how many subscribers that were."""
        body: dict[str, Any] = {"count": count}
        if event is not None:
            body["event"] = event
        return int(self._control("POST", "/events", body)["connections"])

    def event_rate(self, rate: str) -> None:
        """Says events at that rate from now on, such as "5/s"; "0" for none."""
        self._control("POST", "/events", {"rate": rate})

    def progress(self) -> dict[str, Any]:
        """What is armed and how often it was injected, and how many connections are open."""
        return self._control("GET", "")

    def end(self) -> list[dict[str, Any]]:
        """Ends it; the whole journal."""
        self._control("DELETE", "")
        return self.records()

    def _control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return self.server.control(method, f"/scenarios/{self.id}{path}", body)

    def _more(self, first: int, seconds: float) -> list[dict[str, Any]]:
        wait = min(seconds, 30.0)
        path = f"/scenarios/{self.id}/journal?from={first}&wait={wait:.3f}s"
        text = self.server.request("GET", path, None, wait + TIMEOUT_SECONDS)
        return [json.loads(line) for line in text.splitlines()]


class MockServer:
    """A `rhombus-mock` process of its own as context manager. `arguments` are those of the
    command line."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self.ready: dict[str, str] = {}

    def __enter__(self) -> MockServer:
        command = [sys.executable, "-m", "rhombus_mock", "--ready", "json", "--until-eof"]
        self._process = subprocess.Popen(
            [*command, *self._arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"rhombus-mock ended with {self._process.wait()}")
        self.ready = json.loads(line)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        process = self._process
        assert process
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        try:
            process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    @property
    def default(self) -> RunningScenario:
        """The listener of the ready line, which the command line's options are about."""
        described = self.control("GET", "/scenarios/default")
        members = {one.name for one in dataclasses.fields(RunningScenario)} & set(described)
        return RunningScenario(self, **{name: described[name] for name in members})

    def scenario(self, *faults: str, **more: Any) -> RunningScenario:
        """Starts a scenario on ports of its own. `more`: the members of POST /scenarios, such as
        `file`, `plain=True`, `habits={"events": "0"}`. Raises ControlError."""
        answer = self.control("POST", "/scenarios", {"faults": list(faults), **more})
        return RunningScenario(self, **answer)

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """One request to the control endpoint; the answer's JSON. Raises ControlError."""
        loaded: dict[str, Any] = json.loads(self.request(method, path, body, TIMEOUT_SECONDS))
        return loaded

    def request(self, method: str, path: str, body: object, timeout: float) -> str:
        """The same; the answer's text, within so many seconds."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["control_url"] + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            raise ControlError(json.load(error)["error"]) from error


def _is(record: dict[str, Any], kind: str | None, fields: dict[str, object]) -> bool:
    asked = {name.removesuffix("_"): value for name, value in fields.items()}
    of_kind = kind is None or record["kind"] == kind
    return of_kind and all(record.get(name) == value for name, value in asked.items())


try:
    import pytest
except ImportError:
    # Without pytest the context manager is all that is needed.
    pass
else:

    @pytest.fixture(scope="session")
    def rhombus_mock() -> Iterator[MockServer]:
        """One mock server for all tests; each test starts its own scenario on it."""
        with MockServer() as server:
            yield server
