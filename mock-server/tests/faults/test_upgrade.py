"""The upgrade: read by sockets and compared with the catalogue."""

from __future__ import annotations

import hashlib
import json

import pytest
from receipts import FORBIDDEN, receipt
from wire import WS_ACCEPT, Mock, Scene, Wire, answer, post


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
        (
            "F-205",
            "426 Upgrade Required",
            ["Sec-WebSocket-Version: 8", "Upgrade: websocket"],
        ),
        ("F-206/retry-after:retry_after=2m", "429 Too Many Requests", ["Retry-After: 120"]),
        ("F-206/retry-after", "429 Too Many Requests", ["Retry-After: 60"]),
        ("F-206/without", "429 Too Many Requests", []),
        ("F-207/500", "500 Internal Server Error", []),
        ("F-207/502", "502 Bad Gateway", []),
        ("F-207/504", "504 Gateway Timeout", []),
        ("F-208", "503 Service Unavailable", ["Retry-After: 30"]),
        ("F-208:retry_after=1500ms", "503 Service Unavailable", ["Retry-After: 2"]),
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
    head, body = answer(wire)
    assert body == FORBIDDEN
    receipt(scene, head.encode() + body, "tls")
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
    head = wire.head()
    receipt(scene, head.encode(), "tls")
    status, *lines = head.rstrip().split("\r\n")
    got = dict(line.split(": ", 1) for line in lines)
    got.pop("Date")
    assert status == "HTTP/1.1 101 Switching Protocols"
    assert got == {k: v for k, v in {**headers, **wanted}.items() if v is not None}


def test_F_214_answers_a_subprotocol_nobody_offered(mock: Mock) -> None:
    scene = mock.scenario("F-214")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head = wire.head()
    assert "\r\nSec-WebSocket-Protocol: v10.stomp\r\n" in head
    receipt(scene, head.encode(), "tls")


def test_F_217_headers_are_odd_and_legal(mock: Mock) -> None:
    scene = mock.scenario("F-217/headers")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head = wire.head()
    assert "\r\nuPGRADE: WebSocket\r\n" in head
    assert "\r\nCONNECTION: keep-alive, Upgrade\r\n" in head
    assert f"\r\nsec-websocket-accept: {WS_ACCEPT}\r\n" in head
    receipt(scene, head.encode(), "tls")


def test_F_217_segments_are_of_one_octet(mock: Mock) -> None:
    scene = mock.scenario("F-217/segments")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head = wire.head()
    found = receipt(scene, head.encode(), "tls")
    wire.client_frame(9, b"1")
    assert wire.frame() == (0x8A, b"1")
    # The pong's journal entry names the socket write that carried it: one for each octet before.
    assert scene.wait_for("ws.frame", opcode=10)["read"] == found["octets"] + 1


def test_F_217_early_hints_come_first(mock: Mock) -> None:
    scene = mock.scenario("F-217/early-hints")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    hints, head = wire.head(), wire.head()
    assert hints == "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
    assert head.startswith("HTTP/1.1 101 ")
    receipt(scene, (hints + head).encode(), "tls")


def test_F_218_drips(mock: Mock) -> None:
    scene = mock.scenario("F-218:every=2ms")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head = wire.head()
    assert head.startswith("HTTP/1.1 101 ")
    found = receipt(scene, head.encode(), "tls")
    begun = scene.wait_for("http.response")["t_ns"]
    assert found["t_ns"] - begun >= (len(head) - 1) * 2_000_000


def test_F_218_is_one_octet_a_second(mock: Mock) -> None:
    scene = mock.scenario("F-218")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.read(1) == b"H"
    wire.stream.settimeout(0.5)
    with pytest.raises(TimeoutError):
        wire.read(1)


@pytest.mark.parametrize("tls", ["wss", "ws"])
@pytest.mark.parametrize("variant", ["301", "302", "307", "308", "plain"])
def test_F_220_points_to_another_origin(mock: Mock, variant: str, tls: str) -> None:
    scene = mock.scenario(f"F-220/{variant}", plain=tls == "ws")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head, body = answer(wire)
    other = scene.info["rest_url"].split("//")[1]
    scheme = "ws" if variant == "plain" else tls
    assert head.startswith(f"HTTP/1.1 {'302' if variant == 'plain' else variant} ")
    assert f"\r\nLocation: {scheme}://{other}/websocket?x-auth-scheme=api-token\r\n" in head
    receipt(scene, head.encode() + body, "tls")


