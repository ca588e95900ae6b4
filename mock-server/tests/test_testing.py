"""The example of testing.py, as a user would write it."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from rhombus_mock.testing import ControlError, MockServer


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
