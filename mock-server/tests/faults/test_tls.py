"""TLS: read by sockets and compared with the catalogue."""

from __future__ import annotations

import hashlib
import itertools
import shutil
import ssl
import subprocess
import sys
import time
import types
import warnings
from pathlib import Path

import pytest
from receipts import NOW, receipt
from tls_wire import (
    CERTIFICATE_REQUEST,
    KEY_UPDATE,
    NEW_SESSION_TICKET,
    Keys,
    clear_handshake,
    clear_handshake_types,
    client,
    recorded,
    records,
)
from wire import BOUND, Mock, Wire

from rhombus_mock.doors import availability
from rhombus_mock.wire import openssl


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


@pytest.mark.parametrize(
    ("fault", "count"),
    [
        ("F-101/expired", 2),
        ("F-101/not-yet-valid", 2),
        ("F-103", 1),
        ("F-104/with-root", 2),
        ("F-104/leaf-only", 1),
        ("F-105", 2),
        ("F-106", 1),
    ],
)
def test_the_receipt_is_about_the_chain_that_was_sent(mock: Mock, fault: str, count: int) -> None:
    scene = mock.scenario(fault, plain=False)
    careless = client(scene, ssl.TLSVersion.TLSv1_2)
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    stream = recorded(scene, careless)
    stream.handshake()
    sent = certificates(clear_handshake(stream.received))
    assert len(sent) == count
    receipt(scene, b"".join(sent), "accepted")
    recorded_chain = scene.wait_for("tls.established")["chain"]
    assert [one["sha256"] for one in recorded_chain] == [
        hashlib.sha256(one).hexdigest() for one in sent
    ]


def test_the_journal_tells_what_was_agreed(mock: Mock) -> None:
    scene = mock.scenario(plain=False)
    offering = client(scene)
    offering.set_alpn_protocols(["h2", "http/1.1"])
    stream = recorded(scene, offering)
    stream.handshake()
    assert stream.tls.selected_alpn_protocol() == "http/1.1"
    told = scene.wait_for("tls.established")
    version, cipher, alpn = (told[name] for name in ("version", "cipher", "alpn"))
    assert (version, cipher, alpn) == ("TLSv1.3", stream.tls.cipher()[0], "http/1.1")
    leaf, issuing = told["chain"]
    assert {"localhost", "127.0.0.1", "::1"} < set(leaf["names"])
    assert leaf["issuer"] == issuing["subject"]
    assert leaf["not_before"] < told["wall"] < leaf["not_after"]
    assert told["defects"] == []


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
        ("F-109/alert:alert=112", bytes.fromhex("15030300020270")),
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


OLD = {"tls-1.0": ssl.TLSVersion.TLSv1, "tls-1.1": ssl.TLSVersion.TLSv1_1}


@pytest.mark.parametrize(
    ("variant", "alert"),
    [
        ("tls-1.0", "protocol_version"),
        ("tls-1.1", "protocol_version"),
        ("cipher", "handshake_failure"),
        ("group", "handshake_failure"),
    ],
)
def test_F_107_refuses_a_client_of_today(mock: Mock, variant: str, alert: str) -> None:
    scene = mock.scenario(f"F-107/{variant}", plain=False)
    stream = recorded(scene, client(scene))
    with pytest.raises(ssl.SSLError, match=f"ALERT_{alert.upper()}"):
        stream.handshake()
    stream.close()
    receipt(scene, stream.received, "accepted")
    failed = scene.wait_for("tls.failed")
    assert (failed["from"], failed["alert"]) == ("server", alert)
    assert stream.received[-1] == {"protocol_version": 70, "handshake_failure": 40}[alert]