def test_F_220_a_client_that_follows_is_seen_with_its_key(mock: Mock) -> None:
    scene = mock.scenario("F-220/307")
    wire = scene.connect("rest")
    wire.write(scene.upgrade_request())
    assert wire.head().startswith("HTTP/1.1 404 ")
    seen = scene.wait_for("http.request")
    assert ["x-auth-apikey", "‹api-key›"] in seen["headers"]


def test_F_221_pings_in_the_segment_of_the_101(mock: Mock) -> None:
    scene = mock.scenario("F-221")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    octets = wire.stream.recv(65536)
    assert octets.startswith(b"HTTP/1.1 101 ")
    assert octets.endswith(b"\r\n\r\n\x89\x00")
    receipt(scene, octets, "tls")


def test_F_227_is_good_after_three_failures(mock: Mock) -> None:
    scene = mock.scenario("F-227")
    seen = []
    for _ in range(4):
        wire = scene.connect()
        wire.write(scene.upgrade_request())
        seen.append(wire.head().split(" ")[1])
        wire.close()
    assert seen == ["503", "503", "503", "101"]
    assert len(scene.receipts()) == 3


SCHEME = b"?x-auth-scheme=api-token"


def ask(scene: Scene, request: bytes) -> tuple[str, bytes, Wire]:
    """Head and body of the answer; no body where the head promises none."""
    wire = scene.connect()
    wire.write(request)
    head = wire.head()
    length = next((line for line in head.split("\r\n") if line.startswith("Content-Length:")), None)
    return head, wire.read(int(length.split(":")[1])) if length else b"", wire


def test_F_210_wants_the_scheme_in_the_query(mock: Mock) -> None:
    scene = mock.scenario("F-210")
    request = scene.upgrade_request("x-auth-scheme: api-token")
    head, body, _ = ask(scene, request.replace(SCHEME, b""))
    assert head.startswith("HTTP/1.1 401 Unauthorized\r\n")
    receipt(scene, head.encode() + body, "tls")
    assert ask(scene, request)[0].startswith("HTTP/1.1 101 ")
    assert len(scene.receipts()) == 1


def test_F_212_wants_the_key_in_the_header(mock: Mock) -> None:
    key = mock.scenario().key
    in_query = SCHEME + b"&x-auth-apikey=" + key.encode()
    for variant, spoil in [
        ("query", lambda request: request.replace(SCHEME, in_query)),
        ("subprotocol", lambda request: request[:-2] + offer(key)),
    ]:
        scene = mock.scenario(f"F-212/{variant}", api_key=key)
        head, body, _ = ask(scene, spoil(scene.upgrade_request(key="")))
        assert head.startswith("HTTP/1.1 401 Unauthorized\r\n")
        receipt(scene, head.encode() + body, "tls")
        assert ask(scene, spoil(scene.upgrade_request()))[0].startswith("HTTP/1.1 101 ")
        assert len(scene.receipts()) == 1


def offer(*subprotocols: str) -> bytes:
    return f"Sec-WebSocket-Protocol: {', '.join(subprotocols)}\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("variant", "offered", "wanted"),
    [
        ("without", ["v12.stomp"], []),
        ("twice", ["v12.stomp", "v11.stomp"], ["v12.stomp", "v12.stomp"]),
        ("twice", ["v11.stomp"], ["v11.stomp", "v11.stomp"]),
        ("twice", [], ["v12.stomp", "v12.stomp"]),
    ],
)
def test_F_215_subprotocol(mock: Mock, variant: str, offered: list[str], wanted: list[str]) -> None:
    scene = mock.scenario(f"F-215/{variant}")
    request = scene.upgrade_request()
    head, _, _ = ask(scene, request[:-2] + offer(*offered) if offered else request)
    assert head.startswith("HTTP/1.1 101 ")
    assert values(head, "Sec-WebSocket-Protocol") == wanted
    receipt(scene, head.encode(), "tls")


@pytest.mark.parametrize(
    ("variant", "offered", "wanted"),
    [
        ("not-offered", "", "permessage-deflate"),
        ("not-offered", "permessage-deflate", "permessage-bzip2"),
        ("unknown-parameter", "permessage-deflate", "permessage-deflate; x_mock=1"),
    ],
)
def test_F_216_extension(mock: Mock, variant: str, offered: str, wanted: str) -> None:
    scene = mock.scenario(f"F-216/{variant}")
    lines = [f"Sec-WebSocket-Extensions: {offered}"] if offered else []
    head, _, _ = ask(scene, scene.upgrade_request(*lines))
    assert head.startswith("HTTP/1.1 101 ")
    assert values(head, "Sec-WebSocket-Extensions") == [wanted]
    receipt(scene, head.encode(), "tls")


