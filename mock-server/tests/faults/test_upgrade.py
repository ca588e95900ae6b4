"""The upgrade: read by sockets and compared with the catalogue."""

from __future__ import annotations

import json

import pytest
from receipts import FORBIDDEN, receipt
from wire import WS_ACCEPT, Mock, answer, post


@pytest.mark.parametrize(
    ("fault", "status", "lines"),
    [
        ("F-201", "401 Unauthorized", []),
        ("F-202", "403 Forbidden", []),
        ("F-203/400", "400 Bad Request", []),
        ("F-203/404", "404 Not Found", []),
        (
            "F-203/407",
            "407 Proxy Authentication Required",
            ['Proxy-Authenticate: Basic realm="proxy"'],
        ),
        ("F-206/retry-after", "429 Too Many Requests", ["Retry-After: 60"]),
        ("F-206/without", "429 Too Many Requests", []),
        ("F-207/500", "500 Internal Server Error", []),
        ("F-207/502", "502 Bad Gateway", []),
        ("F-207/504", "504 Gateway Timeout", []),
        ("F-208", "503 Service Unavailable", ["Retry-After: 30"]),
        ("F-209", "200 OK", ["Content-Type: text/html"]),
    ],
)
def test_upgrade_refusals(mock: Mock, fault: str, status: str, lines: list[str]) -> None:
    scene = mock.scenario(fault)
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head, body = answer(wire)
    assert head.startswith(f"HTTP/1.1 {status}\r\n")
    assert set(lines) <= set(head.split("\r\n"))
    assert ("Retry-After" in head) == any("Retry-After" in line for line in lines)
    receipt(scene, head.encode() + body, "tls")
    wire = scene.connect("rest")
    post(wire, scene.key)
    assert answer(wire)[0].startswith("HTTP/1.1 200 ")


def test_F_202_partner_wants_x_auth_org(mock: Mock) -> None:
    scene = mock.scenario("F-202/partner")
    wire = scene.connect("rest")
    post(wire, scene.key)
    assert json.loads(answer(wire)[1])["org"]["type"] == "PARTNER"
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert answer(wire)[1] == FORBIDDEN
    wire.write(scene.upgrade_request(f"x-auth-org: {scene.org}"))
    assert wire.head().startswith("HTTP/1.1 101 ")


@pytest.mark.parametrize(
    ("variant", "wanted"),
    [
        ("wrong-accept", {"Sec-WebSocket-Accept": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}),
        ("no-accept", {"Sec-WebSocket-Accept": None}),
        ("wrong-upgrade", {"Upgrade": "h2c"}),
        ("no-upgrade", {"Upgrade": None}),
        ("wrong-connection", {"Connection": "close"}),
        ("no-connection", {"Connection": None}),
    ],
)
def test_F_211_spoils_exactly_one_header(
    mock: Mock, variant: str, wanted: dict[str, str | None]
) -> None:
    scene = mock.scenario(f"F-211/{variant}")
    headers = {"Sec-WebSocket-Accept": WS_ACCEPT, "Upgrade": "websocket", "Connection": "Upgrade"}
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    status, *lines = wire.head().rstrip().split("\r\n")
    got = dict(line.split(": ", 1) for line in lines)
    got.pop("Date")
    assert status == "HTTP/1.1 101 Switching Protocols"
    assert got == {k: v for k, v in {**headers, **wanted}.items() if v is not None}


def test_F_214_answers_a_subprotocol_nobody_offered(mock: Mock) -> None:
    wire = mock.scenario("F-214").upgraded
    scene = mock.scenario("F-214")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert "\r\nSec-WebSocket-Protocol: v10.stomp\r\n" in wire.head()


def test_F_217_headers_are_odd_and_legal(mock: Mock) -> None:
    scene = mock.scenario("F-217/headers")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head = wire.head()
    assert "\r\nuPGRADE: WebSocket\r\n" in head
    assert "\r\nCONNECTION: keep-alive, Upgrade\r\n" in head
    assert f"\r\nsec-websocket-accept: {WS_ACCEPT}\r\n" in head


def test_F_217_early_hints_come_first(mock: Mock) -> None:
    scene = mock.scenario("F-217/early-hints")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.head().startswith("HTTP/1.1 103 ")
    assert wire.head().startswith("HTTP/1.1 101 ")


def test_F_218_drips(mock: Mock) -> None:
    scene = mock.scenario("F-218:every=2ms")
    wire = scene.upgraded()
    wire.client_frame(8)
    wire.rest()
    begun = scene.wait_for("http.response")["t_ns"]
    assert scene.wait_for("fault.injected")["t_ns"] - begun >= 150 * 2_000_000


@pytest.mark.parametrize("variant", ["301", "302", "307", "308", "plain"])
def test_F_220_points_to_another_origin(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-220/{variant}")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head, _ = answer(wire)
    rest = scene.info["rest_url"].split("//")[1]
    scheme = "ws" if variant == "plain" else "wss"
    assert head.startswith(f"HTTP/1.1 {'302' if variant == 'plain' else variant} ")
    assert f"\r\nLocation: {scheme}://{rest}/websocket" in head


def test_F_221_pings_in_the_segment_of_the_101(mock: Mock) -> None:
    scene = mock.scenario("F-221")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.stream.recv(65536).endswith(b"\r\n\r\n\x89\x00")


def test_F_227_is_good_after_three_failures(mock: Mock) -> None:
    scene = mock.scenario("F-227")
    seen = []
    for _ in range(4):
        wire = scene.connect()
        wire.write(scene.upgrade_request())
        seen.append(wire.head().split(" ")[1])
        wire.close()
    assert seen == ["503", "503", "503", "101"]
