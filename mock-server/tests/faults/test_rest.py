"""REST: read by sockets and compared with the catalogue."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from receipts import FORBIDDEN, receipt
from wire import Mock, Scene, Wire, answer, post

CHUNK = b"10000\r\n" + b"A" * 65536 + b"\r\n"


def asked(scene: Scene) -> Wire:
    """A REST connection on which getOrgV2 was asked for with the good key."""
    wire = scene.connect("rest")
    post(wire, scene.key)
    return wire


def named(scene: Scene) -> str:
    """The organization that getOrgV2 names."""
    return str(json.loads(answer(asked(scene))[1])["org"]["uuid"])


def upgrade_status(scene: Scene, key: str | None = None) -> int:
    wire = scene.connect()
    wire.write(scene.upgrade_request(key=key))
    return int(wire.head().split(" ")[1])


@pytest.mark.parametrize(
    ("fault", "status", "lines", "body"),
    [
        ("F-151", "401 Unauthorized", [], b'{"authenticationFailed": true}'),
        ("F-152", "403 Forbidden", [], FORBIDDEN),
        ("F-153:retry_after=90s", "429 Too Many Requests", ["Retry-After: 90"], None),
        ("F-154/negative", "429 Too Many Requests", ["Retry-After: -1"], None),
        ("F-154/word", "429 Too Many Requests", ["Retry-After: soon"], None),
        ("F-154/huge", "429 Too Many Requests", ["Retry-After: 99999999"], None),
        (
            "F-154/past-date",
            "429 Too Many Requests",
            ["Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"],
            None,
        ),
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
    receipt(scene, real[0].encode() + real[1], "tls")
    assert none[1] == b'{"authenticationFailed": true}'


def test_F_159_ends_before_its_Content_Length(mock: Mock) -> None:
    scene = mock.scenario("F-159")
    wire = scene.connect("rest")
    post(wire, scene.key)
    head = wire.head()
    assert "Content-Length: 116\r\n" in head
    body = wire.rest()
    assert body == b'{"org":{"uuid":"'
    receipt(scene, head.encode() + body, "tls")


def test_F_154_none_says_nothing_of_a_time(mock: Mock) -> None:
    scene = mock.scenario("F-154/none")
    head, body = answer(asked(scene))
    assert head.startswith("HTTP/1.1 429 ")
    assert "retry-after" not in head.lower()
    assert body == b"Too many api requests. Enhance your calm."
    receipt(scene, head.encode() + body, "tls")


def test_F_160_drips_a_good_answer(mock: Mock) -> None:
    scene = mock.scenario("F-160:every=2ms")
    head, body = answer(asked(scene))
    assert json.loads(body)["org"]["uuid"] == scene.org
    found = receipt(scene, head.encode() + body, "tls")
    begun = scene.wait_for("http.response")["t_ns"]
    assert found["t_ns"] - begun >= (len(head) + len(body) - 1) * 2_000_000


def test_F_160_is_one_octet_a_second(mock: Mock) -> None:
    wire = asked(mock.scenario("F-160"))
    wire.stream.settimeout(0.5)
    assert wire.read(1) == b"H"
    with pytest.raises(TimeoutError):
        wire.read(1)


def test_an_injection_that_the_client_leaves_has_a_receipt_of_what_was_written(mock: Mock) -> None:
    scene = mock.scenario("F-160:every=10ms")
    wire = asked(scene)
    assert wire.read(5) == b"HTTP/"
    wire.close()
    found = scene.wait_for("fault.injected")
    assert 5 <= found["octets"] < 100


def test_F_161_endless_has_no_end(mock: Mock) -> None:
    scene = mock.scenario("F-161/endless")
    wire = asked(scene)
    head = wire.head()
    assert "\r\nTransfer-Encoding: chunked\r\n" in head
    start = b'10\r\n{"org":{"name":"\r\n'
    assert wire.read(len(start)) == start
    for _ in range(50):
        assert wire.read(len(CHUNK)) == CHUNK
    wire.close()
    found = scene.wait_for("fault.injected")
    whole = head.encode() + start + CHUNK * (found["octets"] // len(CHUNK) + 1)
    assert found["octets"] >= len(head) + len(start) + 50 * len(CHUNK)
    assert found["sha256"] == hashlib.sha256(whole[: found["octets"]]).hexdigest()


def test_F_161_huge_is_never_held(mock: Mock) -> None:
    scene = mock.scenario("F-161/huge:body_octets=300000000")
    before = peak_kib(mock)
    wire = asked(scene)
    head = wire.head()
    assert "\r\nContent-Length: 300000000\r\n" in head
    seen, length = hashlib.sha256(head.encode()), 0
    while length < 300_000_000:
        piece = wire.read(min(1_000_000, 300_000_000 - length))
        seen.update(piece)
        length += len(piece)
    found = receipt(scene, None, "tls")
    assert found["octets"] == len(head) + 300_000_000
    assert found["sha256"] == seen.hexdigest()
    assert peak_kib(mock) - before < 64 * 1024


def test_F_161_huge_is_1_GiB(mock: Mock) -> None:
    wire = asked(mock.scenario("F-161/huge"))
    assert "\r\nContent-Length: 1073741824\r\n" in wire.head()
    assert wire.read(20) == b'{"org":{"name":"AAAA'
    wire.close()


def test_F_161_gzip_bomb_inflates_whole(mock: Mock) -> None:
    scene = mock.scenario("F-161/gzip-bomb:inflated_octets=40000000")
    head, body = answer(asked(scene))
    assert "\r\nContent-Encoding: gzip\r\n" in head
    assert gzip.decompress(body) == b" " * 40_000_000  # its CRC and length are right
    assert len(body) < 50_000
    receipt(scene, head.encode() + body, "tls")


def test_F_161_gzip_bomb_is_10_MiB_for_10_GiB(mock: Mock) -> None:
    scene = mock.scenario("F-161/gzip-bomb")
    _, body = answer(asked(scene))
    assert 9.9 < len(body) / 2**20 < 10.5
    assert int.from_bytes(body[-4:], "little") == 10 * 2**30 % 2**32


@pytest.mark.parametrize("plain", [True, False])
def test_F_162_points_to_the_other_host(mock: Mock, plain: bool) -> None:  # noqa: FBT001
    scene = mock.scenario("F-162", plain=plain)
    head, body = answer(asked(scene))
    other = scene.info["ws_url"].split("//")[1].removesuffix("/websocket")
    scheme = "http" if plain else "https"
    assert head.startswith("HTTP/1.1 302 Found\r\n")
    assert f"\r\nLocation: {scheme}://{other}/api/org/getOrgV2\r\n" in head
    receipt(scene, head.encode() + body, "tls")


@pytest.mark.parametrize(("variant", "length"), [("ruuid", 22), ("hex", 36)])
def test_F_164_spells_organization_and_topic_alike(mock: Mock, variant: str, length: int) -> None:
    scene = mock.scenario(f"F-164/{variant}", habits={"events": "50/s"})
    head, body = answer(asked(scene))
    assert len(json.loads(body)["org"]["uuid"]) == length
    assert json.loads(body)["org"]["uuid"] == scene.org
    receipt(scene, head.encode() + body, "tls")
    assert scene.subscribed().message().startswith(b"MESSAGE\n")


@pytest.mark.parametrize("form", ["ruuid", "hex"])
def test_F_165_names_another_organization_and_always_the_same(mock: Mock, form: str) -> None:
    scene = mock.scenario("F-165", habits={"events": "50/s", "org_form": form})
    head, body = answer(asked(scene))
    other = json.loads(body)["org"]["uuid"]
    assert other != scene.org
    assert len(other) == len(scene.org)
    assert named(scene) == other
    receipt(scene, head.encode() + body, "tls")
    wire = scene.connected()
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{other}\n\n\0")
    wire.client_frame(9, b"1")
    assert wire.frame() == (0x8A, b"1")
    wire.stream.settimeout(0.3)
    with pytest.raises(TimeoutError):
        wire.read(1)


@pytest.mark.parametrize(
    ("variant", "rest", "stream"),
    [("401", 401, 401), ("403", 403, 403), ("stream-401", 200, 401), ("stream-403", 200, 403)],
)
def test_F_166_knows_no_key_of_the_other_region(
    mock: Mock, variant: str, rest: int, stream: int
) -> None:
    scene = mock.scenario(f"F-166/{variant}")
    head, body = answer(asked(scene))
    assert int(head.split(" ")[1]) == rest
    if rest != 200:
        assert body == (FORBIDDEN if rest == 403 else b'{"authenticationFailed": true}')
        receipt(scene, head.encode() + body, "tls")
    assert upgrade_status(scene) == stream
    assert upgrade_status(scene, key="decoy-decoy-decoy-deco") == stream
    assert upgrade_status(scene, key="") == 401


def peak_kib(mock: Mock) -> int:
    """The most memory that the server ever had, in KiB."""
    lines = Path(f"/proc/{mock.process.pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))
