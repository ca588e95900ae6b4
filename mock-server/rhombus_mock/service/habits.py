"""What nobody knows of the real server for certain, each as a switch."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from rhombus_mock import durations
from rhombus_mock.stomp import heartbeat


class UnknownHabit(ValueError):
    """A habit, or a value of one, that does not exist; the text names the nearest."""


def _choice(default: str, *others: str) -> str:
    return field(default=default, metadata={"choices": (default, *others)})


@dataclass(frozen=True)
class Habits:
    """The `server:` mapping of a scenario file, and `--habit` on the command line."""

    no_key: str = _choice("401", "403")
    """Status where no key was sent."""
    bad_key: str = _choice("403", "401")
    """Status where the key is unknown."""
    refusal_body: str = _choice("status", "cause", "same")
    """A refusal's body: by its status, by whether a key was sent, or always the same."""
    region: str = _choice("both", "rest", "ws", "none")
    """Which hosts are of the account's region; the others know none of its keys."""
    other_region: str = _choice("403", "401")
    """Status to any key on a host of another region."""
    account: str = _choice("organization", "partner")
    """A partner's WebSocket wants `x-auth-org` with one of its clients; 403 comes without it."""
    org_in: str = _choice("either", "query", "header", "both")
    """Where a partner's `x-auth-org` is looked for on the WebSocket."""
    rest_scheme: str = _choice("optional", "required")
    """Whether REST wants `x-auth-scheme`."""
    ws_scheme: str = _choice("query", "optional")
    """Whether the WebSocket wants `x-auth-scheme` in its query; 401 comes without it."""
    scheme: str = _choice("any", "own")
    """Which `x-auth-scheme` counts: any, or the account's own alone; 403 comes for another."""
    rate_limit: str = "0"
    """What the organization has of REST requests, such as 10/s; 429 beyond it. 0: no limit."""
    org_form: str = _choice("ruuid", "hex")
    """How getOrgV2 spells the organization."""
    topic_form: str = _choice("same", "other", "either")
    """How its topic is spelt: as getOrgV2 does, in the other form alone, or in both."""
    history: str = _choice("streamed", "missed", "none")
    """Past alerts over REST: those of the streams, more that no stream carried, or none."""
    foreign_topic: str = _choice("silence", "error", "close")
    """What a SUBSCRIBE to another organization's topic gets."""
    bad_subscribe: str = _choice("error", "ignored")
    """SUBSCRIBE without `id` or `destination`: ERROR and 1002, or silence."""
    unterminated: str = _choice("buffered", "refused")
    """A message that ends inside a frame: the rest is waited for, or ERROR and 1002."""
    disconnect: str = _choice("spring", "quiet")
    """DISCONNECT without `receipt`: ERROR "Session closed." and 1002, or nothing."""
    heart_beat: str = "10000,10000"
    """The `heart-beat` header of CONNECTED."""
    beats: str = _choice("steady", "spring")
    """A beat every N whatever else was sent, or one look at the clock every N: N to 2 N apart."""
    silent_client: str = _choice("dropped", "kept")
    """A client silent for 3 N is dropped with ERROR "Session closed." and 1002."""
    time_to_first_message: str = "0s"
    """A client that sends no STOMP for so long gets Close 4500; 0s: it may wait for ever."""
    send_time_limit: str = "0s"
    """A client that takes nothing for so long gets Close 4500, as long again RST; 0s: never."""
    events: str = "1/s"
    """How often something changes in the organization; 0 for never."""
    event_shape: str = _choice("flat", "nested")
    """Details of an event beside `entity`, or inside `update`."""


def habits(changes: Mapping[str, str], base: Habits | None = None) -> Habits:
    """Habits with the given ones changed. Raises UnknownHabit."""
    known = {one.name: one for one in dataclasses.fields(Habits)}
    for name, value in changes.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise UnknownHabit(f"unknown habit '{name}'{hint}")
        _check(name, value, known[name].metadata.get("choices", ()))
    return dataclasses.replace(base or Habits(), **changes)


def _check(name: str, value: str, choices: tuple[str, ...]) -> None:
    if choices and value not in choices:
        raise UnknownHabit(f"habit {name} is one of {', '.join(choices)}; not '{value}'")
    if name in ("events", "rate_limit"):
        try:
            durations.per_second(value)
        except ValueError as error:
            raise UnknownHabit(f"habit {name}: {error}") from error
    if name in ("time_to_first_message", "send_time_limit"):
        try:
            durations.seconds(value)
        except ValueError as error:
            raise UnknownHabit(f"habit {name}: {error}") from error
    if name == "heart_beat" and heartbeat.parse(value) is None:
        raise UnknownHabit(f"habit heart_beat: '{value}' is not two numbers such as 10000,10000")
