"""Every fault as it stands on the wire, read by sockets and `ssl` and compared with the
catalogue's octets; and its receipt, whose hash must be that of the octets read."""

from __future__ import annotations

import hashlib
import itertools
import json
import socket
import ssl
from collections.abc import Callable
from typing import Any

import pytest
from wire import BOUND, WS_ACCEPT, Mock, Scene, Wire, answer, post

NOW = ":after=0s"
CONNECTED = b"CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0"


def receipt(scene: Scene, octets: bytes | None, state: str) -> dict[str, Any]:
    """The first receipt; it must be about these octets."""
    found = scene.wait_for("fault.injected")
    assert found["state"] == state
    if octets is not None:
        assert found["octets"] == len(octets)
        assert found["sha256"] == hashlib.sha256(octets).hexdigest()
    return found


# ---- names, ports, TCP --------------------------------------------------------------------------


def test_F_001_names_a_host_that_cannot_exist(mock: Mock) -> None:
    scene = mock.scenario("F-001")
    assert scene.info["ws_url"].split("//")[1].split(":")[0].endswith(".invalid")
    assert ".invalid" not in scene.info["rest_url"]
    receipt(scene, b"", "listening")


@pytest.mark.parametrize("host", ["ws", "rest"])
def test_F_005_refuses_one_host_and_not_the_other(mock: Mock, host: str) -> None:
    scene = mock.scenario(f"F-005:host={host}")
    with pytest.raises(ConnectionRefusedError):
        scene.raw(host)
    scene.raw("rest" if host == "ws" else "ws").close()
    receipt(scene, b"", "listening")


@pytest.mark.parametrize("fault", ["F-006", "F-010"])
def test_F_006_F_010_leave_the_SYN_unanswered(mock: Mock, fault: str) -> None:
    scene = mock.scenario(fault)
    port = int(scene.info["ws_url"].split(":")[2].split("/")[0])
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", port), timeout=0.5)
    scene.raw("rest").close()
    receipt(scene, b"", "listening")


def test_F_007_rst_resets_at_once(mock: Mock) -> None:
    scene = mock.scenario("F-007/rst")
    with scene.raw() as raw, pytest.raises(ConnectionResetError):
        raw.recv(1)
    receipt(scene, b"", "accepted")


def test_F_007_fin_ends_at_once(mock: Mock) -> None:
    scene = mock.scenario("F-007/fin")
    with scene.raw() as raw:
        assert raw.recv(1) == b""
    receipt(scene, b"", "accepted")


def test_F_009_says_nothing_and_still_sees_the_client_go(mock: Mock) -> None:
    scene = mock.scenario("F-009")
    with scene.raw() as raw:
        raw.sendall(b"x")
        raw.settimeout(0.3)
        with pytest.raises(TimeoutError):
            raw.recv(1)
    receipt(scene, b"", "accepted")
    scene.wait_for("tcp.closed", **{"from": "client"})


def test_F_011_writes_single_octets(mock: Mock) -> None:
    scene = mock.scenario("F-011")
    wire = scene.connected()
    wire.client_frame(8, b"\x03\xe8")
    wire.rest()
    frames = [one for one in scene.journal() if one["kind"] == "ws.frame"]
    said = next(one for one in frames if one["from"] == "server")
    closed = frames[-1]
    # CONNECTED is 2 + 47 octets, hence writes: the Close comes that many later.
    assert closed["read"] - said["read"] == 49


def test_F_012_resets_in_the_stream(mock: Mock) -> None:
    scene = mock.scenario("F-012" + NOW)
    wire = scene.subscribed()
    with pytest.raises(ConnectionResetError):
        wire.rest()
    receipt(scene, b"", "subscribed")
    scene.wait_for("tcp.closed", by="rst", **{"from": "server"})


def test_F_013_ends_without_a_Close_frame(mock: Mock) -> None:
    scene = mock.scenario("F-013" + NOW)
    assert scene.subscribed().rest() == b""
    receipt(scene, b"", "subscribed")


def test_F_014_neither_reads_nor_writes(mock: Mock) -> None:
    scene = mock.scenario("F-014" + NOW)
    wire = scene.subscribed()
    receipt(scene, b"", "subscribed")
    wire.client_frame(9, b"?")
    wire.stream.settimeout(0.3)
    with pytest.raises(TimeoutError):
        wire.read(1)
    wire.close()
    scene.wait_for("tcp.closed", **{"from": "client"})
    assert not [one for one in scene.journal() if one.get("opcode") == 9]