@pytest.mark.parametrize("variant", ["tls-1.0", "tls-1.1", "cipher"])
def test_F_107_talks_to_a_client_that_lowers_itself(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-107/{variant}", plain=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        lowered = client(scene, OLD.get(variant, ssl.TLSVersion.TLSv1_2))
    lowered.set_ciphers("ALL:eNULL:@SECLEVEL=0")
    stream = recorded(scene, lowered)
    scene.subscribed()
    version = {"tls-1.0": "TLSv1", "tls-1.1": "TLSv1.1"}.get(variant, "TLSv1.2")
    assert stream.tls.version() == version
    assert (stream.tls.cipher()[0] == "ECDHE-ECDSA-NULL-SHA") == (variant == "cipher")
    scene.wait_for("tls.established", version=version, cipher=stream.tls.cipher()[0])


@pytest.mark.skipif(not shutil.which("openssl"), reason="Python offers one group at a time")
def test_F_107_group_is_there_for_a_client_that_offers_it(mock: Mock) -> None:
    scene = mock.scenario("F-107/group", plain=False)
    groups = ["-groups", "P-256:brainpoolP512r1"]
    port = scene.info["ws_url"].split(":")[2].split("/")[0]
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2", *groups],
        input=b"",
        capture_output=True,
        timeout=BOUND,
        check=False,
    )
    assert b"Server Temp Key: ECDH, brainpoolP512r1" in done.stdout, done.stdout
    scene.wait_for("tls.established")


def test_F_113_drips_the_handshake_and_it_can_still_succeed(mock: Mock) -> None:
    scene = mock.scenario("F-113:over=1s", plain=False)
    stream = recorded(scene, client(scene))
    begun = time.monotonic()
    stream.handshake()
    assert time.monotonic() - begun >= 1.0
    scene.wait_for("tls.established")
    # Behind the first flight come the two session tickets of every TLS 1.3 server.
    handshake = stream.received + drained(stream)
    receipt(scene, handshake, "accepted")


def drained(stream) -> bytes:  # type: ignore[no-untyped-def]
    """What comes by itself within a moment."""
    stream.raw.settimeout(0.5)
    octets = b""
    try:
        while more := stream.raw.recv(65536):
            octets += more
    except TimeoutError:
        pass
    return octets


def test_F_113_gives_its_receipt_when_the_client_had_enough(mock: Mock) -> None:
    scene = mock.scenario("F-113:over=60s", plain=False)
    stream = recorded(scene, client(scene))
    stream.say_hello()
    assert stream.raw.recv(1) == b"\x16"
    stream.close()
    found = receipt(scene, None, "accepted")
    assert 0 < found["octets"] < 300
    scene.wait_for("tcp.closed", **{"from": "client"})


def test_F_114_asks_for_a_certificate_and_takes_none(mock: Mock) -> None:
    for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
        scene = mock.scenario("F-114", plain=False)
        stream = recorded(scene, client(scene, version))
        scene.subscribed()
    assert CERTIFICATE_REQUEST in clear_handshake_types(stream.received)
    assert receipt(scene, None, "accepted")["octets"] > 0
    assert scene.wait_for("tls.established")["version"] == "TLSv1.2"


def test_no_certificate_is_asked_for_otherwise(mock: Mock) -> None:
    scene = mock.scenario(plain=False)
    stream = recorded(scene, client(scene, ssl.TLSVersion.TLSv1_2))
    stream.handshake()
    assert clear_handshake_types(stream.received) == [2, 11, 12, 14]


def test_F_115_demands_a_certificate_by_alert_116(mock: Mock) -> None:
    scene = mock.scenario("F-115", plain=False)
    stream = recorded(scene, client(scene))
    stream.handshake()  # In TLS 1.3 the client is done before the server has its answer.
    with pytest.raises(ssl.SSLError, match="TLSV13_ALERT_CERTIFICATE_REQUIRED"):
        stream.recv(1)
    receipt(scene, stream.received, "accepted")
    failed = scene.wait_for("tls.failed")
    assert (failed["from"], failed["alert"]) == ("server", "certificate_required")
    scene.wait_for("tcp.closed", by="fin", **{"from": "server"})


@pytest.mark.parametrize("newest", ["server", "client"])
def test_F_115_demands_a_certificate_by_alert_40_in_TLS_1_2(mock: Mock, newest: str) -> None:
    scene = mock.scenario("F-115/tls-1.2" if newest == "server" else "F-115", plain=False)
    version = ssl.TLSVersion.TLSv1_2 if newest == "client" else None
    stream = recorded(scene, client(scene, version))
    with pytest.raises(ssl.SSLError, match="ALERT_HANDSHAKE_FAILURE"):
        stream.handshake()
    assert CERTIFICATE_REQUEST in clear_handshake_types(stream.received)
    assert stream.received.endswith(bytes.fromhex("15030300020228"))
    receipt(scene, stream.received, "accepted")
    assert scene.wait_for("tls.failed")["alert"] == "handshake_failure"


