"""REST: read by sockets and compared with the catalogue."""

from __future__ import annotations

import pytest
from receipts import FORBIDDEN, receipt
from wire import Mock, answer, post


@pytest.mark.parametrize(
    ("fault", "status", "lines", "body"),
    [
        ("F-151", "401 Unauthorized", [], b'{"authenticationFailed": true}'),
        ("F-152", "403 Forbidden", [], FORBIDDEN),
        (
            "F-153",
            "429 Too Many Requests",
            ["Retry-After: 60", "Content-Type: text/plain"],
            b"Too many api requests. Enhance your calm.",
        ),
        ("F-155/500", "500 Internal Server Error", ["Content-Type: application/json"], None),
        ("F-155/502:format=html", "502 Bad Gateway", ["Content-Type: text/html"], None),
        ("F-155/503", "503 Service Unavailable", [], None),
        ("F-155/504", "504 Gateway Timeout", [], None),
        ("F-156", "200 OK", ["Content-Type: text/html"], None),
        ("F-157/empty", "200 OK", [], b"{}"),
        ("F-157/null", "200 OK", [], b'{"org":null}'),
        ("F-157/empty-uuid", "200 OK", [], b'{"org":{"uuid":""}}'),
        ("F-157/list", "200 OK", [], b'{"org":[]}'),
        ("F-158:message=no", "200 OK", [], b'{"error":true,"errorMsg":"no"}'),
    ],
)
def test_rest_answers(
    mock: Mock, fault: str, status: str, lines: list[str], body: bytes | None
) -> None:
    scene = mock.scenario(fault)
    wire = scene.connect("rest")
    post(wire, scene.key)
    head, got = answer(wire)
    assert head.startswith(f"HTTP/1.1 {status}\r\n")
    assert set(lines) <= set(head.split("\r\n"))
    assert body is None or got == body
    receipt(scene, head.encode() + got, "tls")
    scene.upgraded().close()


def test_F_152_unknown_key_is_refused_by_both_hosts_as_a_decoy_is(mock: Mock) -> None:
    scene = mock.scenario("F-152/unknown-key")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    real = answer(wire)
    wire.write(scene.upgrade_request(key="decoy-decoy-decoy-deco"))
    decoy = answer(wire)
    wire.write(scene.upgrade_request(key=""))
    none = answer(wire)
    assert real == decoy
    assert real[1] == FORBIDDEN
    assert none[1] == b'{"authenticationFailed": true}'


def test_F_159_ends_before_its_Content_Length(mock: Mock) -> None:
    scene = mock.scenario("F-159")
    wire = scene.connect("rest")
    post(wire, scene.key)
    head = wire.head()
    assert "Content-Length: 116\r\n" in head
    assert wire.rest() == b'{"org":{"uuid":"'
