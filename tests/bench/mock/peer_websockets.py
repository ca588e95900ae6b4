"""The server of Python's `websockets` as a STOMP mock: peer_websockets.py HEART_BEAT_MS COUNT;
prints its port. Destinations as in peer_ws.mjs."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

BODY = "x" * 265
HEAD = "destination:/topic/change/o\ncontent-type:application/json\ncontent-length:265"
BEAT_MS = int(sys.argv[1])
PREPARED = [
    f"MESSAGE\nsubscription:sub-0\nmessage-id:{at}\n{HEAD}\n\n{BODY}\0"
    for at in range(1, int(sys.argv[2]) + 1)
]
CROWD: set[ServerConnection] = set()


async def beats(stream: ServerConnection) -> None:
    while True:
        await asyncio.sleep(BEAT_MS / 1000)
        await stream.send("\n")


async def subscribed(stream: ServerConnection, text: str) -> None:
    found = re.search(r"destination:/(\w+)/(\d+)/?(\d*)", text)
    if not found:
        return
    if found[1] == "burst":
        for message in PREPARED[: int(found[2])]:
            await stream.send(message)
    if found[1] == "crowd":
        CROWD.add(stream)
        if len(CROWD) == int(found[2]):
            for message in PREPARED[: int(found[3])]:
                broadcast(CROWD, message)
                await asyncio.sleep(0)


async def talk(stream: ServerConnection) -> None:
    beating = None
    with contextlib.suppress(ConnectionClosed):
        async for data in stream:
            text = str(data)
            if text.startswith("CONNECT"):
                beat = f"{BEAT_MS},{BEAT_MS}"
                await stream.send(f"CONNECTED\nversion:1.2\nheart-beat:{beat}\n\n\0")
                if "heart-beat:0,0" not in text:
                    beating = asyncio.create_task(beats(stream))
            elif text.startswith("SUBSCRIBE"):
                await subscribed(stream, text)
    if beating:
        beating.cancel()


async def main() -> None:
    async with serve(
        talk, "127.0.0.1", 0, compression=None, ping_interval=None, backlog=4096
    ) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
