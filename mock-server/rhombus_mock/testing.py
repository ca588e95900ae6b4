"""For tests of a client in Python:

def test_my_client(rhombus_mock):
    scenario = rhombus_mock.scenario("F-403")
    run_client(scenario.ws_url, scenario.api_key, scenario.ca_file)
    assert scenario.injected()
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

TIMEOUT_SECONDS = 10.0


class ControlError(Exception):
    """What the control endpoint refused, in its own words."""


@dataclass(frozen=True)
class RunningScenario:
    """One scenario; ended with its server, or by end()."""

    server: MockServer
    id: str
    rest_url: str
    ws_url: str
    ca_file: str
    api_key: str
    key_file: str
    org: str
    journal: str

    def records(self) -> list[dict[str, Any]]:
        """The journal so far."""
        text = Path(self.journal).read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def injected(self) -> list[dict[str, Any]]:
        """The fault receipts so far."""
        return [one for one in self.records() if one["kind"] == "fault.injected"]

    def fault(self, *specs: str) -> None:
        """Arms faults from now on, such as "F-351/1001:after=0s"."""
        self.server.control("POST", f"/scenarios/{self.id}/faults", {"faults": list(specs)})

    def event(self, event: dict[str, Any] | None = None, count: int = 1) -> None:
        """Says events to every subscriber now."""
        body: dict[str, Any] = {"count": count}
        if event is not None:
            body["event"] = event
        self.server.control("POST", f"/scenarios/{self.id}/events", body)

    def end(self) -> list[dict[str, Any]]:
        """Ends it; the whole journal."""
        self.server.control("DELETE", f"/scenarios/{self.id}")
        return self.records()


class MockServer:
    """A `rhombus-mock` process as context manager; its attributes are those of the ready line."""

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

    def scenario(self, *faults: str, **more: Any) -> RunningScenario:
        """Starts a scenario on ports of its own. `more`: the members of POST /scenarios."""
        answer = self.control("POST", "/scenarios", {"faults": list(faults), **more})
        return RunningScenario(self, **answer)

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """One request to the control endpoint. Raises ControlError."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["control_url"] + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                loaded: dict[str, Any] = json.load(answer)
                return loaded
        except urllib.error.HTTPError as error:
            raise ControlError(json.load(error)["error"]) from error


@pytest.fixture(scope="session")
def rhombus_mock() -> Iterator[MockServer]:
    """One mock server for all tests; each test starts its own scenario on it."""
    with MockServer() as server:
        yield server
