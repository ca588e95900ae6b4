"""A forward proxy whose tunnels lead to the scenario's own two hosts and nowhere else."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Protocol

from rhombus_mock.actions import Host
from rhombus_mock.connections.injection import Arming, Injection
from rhombus_mock.doors.acceptor import Acceptor
from rhombus_mock.doors.early_faults import EarlyFaults
from rhombus_mock.faults.proxy import ESTABLISHED, VIA
from rhombus_mock.records.journal import Journal, body_text
from rhombus_mock.wire import tcp
from rhombus_mock.wire.http1 import BadRequest, Request, RequestReader, Response, response

REQUEST_SECONDS = 30.0
MAX_REQUESTS = 256
"""Connections at a time that have not become tunnels."""
CONNECT_SECONDS = 10.0
"""After so long a host that answers no SYN is given up."""


class Hosts(Protocol):
    """The scenario behind it."""

    journal: Journal

    def host_at(self, authority: str) -> Host | None:
        """The host that `ADDRESS:PORT` or `NAME:PORT` stands for."""

    def mood(self, host: Host) -> str:
        """How the host's port behaves."""

    def begin(self, host: Host, stream: tcp.TcpStream, conn: int) -> None:
        """Takes over a connection that the proxy has led to the host."""


class ForwardProxy:
    """Listens on loopback as soon as it is made. A tunnel that is granted is the same connection
    in the journal as the request for it."""

    def __init__(self, hosts: Hosts, faults: EarlyFaults) -> None:
        self._hosts = hosts
        self._journal = hosts.journal
        self._faults = faults
        self._counts: Counter[Host] = Counter()
        self._port = tcp.bound("127.0.0.1", 0)
        self._port.open()
        self._tasks: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.create_task(Acceptor(self._port, self._arrived).run())

    @property
    def url(self) -> str:
        """`http://ADDRESS:PORT`."""
        address, number = self._port.address
        return f"http://{address}:{number}"

    async def stop(self) -> None:
        """Ends what has not become a tunnel, and gives the port back."""
        tasks = [self._accepting, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._port.close()

    def _arrived(self, stream: tcp.TcpStream) -> None:
        if len(self._tasks) >= MAX_REQUESTS:
            stream.reset()
            self._journal.dropped(1, f"more than {MAX_REQUESTS} connections to the proxy")
            return
        task = asyncio.create_task(self._serve(stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, stream: tcp.TcpStream) -> None:
        visit = _Visit(self._journal, self._port.address, self.url, stream)
        led_on = False
        try:
            led_on = await self._requests(visit)
        except (OSError, TimeoutError):
            visit.closed("client", "rst")
        finally:
            if not led_on:
                stream.close()

    async def _requests(self, visit: _Visit) -> bool:
        """Answers requests until one is granted; whether one was."""
        while (request := await visit.request()) is not None:
            host = self._hosts.host_at(request.target) if request.method == "CONNECT" else None
            usual = await self._usual(request, host)
            arming, answer = self._spoilt(usual, host) if host else (None, usual)
            await visit.answer(answer, arming)
            if answer.status == 200 and host is not None:
                visit.stream.unread(visit.rest)
                self._hosts.begin(host, visit.stream, visit.conn)
                return True
        return False

    def _spoilt(self, usual: Response, host: Host) -> tuple[Arming | None, Response]:
        """The first fault's answer, or the usual one."""
        self._counts[host] += 1
        found = self._faults.first(host, self._counts[host], lambda one: one.proxied(usual))
        return found or (None, usual)

    async def _usual(self, request: Request, host: Host | None) -> Response:
        """What a faultless proxy says."""
        if request.method != "CONNECT":
            return _refusal(405, "This proxy leads by CONNECT alone.").with_headers(
                ("Allow", "CONNECT")
            )
        if host is None:
            return _refusal(403, "This proxy leads to the hosts of its scenario alone.")
        match self._hosts.mood(host):
            case "refusing":
                return _refusal(502, "The host refuses the connection.")
            case "swallowing":
                await asyncio.sleep(CONNECT_SECONDS)
                return _refusal(504, "The host does not answer.")
        return ESTABLISHED


class _Visit:
    """One connection to the proxy, and its records."""

    def __init__(
        self, journal: Journal, address: tuple[str, int], url: str, stream: tcp.TcpStream
    ) -> None:
        self.stream = stream
        self.conn = journal.connection()
        self.rest = b""
        """Octets behind the last request."""
        self._journal = journal
        self._address, self._number = address
        self._url = url
        self._written = 0
        journal.write(
            self.conn, "client", "tcp.connected", address=self._address, port=self._number
        )

    async def request(self) -> Request | None:
        """The next one; None where the client has ended, or said what is none."""
        reader = RequestReader()
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                request = reader.receive(self.rest)
                while request is None:
                    octets = await self.stream.read()
                    if not octets:
                        self.closed("client", "fin")
                        return None
                    request = reader.receive(octets)
        except BadRequest as bad:
            await self.answer(_refusal(bad.status, str(bad)), None)
            self.closed("server", "fin")
            return None
        self.rest = reader.rest()
        self._journal.write(self.conn, "client", "proxy.request", url=self._url)
        self._journal.write(
            self.conn,
            "client",
            "http.request",
            purpose="probe",
            method=request.method,
            target=request.target,
            headers=list(request.headers),
            body=body_text(request.body),
            body_octets=len(request.body),
        )
        return request

    async def answer(self, answer: Response, arming: Arming | None) -> None:
        """Writes it, and the receipt of the fault whose it is."""
        octets = answer.encode()
        await self.stream.write(octets)
        self._journal.write(
            self.conn, "server", "proxy.response", url=self._url, status=answer.status
        )
        if arming is not None:
            injection = Injection(arming, "accepted")
            injection.wrote(octets, self._written)
            injection.receipt(self._journal, self.conn, self._written)
        self._written += len(octets)

    def closed(self, who: str, by: str) -> None:
        """The client has ended the connection, or the proxy has."""
        self._journal.write(
            self.conn, who, "tcp.closed", address=self._address, port=self._number, by=by
        )


def _refusal(status: int, text: str) -> Response:
    return response(status, f"{text}\n".encode(), "text/plain;charset=utf-8").with_headers(VIA)
