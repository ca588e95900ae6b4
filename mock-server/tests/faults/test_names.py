"""Names: queries and answers as octets over UDP (RFC 1035), and connections to what they say."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
import struct
import time
from urllib.parse import urlsplit

import pytest
from receipts import receipt
from wire import Mock, Scene

KINDS = {"A": 1, "AAAA": 28, "TXT": 16}
NAME = "ws.rhombus.test"


class Resolver:
    """A client of the scenario's resolver."""

    def __init__(self, scene: Scene) -> None:
        address, _, port = scene.info["resolver"].rpartition(":")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect((address, int(port)))
        self._number = 0

    def __enter__(self) -> Resolver:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, name: str = NAME, kind: str = "A", bound: float = 10) -> bytes:
        """The answer's octets. TimeoutError where none comes."""
        self._number += 1
        labels = b"".join(bytes([len(one)]) + one.encode() for one in name.split("."))
        question = labels + b"\0" + struct.pack(">HH", KINDS[kind], 1)
        self._socket.send(struct.pack(">6H", self._number, 0x0100, 1, 0, 0, 0) + question)
        self._socket.settimeout(bound)
        number = 0
        while number != self._number:  # A late answer to an earlier query is none to this one.
            reply = self._socket.recv(4096)
            number, flags, questions, *_ = struct.unpack(">6H", reply[:12])
        assert (flags & 0xF900, questions) == (0x8100, 1)
        assert reply[12 : 12 + len(question)].lower() == question.lower()
        return reply

    def addresses(self, name: str = NAME, kind: str = "A") -> list[str]:
        """The addresses in the answer; each record's name points at the question."""
        reply = self.ask(name, kind)
        at = reply.index(b"\0", 12) + 5
        found = []
        for _ in range(int.from_bytes(reply[6:8], "big")):
            pointer, number, _, life, length = struct.unpack(">HHHIH", reply[at : at + 12])
            assert (pointer, number, life) == (0xC00C, KINDS[kind], 0)
            family = socket.AF_INET if kind == "A" else socket.AF_INET6
            found.append(socket.inet_ntop(family, reply[at + 12 : at + 12 + length]))
            at += 12 + length
        assert at == len(reply)
        return found


def test_F_002_says_nothing_then_answers(mock: Mock) -> None:
    scene = mock.scenario("F-002:silence=700ms")
    assert urlsplit(scene.info["ws_url"]).hostname == NAME
    began = time.monotonic()
    with Resolver(scene) as resolver:
        with pytest.raises(TimeoutError):
            resolver.ask(bound=0.2)
        receipt(scene, b"", "listening")
        with pytest.raises(TimeoutError):
            resolver.ask(kind="AAAA", bound=0.2)
        answered = None
        while answered is None:
            with contextlib.suppress(TimeoutError):
                answered = resolver.ask(bound=0.1)
        assert time.monotonic() - began > 0.6
        assert resolver.addresses() == ["127.0.0.1"]
    scene.wait_for("dns.failed", host=NAME, error="no answer")
    scene.wait_for("dns.resolved", host=NAME, addresses=["127.0.0.1"])


def test_F_003_answers_another_address_each_time_and_listens_on_all(mock: Mock) -> None:
    scene = mock.scenario("F-003")
    with Resolver(scene) as resolver:
        seen = [resolver.addresses() for _ in range(4)]
        assert seen == [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.3"], ["127.0.0.1"]]
        last = resolver.ask()
        assert resolver.addresses(kind="AAAA") == []
    digests = [one["sha256"] for one in scene.receipts()]
    assert len(digests) == 5
    assert digests[-1] == hashlib.sha256(last).hexdigest()
    port = urlsplit(scene.info["ws_url"]).port
    for (address,) in seen[:3]:
        with socket.create_connection((address, port), timeout=10) as raw:
            raw.sendall(scene.upgrade_request())
            assert raw.recv(13) == b"HTTP/1.1 101 "
        scene.wait_for("tcp.connected", address=address)


def test_F_003_connection_and_times_count_look_ups(mock: Mock) -> None:
    scene = mock.scenario("F-003:connection=2+,times=1")
    with Resolver(scene) as resolver:
        seen = [resolver.addresses() for _ in range(3)]
    assert seen == [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1"]]


def test_F_004_leads_into_a_black_hole_over_IPv6_alone(mock: Mock) -> None:
    scene = mock.scenario("F-004", plain=False)
    with Resolver(scene) as resolver:
        assert resolver.addresses(kind="A") == ["127.0.0.1"]
        assert resolver.addresses(kind="AAAA") == ["::1"]
        reply = resolver.ask(kind="AAAA")
    assert [one["sha256"] for one in scene.receipts()][-1] == hashlib.sha256(reply).hexdigest()
    url = urlsplit(scene.info["ws_url"])
    with pytest.raises(TimeoutError):
        socket.create_connection(("::1", url.port), timeout=0.5)
    context = ssl.create_default_context(cafile=scene.info["ca_file"])
    with (
        socket.create_connection(("127.0.0.1", url.port), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname=url.hostname) as tls,
    ):
        assert ("DNS", NAME) in tls.getpeercert()["subjectAltName"]


def test_the_resolver_knows_nothing_else(mock: Mock) -> None:
    scene = mock.scenario("F-003:host=rest")
    assert urlsplit(scene.info["rest_url"]).hostname == "api2.rhombus.test"
    assert urlsplit(scene.info["ws_url"]).hostname == "127.0.0.1"
    with Resolver(scene) as resolver:
        assert resolver.ask("example.com")[3] & 15 == 3  # NXDOMAIN
        assert resolver.ask(kind="TXT")[3:8] == b"\x80\0\1\0\0"  # known, but no such record
        assert resolver.addresses("API2.Rhombus.test") == ["127.0.0.1"]


def test_the_resolver_has_port_53_where_that_is_permitted(mock: Mock) -> None:
    scene = mock.scenario("F-002")
    on_53 = scene.info["resolver"].startswith("127.53.") and scene.info["resolver"].endswith(":53")
    assert on_53 != ("F-002" in scene.info.get("unavailable", {}))