# ---- TLS ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("F-101/expired", 10),
        ("F-101/not-yet-valid", 9),
        ("F-103", 18),
        ("F-104/with-root", 19),
        ("F-104/leaf-only", 20),
        ("F-105", 64),
        ("F-106", 20),
    ],
)
def test_bad_certificates_fail_for_their_own_reason(mock: Mock, fault: str, code: int) -> None:
    scene = mock.scenario(fault, plain=False)
    with pytest.raises(ssl.SSLCertVerificationError) as failed:
        scene.connect()
    assert failed.value.verify_code == code  # X509_V_ERR_...
    scene.connect("rest").close()
    receipt(scene, None, "accepted")
    assert scene.wait_for("tls.failed")["alert"]


def test_F_104_with_root_sends_its_root(mock: Mock) -> None:
    chains = {}
    for variant in ("with-root", "leaf-only"):
        scene = mock.scenario(f"F-104/{variant}", plain=False)
        with pytest.raises(ssl.SSLCertVerificationError):
            scene.connect()
        chains[variant] = len(scene.wait_for("tls.failed")["chain"])
    assert chains == {"with-root": 2, "leaf-only": 1}


@pytest.mark.parametrize(
    ("fault", "octets"),
    [
        ("F-109/alert", bytes.fromhex("15030300020228")),
        ("F-109/fin", b""),
        (
            "F-111/http",
            b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 48\r\n"
            b"Connection: close\r\n\r\nClient sent an HTTPS request to an HTTP server.\n",
        ),
    ],
)
def test_what_follows_a_ClientHello(mock: Mock, fault: str, octets: bytes) -> None:
    scene = mock.scenario(fault, plain=False)
    with scene.raw() as raw:
        raw.sendall(b"\x16\x03\x01\x00\x05hello")
        assert Wire(raw).rest() == octets
    receipt(scene, octets, "accepted")


def test_F_109_rst(mock: Mock) -> None:
    scene = mock.scenario("F-109/rst", plain=False)
    with scene.raw() as raw:
        raw.sendall(b"\x16\x03\x01\x00\x05hello")
        with pytest.raises(ConnectionResetError):
            raw.recv(1)


def test_F_111_text_does_not_wait_for_a_ClientHello(mock: Mock) -> None:
    scene = mock.scenario("F-111/text", plain=False)
    with scene.raw() as raw:
        assert Wire(raw).rest() == b"220 mail.example.test ESMTP\r\n"


def test_TLS_faults_need_TLS(mock: Mock) -> None:
    status, refused = mock.control("POST", "/scenarios", {"faults": ["F-101"], "plain": True})
    assert (status, refused) == (400, {"error": "F-101 needs TLS, and this server speaks none"})


# ---- REST ---------------------------------------------------------------------------------------

FORBIDDEN = b'{"status":403,"error":"Forbidden","timestamp":1711843200000,"msg":"Access Denied"}'


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


# ---- upgrade ------------------------------------------------------------------------------------


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


# ---- WebSocket frames and Close: exact octets after SUBSCRIBE ------------------------------------


def body_of(message: bytes) -> bytes:
    """What stands between the empty line and the NUL."""
    assert message.endswith(b"\0"), message
    return message[message.index(b"\n\n") + 2 : -1]


CLOSES = {
    "F-351": [1000, 1001],
    "F-352": [1002, 1003, 1007, 1010],
    "F-354": [1009],
    "F-355": [1011],
    "F-356": [1012],
    "F-357": [1013],
    "F-358": [1014],
    "F-359": [1004, 1005, 1006, 1015],
    "F-360": [0, 999, 1016, 2999, 5000, 65535],
    "F-361": [3000, 3003, 3008],
    "F-362": [4000, 4401, 4403, 4429, 4999],
}
OCTETS = [
    *(
        (f"{fault}/{code}", b"\x88\x02" + code.to_bytes(2, "big"))
        for fault, codes in CLOSES.items()
        for code in codes
    ),
    (
        "F-363/4500",
        b"\x88\x39\x11\x94Failed to send message within the configured send limit",
    ),
    ("F-364", b"\x88\x00"),
    ("F-365/one-octet", b"\x88\x01\x03"),
    ("F-365/reason", b"\x88\x04\x03\xe8\xc3\x28"),
    ("F-366", b"\x88\x02\x03\xe9"),
    ("F-303", b"\x81\x02\xc3\x28"),
    ("F-306", b"\x89\x7d" + bytes(range(125))),
    ("F-310", b"\x8a\x00\x81\x00\x82\x00"),
    (
        "F-311",
        bytes.fromhex("818501020304")
        + bytes(a ^ b for a, b in zip(b"hello", bytes([1, 2, 3, 4, 1]), strict=True)),
    ),
]


