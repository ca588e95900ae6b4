"""What a connection tells the script that runs on it."""

from __future__ import annotations

from typing import Protocol

from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire.http1 import Request


class Script(Protocol):
    """A scenario's script on one connection."""

    automatic: bool
    """Whether the default dialogue answers the client."""

    def start(self) -> None:
        """TCP is accepted; steps ahead of the first await take effect now."""

    def upgraded(self, request: Request) -> None:
        """The 101 went out."""

    def received(self, frame: Frame | None) -> bool:
        """A frame, or a beat (None); whether a step was waiting for it."""

    def said(self, what: str) -> None:
        """The server said something, or a fault in its place: the command, or `beat`."""

    def closed(self) -> None:
        """The client sent Close."""

    def end(self) -> None:
        """The connection is over."""


class Unscripted:
    """Where the file has nothing for a connection, or there is no file."""

    automatic = True

    def start(self) -> None:
        """Nothing is to be done."""

    def upgraded(self, request: Request) -> None:
        """Nothing waits for it."""

    def received(self, frame: Frame | None) -> bool:
        """Nothing waits for it."""
        return False

    def said(self, what: str) -> None:
        """Nothing waits for it."""

    def closed(self) -> None:
        """Nothing waits for it."""

    def end(self) -> None:
        """Nothing runs."""