def test_F_116_ends_behind_an_event_without_close_notify(mock: Mock) -> None:
    scene = mock.scenario("F-116" + NOW, plain=False)
    stream = recorded(scene, client(scene))
    wire = scene.subscribed()
    first, payload = wire.frame()
    assert (first, payload.split(b"\n")[0]) == (0x81, b"MESSAGE")
    with pytest.raises(ssl.SSLError, match="UNEXPECTED_EOF_WHILE_READING"):
        stream.recv(1)
    head = bytes([0x81, 126]) + len(payload).to_bytes(2, "big")
    receipt(scene, head + payload, "subscribed")


BAD_RECORDS = {
    "bad-mac": (bytes.fromhex("1703030020") + bytes(32), "bad_record_mac"),
    "too-long": (bytes.fromhex("1703034801") + bytes(18433), "record_overflow"),
    "unknown-type": (bytes.fromhex("630303000100"), "unexpected_message"),
}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("variant", BAD_RECORDS)
def test_F_116_a_bad_record_comes_behind_an_event(
    mock: Mock, variant: str, version: ssl.TLSVersion
) -> None:
    record, alert = BAD_RECORDS[variant]
    scene = mock.scenario(f"F-116/{variant}" + NOW, plain=False)
    stream = recorded(scene, client(scene, version))
    wire = scene.subscribed()
    _, payload = wire.frame()
    assert payload.startswith(b"MESSAGE\n")
    with pytest.raises(ssl.SSLError) as failed:
        stream.recv(1)
    assert "EOF" not in str(failed.value)
    stream.close()
    begun = stream.received[stream.received.rindex(record[:5]) :]
    assert record.startswith(begun)  # A client may refuse it by its head.
    head = bytes([0x81, 126]) + len(payload).to_bytes(2, "big")
    receipt(scene, head + payload + record, "subscribed")
    ended = scene.wait_for("tls.failed", **{"from": "client"})
    if version == ssl.TLSVersion.TLSv1_3:  # In 1.2 OpenSSL names a cause of its own.
        assert ended["alert"] == alert


def test_F_118_goes_bad_between_two_connections(mock: Mock) -> None:
    scene = mock.scenario("F-118:good=2", plain=False)
    for _ in range(2):
        scene.upgraded().close()
    for _ in range(2):
        with pytest.raises(ssl.SSLCertVerificationError) as failed:
            scene.connect()
        assert failed.value.verify_code == 10
    receipt(scene, None, "accepted")
    scene.wait_for("tls.failed")
    assert len(scene.receipts()) == 2


def test_F_118_a_chain_of_200_is_too_long(mock: Mock) -> None:
    scene = mock.scenario("F-118/long-chain", plain=False)
    with pytest.raises(ssl.SSLCertVerificationError) as failed:
        scene.connect()
    assert failed.value.verify_code == 22  # X509_V_ERR_CERT_CHAIN_TOO_LONG
    chain = scene.wait_for("tls.failed")["chain"]
    assert len(chain) == 200
    assert all(one["issuer"] == above["subject"] for one, above in itertools.pairwise(chain))


def test_F_118_is_bad_by_its_length_alone(mock: Mock) -> None:
    scene = mock.scenario("F-118/long-chain:certificates=20", plain=False)
    stream = recorded(scene, client(scene, ssl.TLSVersion.TLSv1_2))
    scene.subscribed()
    sent = certificates(clear_handshake(stream.received))
    receipt(scene, b"".join(sent), "accepted")
    assert len(sent) == 20


def certificates(handshake: bytes) -> list[bytes]:
    """DER, out of the Certificate message of TLS 1.2. RFC 5246, section 7.4.2."""
    while handshake[0] != 11:
        handshake = handshake[4 + int.from_bytes(handshake[1:4], "big") :]
    listed = handshake[7 : 7 + int.from_bytes(handshake[4:7], "big")]
    found = []
    while listed:
        size = int.from_bytes(listed[:3], "big")
        found.append(listed[3 : 3 + size])
        listed = listed[3 + size :]
    return found