@pytest.mark.parametrize(("fault", "octets"), OCTETS, ids=[name for name, _ in OCTETS])
def test_octets_in_the_stream(mock: Mock, fault: str, octets: bytes) -> None:
    scene = mock.scenario(fault + NOW)
    wire = scene.subscribed()
    assert wire.read(len(octets)) == octets
    receipt(scene, octets, "subscribed")


@pytest.mark.parametrize(
    ("reason", "octets"),
    [
        ("long", b"r" * 123),
        ("escape", b"\x1b[2J"),
        ("not-utf-8", b"\xc3\x28"),
        ("text", b"mock server"),
    ],
)
def test_close_reasons(mock: Mock, reason: str, octets: bytes) -> None:
    wire = mock.scenario(f"F-351/1001:reason={reason},after=0s").subscribed()
    assert wire.frame() == (0x88, b"\x03\xe9" + octets)


def test_F_353_closes_at_once(mock: Mock) -> None:
    assert mock.scenario("F-353").upgraded().read(4) == b"\x88\x02\x03\xf0"


def test_F_366_leaves_TCP_open(mock: Mock) -> None:
    wire = mock.scenario("F-366:after=0s,for=300ms").subscribed()
    assert wire.frame() == (0x88, b"\x03\xe9")
    wire.client_frame(8, b"\x03\xe9")
    wire.stream.settimeout(0.1)
    with pytest.raises(TimeoutError):
        wire.read(1)
    wire.stream.settimeout(BOUND)
    assert wire.rest() == b""


def test_F_301_fragments_with_a_ping_between(mock: Mock) -> None:
    wire = mock.scenario("F-301:after=0s,gap=10ms").subscribed()
    firsts, joined = [], b""
    for _ in range(4):
        first, payload = wire.frame()
        firsts.append(first)
        joined += payload
    assert firsts == [0x01, 0x89, 0x00, 0x80]
    json.loads(body_of(joined))


@pytest.mark.parametrize(
    ("fault", "firsts"),
    [("F-302", [0x01, 0x80]), ("F-304", [0x81, 0x81]), ("F-305/cut", [0x82, 0x82])],
)
def test_a_character_is_cut(mock: Mock, fault: str, firsts: list[int]) -> None:
    wire = mock.scenario(fault + NOW).subscribed()
    (one, head), (two, tail) = wire.frame(), wire.frame()
    assert [one, two] == firsts
    assert head.endswith(b"\xc3")
    assert tail.startswith(b"\xbc")
    assert json.loads(body_of(head + tail))["textDescription"] == "Tür"


def test_F_305_whole_is_all_binary(mock: Mock) -> None:
    scene = mock.scenario("F-305/whole")
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert wire.frame() == (0x82, CONNECTED)


# ---- STOMP frames -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        ("F-401", CONNECTED[:-1]),
        ("F-404", CONNECTED.replace(b"\n", b"\r\n")),
        ("F-405", b"CONNECTED\nversion:1.2\r\nheart-beat:10000,10000\n\r\n\0"),
        ("F-424", CONNECTED[:-2] + b"server:a\\tb\nsession:x:y\n\n\0"),
        ("F-456/1.0", CONNECTED.replace(b"1.2", b"1.0")),
        ("F-456/1.1", CONNECTED.replace(b"1.2", b"1.1")),
        ("F-456/2.0", CONNECTED.replace(b"1.2", b"2.0")),
        ("F-456/none", b"CONNECTED\nheart-beat:10000,10000\n\n\0"),
        ("F-457", b"CONNECTED\nversion:1.2\n\n\0"),
        ("F-508", CONNECTED.replace(b"10000,10000", b"0,0")),
        ("F-509/0-10000", CONNECTED.replace(b"10000,10000", b"0,10000")),
        ("F-509/10000-0", CONNECTED.replace(b"10000,10000", b"10000,0")),
        ("F-510", CONNECTED.replace(b"10000,10000", b"30000,20000")),
        (
            "F-458",
            b"ERROR\nversion:1.1\ncontent-type:text/plain\n\nSupported protocol versions are 1.1\0",
        ),
        (
            "F-459",
            b"ERROR\nmessage:Access refused. Provided token is expired\ncontent-length:0\n\n\0",
        ),
        ("F-455", b"\n"),
        ("F-454/receipt", b"RECEIPT\nreceipt-id:r-0\n\n\0"),
    ],
)
def test_first_answer_to_CONNECT(mock: Mock, fault: str, wanted: bytes) -> None:
    scene = mock.scenario(fault)
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert wire.frame() == (0x81, wanted)
    scene.wait_for("fault.injected", state="upgraded")


