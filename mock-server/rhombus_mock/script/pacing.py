"""What a script says again and again: heart-beats and events, each at its time."""

from __future__ import annotations

import asyncio
from typing import Any

from rhombus_mock.actions import BEAT, Say, Utterance
from rhombus_mock.connections.performer import Performer
from rhombus_mock.script import eventflow
from rhombus_mock.script.saying import Saying

SHORTEST_SECONDS = 0.001
"""Between two beats."""
BLOCK_OCTETS = 256 * 1024
"""So much is queued at once; then the client must read."""


async def beat(performer: Performer, every: float, lasting: float | None) -> None:
    """A beat after each so many seconds, none while a fault keeps the server silent. Returns
    after `lasting` seconds; never where that is None."""
    loop = asyncio.get_running_loop()
    every = max(every, SHORTEST_SECONDS)
    start, count = loop.time(), 1
    while lasting is None or count * every <= lasting:
        await asyncio.sleep(start + count * every - loop.time())
        if not performer.state.silent:
            performer.perform([Say(BEAT)])
        count += 1
    await asyncio.sleep(start + lasting - loop.time())


async def flow(
    performer: Performer, saying: Saying, given: dict[str, Any], count: int | None, rate: float
) -> None:
    """The events of an `events` step: so many, endless where that is None, at that rate per
    second; with rate 0 as fast as the client takes them."""
    loop = asyncio.get_running_loop()
    start, made, queued = loop.time(), 0, 0
    burst = given.get("burst", 1)
    for row in eventflow.rows(given, count, performer.state.situation.chance):
        frames = {number: saying.event(given) for number in sorted(one.number for one in row)}
        for place in row:
            if rate:
                await asyncio.sleep(start + (made // burst + 1) * burst / rate - loop.time())
            made += 1
            message = Utterance.of(frames[place.number])
            performer.perform([Say(message)] * place.times)
            queued += len(message.octets) * place.times
            if queued > BLOCK_OCTETS:
                await performer.state.outbox.settled()
                queued = 0
