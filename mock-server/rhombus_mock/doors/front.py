"""What a scenario shows to the outside: the ports and names of its two hosts, and a resolver and a
proxy where they are wanted; with the faults that act there, ahead of any connection."""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Sequence
from typing import Protocol

from rhombus_mock.actions import Host
from rhombus_mock.connections.injection import Arming, Injection
from rhombus_mock.doors.availability import missing, why_not
from rhombus_mock.doors.door import Door
from rhombus_mock.doors.early_faults import EarlyFaults
from rhombus_mock.doors.forward_proxy import ForwardProxy
from rhombus_mock.doors.resolver import Resolver
from rhombus_mock.faults.fault import Fault
from rhombus_mock.plan import Plan
from rhombus_mock.records.journal import Journal
from rhombus_mock.wire import tcp
from rhombus_mock.wire.names import HOST_NAMES

HOSTS: tuple[Host, ...] = ("ws", "rest")


class Arrived(Protocol):
    """Takes over each connection."""

    def __call__(self, host: Host, stream: tcp.TcpStream, conn: int | None = None) -> None:
        """`conn` is that of the journal, where the proxy has recorded the connection already."""


class Front:
    """Holds its ports from the first. Raises OSError where one cannot be had."""

    def __init__(
        self, plan: Plan, journal: Journal, armings: Sequence[Arming], arrived: Arrived
    ) -> None:
        self.journal = journal
        self.resolver: Resolver | None = None
        self.proxy: ForwardProxy | None = None
        self.unavailable: dict[str, str] = {}
        """What the machine does not permit of the faults, by their names."""
        self._plan = plan
        self._armings = armings
        self._arrived = arrived
        self._chance = random.Random(f"{plan.chosen_seed()}/front")
        self._loop = asyncio.get_running_loop()
        self._timers: list[asyncio.TimerHandle] = []
        self.doors: dict[Host, Door] = {}
        try:
            for host in HOSTS:
                number = plan.port if host == "ws" else 0
                port = tcp.bound(plan.address, number)
                self.doors[host] = Door(port, functools.partial(arrived, host))
        except OSError:
            self.close()
            raise

    def open(self) -> None:
        """Lets in who comes, as far as the faults permit. Raises OSError."""
        for host, door in self.doors.items():
            at_once = [one for one in self._of_ports(host) if not self._delayed(one, host)]
            for arming in at_once:
                self._act(host, arming)
            if door.mood == "open":
                self.shrink(host)
                door.open()
            self._open_further(host)
        self._offer_services()
        for arming in self._armings:
            if reason := why_not(arming.spec.create()):
                name = arming.spec.name
                self.unavailable[name] = reason
                self.journal.write(0, "tool", "note", text=f"{name} unavailable: {reason}")

    async def stop(self) -> None:
        """Nobody is let in any more; the ports are still held."""
        for timer in self._timers:
            timer.cancel()
        for door in self.doors.values():
            await door.stop_accepting()
        if self.proxy:
            await self.proxy.stop()
        if self.resolver:
            self.resolver.stop()

    def close(self) -> None:
        """Gives the ports back."""
        for door in self.doors.values():
            door.close()

    def authority(self, host: Host) -> str:
        """`ADDRESS:PORT` or `NAME:PORT` for the URL."""
        door = self.doors[host]
        return f"{door.name}:{door.port.address[1]}" if door.name else door.authority

    def accepted(self, host: Host, number: int) -> None:
        """The host has got so many connections: a fault of the port may begin with the next."""
        for arming in self._of_ports(host):
            if arming.spec.first == number + 1:
                self._act_later(host, arming)

    def shrink(self, host: Host) -> None:
        """Gives the port the smallest receive buffer that a fault wants."""
        wanted = [size for fault in self._faults(host) if (size := fault.receive_buffer())]
        if wanted:
            self.doors[host].port.shrink(min(wanted))

    # ---- for the proxy ----------------------------------------------------------------------

    def host_at(self, authority: str) -> Host | None:
        """The host that `ADDRESS:PORT` or `NAME:PORT` stands for."""
        name, _, number = authority.lower().rpartition(":")
        for host, door in self.doors.items():
            address, own = door.authority.rsplit(":", 1)
            names = {address, "localhost", HOST_NAMES[host], door.name}
            if name in names and number == own:
                return host
        return None

    def mood(self, host: Host) -> str:
        """How the host's port behaves."""
        return self.doors[host].mood

    def begin(self, host: Host, stream: tcp.TcpStream, conn: int) -> None:
        """Hands on a connection that the proxy has led to the host."""
        self._arrived(host, stream, conn)

    # ---- inside -----------------------------------------------------------------------------

    def _faults(self, host: Host) -> list[Fault]:
        return [one.spec.create() for one in self._armings if host in one.spec.hosts]

    def _of_ports(self, host: Host) -> list[Arming]:
        """The faults of the port itself, and of its name in the URL."""
        return [one for one in self._armings if host in one.spec.hosts and one.spec.of_the_port]

    def _delayed(self, arming: Arming, host: Host) -> bool:
        """Whether it acts later; if by time alone, the clock is set."""
        spec = arming.spec
        if spec.create().mood() == "open":
            return False
        if spec.first == 1 and (spec.after.seconds or spec.jitter):
            self._act_later(host, arming)
        return bool(spec.first > 1 or spec.after.seconds or spec.jitter)

    def _act_later(self, host: Host, arming: Arming) -> None:
        spec = arming.spec
        delay = spec.after.seconds + self._chance.uniform(0, spec.jitter)
        self._timers.append(self._loop.call_later(delay, self._act, host, arming))

    def _act(self, host: Host, arming: Arming) -> None:
        fault, door = arming.spec.create(), self.doors[host]
        if "resolver" in fault.services:
            door.name = HOST_NAMES[host]
        if fault.services:
            return  # It acts when it is asked.
        door.name = fault.host_name() or door.name
        if fault.mood() != "open":
            door.turn(fault.mood())
        arming.fired += 1
        Injection(arming, "listening").receipt(self.journal, 0, 0)

    def _open_further(self, host: Host) -> None:
        for fault in self._faults(host):
            for address, mood in fault.addresses().items():
                if ":" not in address or not missing("ipv6-loopback"):
                    self.doors[host].also_on(address, mood)

    def _offer_services(self) -> None:
        wanted = {one for arming in self._armings for one in arming.spec.kind.services}
        early = EarlyFaults(self._armings, self._plan.chosen_seed())
        if "resolver" in wanted:
            addresses = {host: door.port.address[0] for host, door in self.doors.items()}
            self.resolver = Resolver(self.journal, early, addresses)
        if "proxy" in wanted or self._plan.proxy:
            self.proxy = ForwardProxy(self, early)