@pytest.mark.parametrize(
    ("fault", "second"), [("F-453", CONNECTED), ("F-455", CONNECTED), ("F-454/message", CONNECTED)]
)
def test_second_answer_to_CONNECT(mock: Mock, fault: str, second: bytes) -> None:
    wire = mock.scenario(fault).upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    first = wire.frame()[1]
    assert first.split(b"\n")[0] in (b"CONNECTED", b"", b"MESSAGE")
    assert wire.frame() == (0x81, second)


def test_F_451_stays_deaf_and_answers_pings(mock: Mock) -> None:
    scene = mock.scenario("F-451")
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    wire.client_frame(9, b"there?")
    assert wire.frame() == (0x8A, b"there?")
    receipt(scene, b"", "upgraded")


def first_message(mock: Mock, fault: str) -> bytes:
    """The payload of the WebSocket message that holds the fault."""
    return mock.scenario(fault + NOW).subscribed().message()


def plain(message: bytes) -> bytes:
    """A correct MESSAGE: told apart from one with the wrong length by counting octets."""
    head, _, body = message.partition(b"\n\n")
    length = next(line for line in head.split(b"\n") if line.startswith(b"content-length:"))
    assert int(length.split(b":")[1]) == len(body) - 1
    assert body.endswith(b"\0")
    return body[:-1]


def test_F_402_has_no_NUL_and_the_next_message_is_whole(mock: Mock) -> None:
    wire = mock.scenario("F-402" + NOW).subscribed()
    assert not wire.message().endswith(b"\0")
    json.loads(plain(wire.message()))


def test_F_403_has_no_empty_line(mock: Mock) -> None:
    assert first_message(mock, "F-403") == b'MESSAGE\nsubscription:sub-0\n{"a":1}\0'


def line_check(line: bytes) -> Callable[[bytes], bool]:
    return lambda message: b"\n" + line + b"\n" in message.partition(b"\n\n")[0] + b"\n"


SHAPES: list[tuple[str, Callable[[bytes], bool]]] = [
    ("F-406", line_check(b"x-note:a\rb")),
    ("F-407/lf", lambda m: m.endswith(b"}\0\n")),
    ("F-407/crlf-lf", lambda m: m.endswith(b"}\0\r\n\n")),
    ("F-408/leading", lambda m: m.startswith(b"\n\nMESSAGE\n")),
    ("F-408/beat-and-message", lambda m: m.startswith(b"\nMESSAGE\n")),
    ("F-409/2", lambda m: m.count(b"}\0MESSAGE\n") == 1),
    ("F-409/50", lambda m: m.count(b"}\0MESSAGE\n") == 49),
    ("F-419", lambda m: b"content-length" not in m),
    ("F-422", line_check(b"a\\cb:c\\\\d")),
    ("F-422", line_check(b"lf:one\\ntwo")),
    ("F-422", line_check(b"cr:one\\rtwo")),
    ("F-422", line_check(b"literal:\\\\n\\\\\\c")),
    ("F-423/t", line_check(b"x-note:a\\tb")),
    ("F-423/trailing", line_check(b"x-note:a\\")),
    ("F-426", line_check(b"foo:")),
    ("F-426", line_check(b"x-colon:a:b")),
    ("F-426", line_check(b"x-blanks: v ")),
    ("F-601", line_check(b"subscription:sub-9")),
    ("F-602", line_check(b"destination:/topic/change/other")),
    ("F-603/subscription", lambda m: b"\nsubscription:" not in m),
    ("F-603/message-id", lambda m: b"\nmessage-id:" not in m),
    ("F-603/destination", lambda m: b"\ndestination:" not in m),
]


