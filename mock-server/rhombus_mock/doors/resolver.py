"""A small resolver over UDP that knows the names of one scenario's hosts and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections import Counter
from collections.abc import Mapping

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from rhombus_mock.actions import Host
from rhombus_mock.connections.injection import Arming, Injection
from rhombus_mock.doors.early_faults import EarlyFaults
from rhombus_mock.records.journal import Journal
from rhombus_mock.wire.names import HOST_NAMES, KINDS, Kind, LookUp, Resolution

PORT = 53
_MAX_QUERY_OCTETS = 4096
_TRIES = 16
_KINDS: dict[int, Kind] = {dns.rdatatype.from_text(kind): kind for kind in KINDS}


class Resolver:
    """Answers as soon as it is made, on port 53 of an address of its own where that is permitted:
    a client's resolv.conf has no place for another port."""

    def __init__(
        self, journal: Journal, faults: EarlyFaults, addresses: Mapping[Host, str]
    ) -> None:
        self._journal = journal
        self._faults = faults
        self._hosts: dict[str, Host] = {name: host for host, name in HOST_NAMES.items()}
        self._addresses = addresses
        self._loop = asyncio.get_running_loop()
        self._counts: Counter[tuple[Host, Kind]] = Counter()
        self._first_at: dict[Host, float] = {}
        self._socket = listening()
        self._loop.add_reader(self._socket.fileno(), self._receive)

    @property
    def address(self) -> str:
        """`ADDRESS:PORT`."""
        address, port = self._socket.getsockname()
        return f"{address}:{port}"

    def stop(self) -> None:
        """Gives the port back."""
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()

    def _receive(self) -> None:
        with contextlib.suppress(OSError):
            octets, client = self._socket.recvfrom(_MAX_QUERY_OCTETS)
            if (reply := self._reply(octets)) is not None:
                self._socket.sendto(reply, client)

    def _reply(self, octets: bytes) -> bytes | None:
        """The octets of the answer; None where none is due, or the query is none."""
        try:
            query = dns.message.from_wire(octets)
        except dns.exception.DNSException:
            return None
        if query.flags & dns.flags.QR or len(query.question) != 1:
            return None
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        reply = dns.message.make_response(query, recursion_available=True)
        host = self._hosts.get(name)
        if host is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
            self._failed(name, "no such name")
            return reply.to_wire()
        kind = _KINDS.get(question.rdtype)
        if kind is None:
            return reply.to_wire()
        return self._looked_up(name, self._look_up(host, kind), reply)

    def _look_up(self, host: Host, kind: Kind) -> LookUp:
        self._counts[host, kind] += 1
        now = self._loop.time()
        first_at = self._first_at.setdefault(host, now)
        return LookUp(host, kind, self._counts[host, kind], now - first_at)

    def _looked_up(self, name: str, what: LookUp, reply: dns.message.Message) -> bytes | None:
        found = self._faults.first(what.host, what.number, lambda one: one.looked_up(what))
        arming, resolution = found or (None, self._good(what))
        octets = None
        if resolution.addresses is None:
            self._failed(name, "no answer")
        else:
            if resolution.addresses:
                texts = [*resolution.addresses]
                reply.answer.append(dns.rrset.from_text_list(name + ".", 0, "IN", what.kind, texts))
            octets = reply.to_wire()
            addresses = list(resolution.addresses)
            self._journal.write(0, "server", "dns.resolved", host=name, addresses=addresses)
        if arming is not None:
            self._receipt(arming, octets or b"")
        return octets

    def _good(self, what: LookUp) -> Resolution:
        address = self._addresses[what.host]
        return Resolution((address,) if (":" in address) == (what.kind == "AAAA") else ())

    def _receipt(self, arming: Arming, octets: bytes) -> None:
        injection = Injection(arming, "listening")
        injection.wrote(octets, 0)
        injection.receipt(self._journal, 0, 0)

    def _failed(self, name: str, error: str) -> None:
        self._journal.write(0, "server", "dns.failed", host=name, error=error)


def listening() -> socket.socket:
    """A UDP socket on port 53 of a free address of 127.53.0.0/16; where that is not permitted on
    a port of 127.0.0.1 that the system picks."""
    for _ in range(_TRIES):
        address = f"127.53.{secrets.randbelow(254) + 1}.{secrets.randbelow(254) + 1}"
        try:
            return _bound(address, PORT)
        except PermissionError:
            break
        except OSError:
            continue
    return _bound("127.0.0.1", 0)


def _bound(address: str, port: int) -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.setblocking(False)
    try:
        one.bind((address, port))
    except OSError:
        one.close()
        raise
    return one
