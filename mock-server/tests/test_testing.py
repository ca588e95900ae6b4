"""The example of testing.py, as a user would write it."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from rhombus_mock.testing import ControlError, MockServer, RunningScenario


def test_the_fixture(rhombus_mock: MockServer) -> None:
    scenario = rhombus_mock.scenario("F-007/fin", plain=True)
    url = urlsplit(scenario.ws_url)
    with socket.create_connection((url.hostname, url.port), timeout=5) as client:
        assert client.recv(1) == b""
    assert scenario.end()[-1]["kind"] == "end"
    assert scenario.injected()[0]["fault"] == "F-007/fin"


def test_refusals_are_raised(rhombus_mock: MockServer) -> None:
    with pytest.raises(ControlError, match="unknown fault 'F-000'"):
        rhombus_mock.scenario("F-000")


def test_what_a_test_waits_for_comes_or_is_missed_by_name(rhombus_mock: MockServer) -> None:
    scenario = rhombus_mock.scenario("F-007/fin", plain=True)
    with pytest.raises(TimeoutError, match=r"no tcp.closed .*within 0.05 s; came: header"):
        scenario.wait_for("tcp.closed", timeout=0.05, by="fin")
    url = urlsplit(scenario.ws_url)
    with socket.create_connection((url.hostname, url.port), timeout=5):
        assert scenario.wait_for("tcp.closed", by="fin", from_="server")["conn"] == 1
    scenario.end()
    with pytest.raises(ControlError, match="no scenario"):
        scenario.wait_for("tcp.failed")


def test_frames_of_a_client_are_put_together(rhombus_mock: MockServer) -> None:
    scenario = rhombus_mock.scenario(plain=True, habits={"events": "0"})
    with subscribed(scenario) as client:
        assert scenario.wait_for("ws.frame", from_="client", octets=1)
        assert [one.command for one in scenario.stomp_frames()] == ["CONNECT", "SUBSCRIBE"]
        assert [one.command for one in scenario.stomp_frames("server")] == ["CONNECTED"]
        while not scenario.event("as it is"):
            pass
        scenario.wait_for("ws.frame", from_="server", read=3)
        assert scenario.stomp_frames("server", conn=1)[1].body == b"as it is"
        scenario.fault("F-351/1000:after=0s")
        assert client.recv(1)
        assert scenario.disarm("F-351") == ["F-351/1000"]
        assert scenario.progress()["connections"] == 1


def test_the_environment_is_that_of_a_client_under_test(rhombus_mock: MockServer) -> None:
    scenario = rhombus_mock.default
    assert scenario.environment["RHOMBUS_WS_URL"] == rhombus_mock.ready["ws_url"]
    assert scenario.environment["SSL_CERT_FILE"] == scenario.ca_file
    assert "SSL_CERT_FILE" not in rhombus_mock.scenario(plain=True).environment


def subscribed(scenario: RunningScenario) -> socket.socket:
    """A client whose SUBSCRIBE comes in two messages, and a beat behind it."""
    url = urlsplit(scenario.ws_url)
    client = socket.create_connection((url.hostname, url.port), timeout=5)
    head = (
        "GET /websocket?x-auth-scheme=api-token HTTP/1.1\r\nHost: mock\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nx-auth-apikey: {scenario.api_key}\r\n\r\n"
    )
    client.sendall(head.encode())
    subscribe = f"SUBSCRIBE\nid:a\ndestination:/topic/change/{scenario.org}\n\n\0"
    for part in ("CONNECT\naccept-version:1.2\n\n\0", subscribe[:9], subscribe[9:], "\n"):
        client.sendall(bytes([0x81, 0x80 | len(part), 0, 0, 0, 0]) + part.encode())
    return client