@pytest.mark.parametrize(
    ("fault", "holds"), SHAPES, ids=[f"{at}-{name}" for at, (name, _) in enumerate(SHAPES)]
)
def test_message_shapes(mock: Mock, fault: str, holds: Callable[[bytes], bool]) -> None:
    message = first_message(mock, fault)
    assert holds(message), message


@pytest.mark.parametrize("variant", ["2", "3", "n"])
def test_F_410_cuts_one_frame_into_messages(mock: Mock, variant: str) -> None:
    wire = mock.scenario(f"F-410/{variant}" + NOW).subscribed()
    joined, pieces = b"", 0
    while not joined.endswith(b"\0"):
        first, payload = wire.frame()
        assert first == 0x81
        payload.decode()
        joined += payload
        pieces += 1
    json.loads(plain(joined))
    assert pieces == (len(joined.decode()) if variant == "n" else int(variant))


def test_F_410_moves_the_cut(mock: Mock) -> None:
    scene = mock.scenario("F-410/2" + NOW)
    wire = scene.subscribed()
    scene.mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 3})
    firsts = []
    for _ in range(4):
        firsts.append(len(wire.frame()[1]))
        wire.frame()
    assert firsts == [1, 2, 3, 4]


def test_F_411_is_one_and_a_half_then_the_rest(mock: Mock) -> None:
    wire = mock.scenario("F-411" + NOW).subscribed()
    (_, one), (_, two) = wire.frame(), wire.frame()
    assert one.count(b"\0") == 1
    assert not one.endswith(b"\0")
    first, second = (one + two).split(b"\0")[:2]
    assert plain(first + b"\0")
    assert plain(second + b"\0")


def test_F_412_has_a_NUL_in_its_body(mock: Mock) -> None:
    assert b"\0" in plain(first_message(mock, "F-412"))


@pytest.mark.parametrize(("fault", "off"), [("F-414", -1), ("F-415/1", 1), ("F-415/1000", 1000)])
def test_wrong_content_length(mock: Mock, fault: str, off: int) -> None:
    wire = mock.scenario(fault + NOW).subscribed()
    head, _, body = wire.message().partition(b"\n\n")
    assert f"content-length:{len(body) - 1 + off}".encode() in head.split(b"\n")
    plain(wire.message())


def test_F_604_repeats_a_message_id(mock: Mock) -> None:
    wire = mock.scenario("F-604" + NOW).subscribed()
    assert wire.message() == wire.message()


def test_F_607_bursts_at_once(mock: Mock) -> None:
    wire = mock.scenario("F-607:after=0s,count=2000").subscribed()
    ids = [wire.message().split(b"message-id:")[1].split(b"\n")[0] for _ in range(2000)]
    assert ids == [str(at).encode() for at in range(1, 2001)]


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ("F-610/cut", b'{"entity":"POL'),
        ("F-610/quotes", b"{'a':1}"),
        ("F-610/nan", b'{"durationSec":NaN}'),
        ("F-610/comma", b'{"entity":"DOOR_STATE",}'),
        ("F-610/empty", b""),
    ],
)
def test_F_610_bodies(mock: Mock, fault: str, body: bytes) -> None:
    wire = mock.scenario(fault + NOW).subscribed()
    assert plain(wire.message()) == body
    json.loads(plain(wire.message()))


@pytest.mark.parametrize(("fault", "ends"), [("nul", b"}\0\0"), ("blanks", b"}  "), ("lf", b"}\n")])
def test_F_611_counts_what_is_behind_the_body(mock: Mock, fault: str, ends: bytes) -> None:
    assert plain(first_message(mock, f"F-611/{fault}")).endswith(ends)


def test_F_612_starts_with_a_byte_order_mark(mock: Mock) -> None:
    assert plain(first_message(mock, "F-612")).startswith(b"\xef\xbb\xbf{")


def test_F_618_is_unknown_and_legal(mock: Mock) -> None:
    event = json.loads(plain(first_message(mock, "F-618")))
    assert event["entity"] == "QUANTUM_STATE"


# ---- dialogue -----------------------------------------------------------------------------------


