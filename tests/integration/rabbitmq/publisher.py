"""Another client of the broker: publishes small events to one destination until told to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.sync.client import ClientConnection, connect

EVERY_S = 0.5
ANSWER_LIMIT_S = 10.0


def frame(command: str, headers: dict[str, str], body: str = "") -> str:
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    return f"{command}\n{lines}\n{body}\0"


def log_in(connection: ClientConnection) -> None:
    login = {"login": "guest", "passcode": "guest"}
    headers = {"accept-version": "1.2", "host": "/", "heart-beat": "0,0", **login}
    connection.send(frame("CONNECT", headers))
    answer = str(connection.recv(ANSWER_LIMIT_S))
    if not answer.startswith("CONNECTED\n"):
        raise ConnectionError(f"the broker answered the publisher: {answer!r}")


def publish(connection: ClientConnection, destination: str, stop: threading.Event) -> None:
    number = 0
    while not stop.wait(EVERY_S):
        number += 1
        headers = {"destination": destination, "content-type": "application/json"}
        connection.send(frame("SEND", headers, f'{{"number":{number}}}'))


@contextmanager
def publishing(url: str, destination: str) -> Iterator[None]:
    """From log-in to the end of the block, one message each half second."""
    stop = threading.Event()
    with connect(url, compression=None) as connection:
        log_in(connection)
        thread = threading.Thread(target=publish, args=(connection, destination, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
