"""One host's port, on one address or more, and how it behaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rhombus_mock.doors.acceptor import Acceptor
from rhombus_mock.faults.fault import Mood
from rhombus_mock.wire import tcp


class Door:
    """Holds the port from the first; nobody is let in ahead of open()."""

    def __init__(self, port: tcp.Port, arrived: Callable[[tcp.TcpStream], None]) -> None:
        self.port = port
        self.name = ""
        """Stands in the URL in place of the address."""
        self._mood: Mood = "open"
        self._arrived = arrived
        self._further: list[tcp.Port] = []
        self._acceptors: list[Acceptor] = []
        self._accepting: list[asyncio.Task[None]] = []

    @property
    def authority(self) -> str:
        """`ADDRESS:PORT`, whatever the name."""
        return f"{bracketed(self.port.address[0])}:{self.port.address[1]}"

    @property
    def mood(self) -> Mood:
        """How it behaves just now."""
        return "refusing" if any(one.refusing for one in self._acceptors) else self._mood

    def open(self) -> None:
        """Lets in who comes."""
        self._accept(self.port)

    def also_on(self, address: str, mood: Mood) -> None:
        """The same port on a further address. Raises OSError where that is not free."""
        port = tcp.bound(address, self.port.address[1])
        self._further.append(port)
        if mood == "open":
            self._accept(port)
        elif mood == "swallowing":
            port.swallow()

    def turn(self, mood: Mood) -> None:
        """It behaves so from now on, on its own address; open connections stay."""
        self._mood = mood
        for acceptor in self._acceptors:
            acceptor.end()
        for task in self._accepting:
            task.cancel()
        if mood == "swallowing":
            self.port.swallow()
        elif self._acceptors:
            self.port.stop()

    def refuse(self, seconds: float) -> None:
        """Refuses for so long, then lets in again."""
        for acceptor in self._acceptors:
            acceptor.refuse(seconds)

    async def stop_accepting(self) -> None:
        """Nobody is let in any more."""
        for acceptor in self._acceptors:
            acceptor.end()
        for task in self._accepting:
            task.cancel()
        await asyncio.gather(*self._accepting, return_exceptions=True)

    def close(self) -> None:
        """Gives the port back."""
        for task in self._accepting:
            task.cancel()
        for port in (self.port, *self._further):
            port.close()

    def _accept(self, port: tcp.Port) -> None:
        port.open()
        acceptor = Acceptor(port, self._arrived)
        self._acceptors.append(acceptor)
        self._accepting.append(asyncio.create_task(acceptor.run()))


def bracketed(address: str) -> str:
    """An address as it stands in a URL; that of the machine itself where it is any."""
    if address in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{address}]" if ":" in address else address