def test_F_460_refuses_the_subscription(mock: Mock) -> None:
    scene = mock.scenario("F-460")
    wire = scene.subscribed()
    error = b"ERROR\nmessage:Access denied to destination\ncontent-length:0\n\n\0"
    assert wire.frame() == (0x81, error)
    assert wire.frame() == (0x88, b"\x03\xea")
    receipt(scene, b"\x81\x3e" + error + b"\x88\x02\x03\xea", "connected")


@pytest.mark.parametrize("code", [1002, 1008])
def test_F_461_closes_without_a_word(mock: Mock, code: int) -> None:
    wire = mock.scenario(f"F-461/{code}").subscribed()
    assert wire.frame() == (0x88, code.to_bytes(2, "big"))


def test_F_463_goes_on_after_ERROR(mock: Mock) -> None:
    wire = mock.scenario("F-463").subscribed()
    commands = [wire.message().split(b"\n")[0] for _ in range(4)]
    assert commands == [b"ERROR", b"MESSAGE", b"MESSAGE", b"MESSAGE"]


def test_F_466_answers_DISCONNECT_with_ERROR(mock: Mock) -> None:
    wire = mock.scenario("F-466").connected()
    wire.text("DISCONNECT\n\n\0")
    assert wire.frame() == (0x81, b"ERROR\nmessage:Session closed.\n\n\0")
    assert wire.frame() == (0x88, b"\x03\xea")


def test_F_466_answers_a_receipt(mock: Mock) -> None:
    wire = mock.scenario("F-466").connected()
    wire.text("DISCONNECT\nreceipt:bye\n\n\0")
    assert wire.frame() == (0x81, b"RECEIPT\nreceipt-id:bye\n\n\0")


# ---- heart-beats, in units of N = 200 ms ---------------------------------------------------------

N = {"habits": {"heart_beat": "200,200", "silent_client": "kept"}}


def beats(mock: Mock, fault: str, count: int, reference: str = "ws.frame") -> list[float]:
    """Gaps between the server's messages after CONNECTED, in N, by the journal's clock."""
    scene = mock.scenario(fault, **N)
    wire = scene.connected("200,200")
    for _ in range(count):
        wire.frame()
    said = [
        one["t_ns"]
        for one in scene.journal()
        if one["kind"] == reference and one["from"] == "server"
    ]
    return [(b - a) / 200e6 for a, b in itertools.pairwise(said)][:count]


@pytest.mark.parametrize(("fault", "gap"), [("F-502", 1.9), ("F-503/fast", 0.1)])
def test_rhythms(mock: Mock, fault: str, gap: float) -> None:
    measured = beats(mock, fault, 3)
    assert gap * 0.9 < sum(measured) / len(measured) < gap * 1.2 + 0.2


def test_F_503_jitter(mock: Mock) -> None:
    for measured in beats(mock, "F-503/jitter", 4):
        assert 0.35 < measured < 2.0


@pytest.mark.parametrize(("variant", "octets"), [("crlf", b"\r\n"), ("five", b"\n" * 5)])
def test_F_503_odd_beats(mock: Mock, variant: str, octets: bytes) -> None:
    scene = mock.scenario(f"F-503/{variant}", **N)
    assert scene.connected("200,200").frame() == (0x81, octets)


def test_F_505_sends_messages_for_beats(mock: Mock) -> None:
    wire = mock.scenario("F-505/message", **N).subscribed("200,200")
    assert wire.frame()[1].startswith(b"MESSAGE\n")
    assert wire.frame()[1].startswith(b"MESSAGE\n")


def test_F_505_sends_single_octets_for_beats(mock: Mock) -> None:
    wire = mock.scenario("F-505/octet:factor=0.05", **N).connected("200,200")
    joined = b""
    while not joined.endswith(b"\0"):
        first, payload = wire.frame()
        assert (first, len(payload)) == (0x81, 1)
        joined += payload
    plain(joined)


@pytest.mark.parametrize("fault", ["F-501", "F-514"])
def test_F_501_F_514_are_silent_and_still_read(mock: Mock, fault: str) -> None:
    scene = mock.scenario(fault, habits={**N["habits"], "events": "20/s"})
    wire = scene.subscribed("200,200")
    if fault == "F-501":
        assert wire.frame() == (0x81, b"\n")
    wire.stream.settimeout(0.7)
    with pytest.raises(TimeoutError):
        wire.read(1)
    wire.stream.settimeout(BOUND)
    wire.client_frame(9, b"?")
    assert wire.frame() == (0x8A, b"?")


