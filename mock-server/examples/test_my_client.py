"""How to test a client against the mock server: with pytest, in Python. The fixture
`rhombus_mock` comes with the package. The client here is as short as can be; put yours in its
place. Run it: `pytest examples`."""

from __future__ import annotations

import concurrent.futures
import json
import ssl
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from rhombus_mock.testing import MockServer, RunningScenario


def first_event(scenario: RunningScenario) -> dict[str, Any]:
    """The client under test: connects, subscribes, returns the first event."""
    context = ssl.create_default_context(cafile=scenario.ca_file)
    headers = {"x-auth-apikey": scenario.api_key}
    url = f"{scenario.ws_url}?x-auth-scheme=api-token"
    with connect(url, ssl=context, additional_headers=headers, open_timeout=5) as stream:
        stream.send("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
        if not str(stream.recv(timeout=5)).startswith("CONNECTED\n"):
            raise RuntimeError("not connected")
        topic = f"/topic/change/{scenario.org}"
        stream.send(f"SUBSCRIBE\nid:sub-0\ndestination:{topic}\n\n\0")
        while not str(message := stream.recv(timeout=5)).strip("\n"):
            pass
        event: dict[str, Any] = json.loads(str(message).partition("\n\n")[2].removesuffix("\0"))
        return event


def test_an_event_arrives(rhombus_mock: MockServer) -> None:
    scenario = rhombus_mock.scenario(habits={"events": "20/s"})

    assert "entity" in first_event(scenario)

    sent = scenario.stomp_frames()
    assert [frame.command for frame in sent] == ["CONNECT", "SUBSCRIBE"]
    assert sent[1].header("destination") == f"/topic/change/{scenario.org}"


def test_a_close_is_reported(rhombus_mock: MockServer) -> None:
    scenario = rhombus_mock.scenario("F-351/1001:after=0s", habits={"events": "0"})

    with pytest.raises(ConnectionClosed, match="1001"):
        first_event(scenario)

    receipt = scenario.wait_for("fault.injected")
    assert (receipt["octets"], receipt["state"]) == (4, "subscribed")


def test_an_event_of_my_own(rhombus_mock: MockServer) -> None:
    """What the server does is decided while the client runs."""
    scenario = rhombus_mock.scenario(habits={"events": "0"})
    with concurrent.futures.ThreadPoolExecutor() as pool:
        received = pool.submit(first_event, scenario)
        scenario.wait_for("ws.frame", from_="server")  # CONNECTED; the SUBSCRIBE comes next
        while not scenario.event({"entity": "DOOR_STATE", "open": True}):
            pass
        assert received.result(10) == {"entity": "DOOR_STATE", "open": True}
