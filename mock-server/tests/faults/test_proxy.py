"""Proxies: read by sockets and compared with the catalogue."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import time
from urllib.parse import urlsplit

import pytest
from receipts import comes_after_subscribe, receipt
from wire import BOUND, Mock, Scene, Wire


def through(scene: Scene, host: str = "ws", *lines: str) -> Wire:
    """A connection to the proxy that has asked for the way to a host."""
    proxy = urlsplit(scene.info["proxy_url"])
    assert proxy.scheme == "http"
    wire = Wire(socket.create_connection((proxy.hostname, proxy.port), timeout=BOUND))
    target = urlsplit(scene.info[f"{host}_url"]).netloc
    head = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *lines]
    wire.write(("\r\n".join(head) + "\r\n\r\n").encode())
    return wire


def page(status: int, words: str, *headers: str) -> bytes:
    """A refusal of the proxy's own."""
    text = f"<html><head><title>{status} {words}</title></head><body>{status} {words}</body></html>"
    head = [
        f"HTTP/1.1 {status} {words}",
        *headers,
        "Via: 1.1 proxy.example.test (squid)",
        "Content-Type: text/html",
        f"Content-Length: {len(text)}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + text).encode()


WANTS_LOGIN = 'Proxy-Authenticate: Basic realm="proxy"'
REFUSALS = [
    ("407", page(407, "Proxy Authentication Required", WANTS_LOGIN)),
    ("403", page(403, "Forbidden")),
    ("502", page(502, "Bad Gateway")),
    ("504", page(504, "Gateway Timeout")),
]


@pytest.mark.parametrize(("status", "octets"), REFUSALS)
def test_F_031_refuses_the_tunnel(mock: Mock, status: str, octets: bytes) -> None:
    scene = mock.scenario(f"F-031/{status}")
    with contextlib.closing(through(scene)) as wire:
        assert wire.read(len(octets)) == octets
        receipt(scene, octets, "accepted")
        asked = scene.wait_for("proxy.request", url=scene.info["proxy_url"])
        scene.wait_for("proxy.response", status=int(status), conn=asked["conn"])
    scene.wait_for("tcp.closed", conn=asked["conn"], by="fin", **{"from": "client"})
    # Without the proxy everything works.
    scene.connected().close()


def test_F_031_may_refuse_the_first_time_only(mock: Mock) -> None:
    scene = mock.scenario("F-031/502:connection=1,host=ws")
    refused, granted = through(scene), through(scene)
    assert refused.head().startswith("HTTP/1.1 502 ")
    assert granted.head() == GRANTED
    refused.close()
    granted.close()


GRANTED = "HTTP/1.1 200 OK\r\nVia: 1.1 proxy.example.test (squid)\r\n\r\n"


def test_a_faultless_proxy_leads_to_both_hosts(mock: Mock) -> None:
    scene = mock.scenario(plain=False, proxy=True)
    context = ssl.create_default_context(cafile=scene.info["ca_file"])
    for host, request, answer in (
        ("ws", scene.upgrade_request(), "HTTP/1.1 101 "),
        ("rest", b"GET /none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "HTTP/1.1 404 "),
    ):
        tunnel = through(scene, host)
        assert tunnel.head() == GRANTED
        tls = Wire(context.wrap_socket(tunnel.stream, server_hostname="127.0.0.1"))
        tls.write(request)
        assert tls.head().startswith(answer)
        tls.close()
    # One connection in the journal each, from the request for the way on.
    kinds = [one["kind"] for one in scene.journal() if one["conn"] == 1]
    assert kinds[:6] == [
        "tcp.connected", "proxy.request", "http.request", "proxy.response",
        "tls.established", "http.request",
    ]  # fmt: skip


def test_the_proxy_hands_on_what_came_too_early(mock: Mock) -> None:
    scene = mock.scenario(proxy=True)
    target = urlsplit(scene.info["ws_url"]).netloc
    proxy = urlsplit(scene.info["proxy_url"])
    wire = Wire(socket.create_connection((proxy.hostname, proxy.port), timeout=BOUND))
    wire.write(f"CONNECT {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode() + scene.upgrade_request())
    assert wire.head() == GRANTED
    assert wire.head().startswith("HTTP/1.1 101 ")
    wire.close()


def test_the_proxy_keeps_a_login_to_itself(mock: Mock) -> None:
    scene = mock.scenario("F-031/407")
    wire = through(scene, "ws", "Proxy-Authorization: Basic c2VjcmV0OnNlY3JldA==")
    assert wire.head().startswith("HTTP/1.1 407 ")
    wire.close()
    asked = scene.wait_for("http.request", method="CONNECT")
    assert ["Proxy-Authorization", "‹credential›"] in asked["headers"]
    assert "c2VjcmV0" not in json.dumps(scene.journal())


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("CONNECT 127.0.0.1:1 HTTP/1.1", 403),
        ("CONNECT example.com:443 HTTP/1.1", 403),
        ("GET http://example.com/ HTTP/1.1", 405),
        ("CONNECT", 400),
    ],
)
def test_the_proxy_leads_nowhere_else(mock: Mock, request_line: str, status: int) -> None:
    scene = mock.scenario(proxy=True)
    proxy = urlsplit(scene.info["proxy_url"])
    wire = Wire(socket.create_connection((proxy.hostname, proxy.port), timeout=BOUND))
    wire.write(f"{request_line}\r\nHost: x\r\n\r\n".encode())
    assert wire.head().startswith(f"HTTP/1.1 {status} ")
    wire.close()


def test_the_proxy_says_what_the_port_does(mock: Mock) -> None:
    scene = mock.scenario("F-005", proxy=True)
    wire = through(scene)
    assert wire.head().startswith("HTTP/1.1 502 ")
    wire.close()


def test_F_034_is_another_issuer_on_both_hosts(mock: Mock) -> None:
    scene = mock.scenario("F-034", plain=False)
    for host in ("ws", "rest"):
        with pytest.raises(ssl.SSLCertVerificationError) as failed:
            scene.connect(host)
        assert failed.value.verify_code == 19  # X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN
    ders = []
    for host in ("ws", "rest"):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(scene.raw(host)) as tls:
            ders.append(tls.getpeercert(binary_form=True))
    assert ders[0] == ders[1]
    for certificate in scene.wait_for("tls.failed")["chain"]:
        assert certificate["issuer"] == "CN=Example Corp Proxy CA"
    receipt(scene, None, "accepted")


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