def values(head: str, name: str) -> list[str]:
    lines = [line.partition(": ") for line in head.split("\r\n")]
    return [value for key, _, value in lines if key == name]


PADDING = b"X-Padding: " + b"A" * 1011 + b"\r\n"


def test_F_219_endless_head(mock: Mock) -> None:
    scene = mock.scenario("F-219/endless")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    start = b"HTTP/1.1 101 Switching Protocols\r\n"
    assert wire.read(len(start)) == start
    assert wire.read(1024 * 5000) == PADDING * 5000
    wire.close()
    found = scene.wait_for("fault.injected")
    whole = start + PADDING * (found["octets"] // 1024 + 1)
    assert found["sha256"] == hashlib.sha256(whole[: found["octets"]]).hexdigest()
    assert found["octets"] >= len(start) + 1024 * 5000


def test_F_219_unfinished_head(mock: Mock) -> None:
    scene = mock.scenario("F-219/unfinished")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    found = scene.wait_for("fault.injected")
    head = wire.read(found["octets"])
    assert head.startswith(b"HTTP/1.1 101 ")
    assert head.endswith(b"\r\n")
    assert b"\r\n\r\n" not in head
    receipt(scene, head, "tls")
    wire.stream.settimeout(0.3)
    with pytest.raises(TimeoutError):
        wire.read(1)


def test_F_219_long_head_ends(mock: Mock) -> None:
    scene = mock.scenario("F-219/long")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head = wire.read(10 * 2**20) + wire.head().encode()
    assert head.endswith(PADDING + b"\r\n")
    assert head.count(PADDING) == 10 * 1024
    receipt(scene, head, "tls")


def test_F_219_long_body(mock: Mock) -> None:
    scene = mock.scenario("F-219/long-body")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    head = wire.head()
    assert head.startswith("HTTP/1.1 401 Unauthorized\r\n")
    assert values(head, "Content-Length") == ["1073741824"]
    start = b'{"authenticationFailed": true, "detail": "'
    assert wire.read(len(start)) == start
    assert wire.read(2**20) == b"A" * 2**20
    wire.close()
    assert scene.wait_for("fault.injected")["octets"] >= 2**20
    other, _, _ = ask(scene, scene.upgrade_request(key="decoy-decoy-decoy-deco"))
    assert other.startswith("HTTP/1.1 403 ")  # only the good key is concerned


@pytest.mark.parametrize(
    ("variant", "octets"),
    [
        (
            "http-2",
            bytes.fromhex("000012040000000000000300000080000400010000000500ffffff"),
        ),
        ("ssh", b"SSH-2.0-OpenSSH_9.6\r\n"),
    ],
)
def test_F_223_speaks_another_protocol(mock: Mock, variant: str, octets: bytes) -> None:
    scene = mock.scenario(f"F-223/{variant}")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.read(len(octets)) == octets
    receipt(scene, octets, "tls")


def test_F_223_garbage_is_seeded(mock: Mock) -> None:
    seen = []
    for _ in range(2):
        scene = mock.scenario("F-223/garbage", seed=5)
        wire = scene.connect()
        wire.write(scene.upgrade_request())
        seen.append(wire.read(64))
        receipt(scene, seen[-1], "tls")
    assert seen[0] == seen[1]


def test_F_223_101_of_HTTP_1_0(mock: Mock) -> None:
    scene = mock.scenario("F-223/http-1.0")
    head, _, wire = ask(scene, scene.upgrade_request())
    assert head.startswith("HTTP/1.0 101 Switching Protocols\r\n")
    assert values(head, "Sec-WebSocket-Accept") == [WS_ACCEPT]
    receipt(scene, head.encode(), "tls")
    wire.client_frame(9, b"1")  # a client that takes it is on a WebSocket, and seen there
    assert wire.frame() == (0x8A, b"1")


def test_F_223_FIN_without_an_answer(mock: Mock) -> None:
    scene = mock.scenario("F-223/fin")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.rest() == b""
    receipt(scene, b"", "tls")
    assert scene.wait_for("tcp.closed", **{"from": "server"})["by"] == "fin"
