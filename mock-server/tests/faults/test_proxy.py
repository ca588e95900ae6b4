"""Proxies: read by sockets and compared with the catalogue."""

from __future__ import annotations

import time

import pytest
from receipts import comes_after_subscribe, receipt
from wire import Mock

BAD_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\nVia: 1.1 proxy.example.test (squid)\r\n"
    b"Content-Type: text/plain;charset=utf-8\r\nContent-Length: 34\r\n\r\n"
    b'Can "Upgrade" only to "WebSocket".'
)
PAGE = (
    b"HTTP/1.1 200 OK\r\nVia: 1.1 proxy.example.test (squid)\r\n"
    b"Content-Type: text/html\r\nContent-Length: 90\r\n\r\n"
    b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please log in.</body></html>"
)


@pytest.mark.parametrize(("status", "octets"), [("400", BAD_REQUEST), ("200", PAGE)])
def test_F_033_answers_as_an_origin_that_saw_no_upgrade(
    mock: Mock, status: str, octets: bytes
) -> None:
    scene = mock.scenario(f"F-033/{status}")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.read(len(octets)) == octets
    receipt(scene, octets, "tls")


def test_F_037_passes_1006_on(mock: Mock) -> None:
    comes_after_subscribe(mock, "F-037", bytes.fromhex("880203EE"))


def test_F_038_says_that_the_proxy_restarts(mock: Mock) -> None:
    comes_after_subscribe(mock, "F-038", bytes.fromhex("881203E9") + b"proxy restarting")


def test_F_036_lets_everything_go_at_once(mock: Mock) -> None:
    scene = mock.scenario("F-036:hold=600ms", habits={"heart_beat": "50,0"})
    wire = scene.subscribed("0,50")
    receipt(scene, b"", "subscribed")
    wire.buffer = b""
    while wire.stream.recv(65536).count(b"\x81\x01\n") < 4:
        pass  # beats that came ahead of SUBSCRIBE
    for _ in range(3):
        assert wire.stream.recv(65536).count(b"\x81\x01\n") > 4
    began = time.monotonic()
    wire.client_frame(9, b"held too")
    while b"\x8a\x08held too" not in wire.stream.recv(65536):
        pass
    # Held for most of one interval on its way in, and for a whole one on its way out.
    assert time.monotonic() - began > 0.7
