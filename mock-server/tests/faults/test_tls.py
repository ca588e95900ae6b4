"""TLS: read by sockets and compared with the catalogue."""

from __future__ import annotations

import ssl

import pytest
from receipts import receipt
from wire import Mock, Wire


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