@pytest.mark.parametrize("variant", ["spring", "fin"])
def test_F_512_drops_a_silent_client_at_3_N(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-512/{variant}", habits={"heart_beat": "0,200"})
    wire = scene.connected("200,0")
    if variant == "spring":
        error = b"ERROR\nmessage:Session closed.\ncontent-length:0\n\n\0"
        assert wire.frame() == (0x81, error)
        assert wire.frame() == (0x88, b"\x03\xea")
    else:
        assert wire.rest() == b""
    begun = scene.wait_for("ws.frame", **{"from": "server"})["t_ns"]
    waited = scene.wait_for("fault.injected")["t_ns"] - begun
    assert 590e6 < waited < 1200e6


# ---- lifecycle ----------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["1012", "fin"])
def test_F_701_ends_everybody_refuses_and_comes_back(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-701/{variant}:after=0s,refuse=300ms,times=1")
    bystander = scene.connected()
    wire = scene.subscribed()
    if variant == "1012":
        assert wire.frame() == (0x88, b"\x03\xf4")
        assert bystander.frame() == (0x88, b"\x03\xf4")
    else:
        assert wire.rest() == b""
        assert bystander.rest() == b""
    with pytest.raises(ConnectionRefusedError):
        scene.raw()
    deadline = scene.wait_for("fault.injected")
    assert deadline
    while True:
        try:
            scene.raw().close()
            break
        except ConnectionRefusedError:
            continue
    again = scene.subscribed()
    again.client_frame(9, b"ok")
    assert again.frame() == (0x8A, b"ok")


@pytest.mark.parametrize("variant", ["1008", "4401", "error"])
def test_F_703_revokes_the_key(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-703/{variant}:after=0s", habits={"bad_key": "401"})
    first, payload = scene.subscribed().frame()
    if variant == "error":
        assert payload.startswith(b"ERROR\nmessage:Provided token is revoked\n")
    else:
        assert (first, payload) == (0x88, int(variant).to_bytes(2, "big"))
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.head().startswith("HTTP/1.1 401 ")


def test_F_705_flaps_as_often_as_told(mock: Mock) -> None:
    scene = mock.scenario("F-705:after=10ms,connections=2")
    assert scene.connected().rest() == b""
    assert scene.connected().rest() == b""
    wire = scene.connected()
    wire.client_frame(9, b"ok")
    assert wire.frame() == (0x8A, b"ok")


def test_F_712_half_a_frame_then_a_whole_one(mock: Mock) -> None:
    scene = mock.scenario("F-712" + NOW)
    wire = scene.subscribed()
    _, half = wire.frame()
    assert half.startswith(b"MESSAGE\n")
    assert b"\0" not in half
    assert wire.rest() == b""
    plain(scene.subscribed().message())


# ---- options common to all ----------------------------------------------------------------------


def test_connection_option_hits_the_nth_only(mock: Mock) -> None:
    scene = mock.scenario("F-201:connection=2")
    seen = []
    for _ in range(3):
        wire = scene.connect()
        wire.write(scene.upgrade_request())
        seen.append(wire.head().split(" ")[1])
    assert seen == ["101", "401", "101"]


def test_times_option_counts_over_connections(mock: Mock) -> None:
    scene = mock.scenario("F-353:times=2")
    assert scene.upgraded().frame()[0] == 0x88
    assert scene.upgraded().frame()[0] == 0x88
    scene.connected().close()


def test_after_events_and_frames(mock: Mock) -> None:
    scene = mock.scenario("F-351/1001:after=2events")
    wire = scene.subscribed()
    mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 1})
    wire.message()
    mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 1})
    wire.message()
    assert wire.frame() == (0x88, b"\x03\xe9")


def test_faults_combine(mock: Mock) -> None:
    scene = mock.scenario("F-404", "F-410/2:after=0s", "F-351/1001:after=2events")
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert b"\r\n\r\n\0" in wire.frame()[1]
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:{scene_topic(scene)}\n\n\0")
    joined = wire.frame()[1] + wire.frame()[1]
    assert joined.startswith(b"MESSAGE")


def scene_topic(scene: Scene) -> str:
    return f"/topic/change/{scene.org}"