@pytest.mark.parametrize(
    ("variant", "message"),
    [
        ("session-tickets", bytes([NEW_SESSION_TICKET])),
        ("key-update", bytes([KEY_UPDATE, 0, 0, 1, 0])),
        ("key-update-requested", bytes([KEY_UPDATE, 0, 0, 1, 1])),
    ],
)
def test_F_119_messages_of_TLS_come_in_the_stream(
    mock: Mock, tmp_path: Path, variant: str, message: bytes
) -> None:
    scene = mock.scenario(f"F-119/{variant}:count=3,after=0s", plain=False)
    context = client(scene, ssl.TLSVersion.TLSv1_3)
    context.keylog_filename = str(tmp_path / "keys")
    stream = recorded(scene, context)
    wire = scene.subscribed()
    assert wire.message().startswith(b"MESSAGE\n")
    wire.client_frame(9, b"still there?")  # Under our own new keys, where they were asked for.
    assert wire.frame() == (0x8A, b"still there?")

    keys, injected, opened = Keys(tmp_path / "keys"), b"", []
    for record in records(stream.received):
        inner = keys.open(record)
        if inner is None:
            continue  # Of the handshake, under other keys.
        opened.append(inner)
        subscribed = any(b"CONNECTED" in content for _, content in opened)
        if inner[0] == 22 and subscribed:
            assert inner[1].startswith(message)
            injected += record
            if inner[1][0] == KEY_UPDATE:
                keys.update()
    assert [kind for kind, _ in opened][-5:] == [22, 22, 22, 23, 23]
    receipt(scene, injected, "subscribed")


def test_F_119_says_that_TLS_1_2_has_no_such_messages(mock: Mock) -> None:
    scene = mock.scenario("F-119/key-update" + NOW, plain=False)
    recorded(scene, client(scene, ssl.TLSVersion.TLSv1_2))
    wire = scene.subscribed()
    text = "F-119/key-update was not injected: TLSv1.2 has no such messages"
    scene.wait_for("note", text=text)
    wire.client_frame(9, b"?")
    assert wire.frame() == (0x8A, b"?")
    assert not scene.receipts()


def test_F_119_must_be_there_from_the_beginning(mock: Mock) -> None:
    scene = mock.scenario(plain=False)
    recorded(scene, client(scene))
    scene.subscribed()
    status, _ = mock.control("POST", f"/scenarios/{scene.id}/faults", {"fault": "F-119"})
    assert status == 200
    assert "OpenSSL's own interface" in scene.wait_for("note")["text"]
    assert not scene.receipts()


def test_F_119_says_where_python_hides_its_OpenSSL(monkeypatch: pytest.MonkeyPatch) -> None:
    openssl.loaded.cache_clear()
    monkeypatch.setitem(sys.modules, "_ssl", types.ModuleType("_ssl"))  # As where it is built in.
    listed = availability.listed()["faults"]
    reason = next(one["unavailable"] for one in listed if one["id"] == "F-119")
    assert reason.startswith("this Python hides OpenSSL: ")
    openssl.loaded.cache_clear()


def test_terms_and_certificates_combine(mock: Mock) -> None:
    """The session on OpenSSL's own interface takes the terms of other faults as well."""
    scene = mock.scenario(
        "F-119/key-update" + NOW, "F-114", "F-118/long-chain:certificates=3", plain=False
    )
    stream = recorded(scene, client(scene))
    assert scene.subscribed().message().startswith(b"MESSAGE\n")
    stream.close()
    scene.wait_for("tls.established", alpn=None)
    assert [one["fault"] for one in scene.receipts()] == [
        "F-118/long-chain",
        "F-114",
        "F-119/key-update",
    ]


def test_TLS_faults_need_TLS(mock: Mock) -> None:
    status, refused = mock.control("POST", "/scenarios", {"faults": ["F-101"], "plain": True})
    assert (status, refused) == (400, {"error": "F-101 needs TLS, and this server speaks none"})
