"""What a fault writes, octet for octet, without a client: a fault is pure, so it can be asked at
each of its hooks about a made-up connection."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from rhombus_mock.actions import (
    BEAT,
    STATES,
    Action,
    Answer,
    Everyone,
    Join,
    Later,
    Others,
    Pour,
    Publish,
    Say,
    Send,
    SendClear,
    State,
    Utterance,
    Wait,
)
from rhombus_mock.faults.catalogue import Spec
from rhombus_mock.faults.fault import Fault
from rhombus_mock.faults.proxy import ESTABLISHED
from rhombus_mock.faults.situation import Situation
from rhombus_mock.service import dialogue, rest, upgrade
from rhombus_mock.service.credentials import Account
from rhombus_mock.service.habits import Habits
from rhombus_mock.stomp.frames import Frame
from rhombus_mock.wire import http1
from rhombus_mock.wire.http1 import Request
from rhombus_mock.wire.names import KINDS, LookUp, Resolution
from rhombus_mock.wire.terms import Terms
from rhombus_mock.wire.websocket import FrameDecoder, SeenFrame

MAX_OCTETS_SHOWN = 240
MAX_ACTIONS_SHOWN = 8
_NAMED = {0: "\\0", 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\"}


def demonstrated(spec: Spec) -> list[str]:
    """Lines, without an indent; what stands in them is as it would be on the wire, but for the
    organization, the time and chance."""
    fault, now = spec.create(), _situation(spec)
    lines = _of_the_port(fault)
    for state, label, actions in _asked(fault, now):
        if STATES.index(state) >= STATES.index(fault.begins) and actions is not None:
            shown = _listed(actions) or (["nothing"] if label.startswith("in place") else [])
            lines += [f"{label}:", *(f"  {line}" for line in shown)]
    return lines


def shown_octets(octets: bytes) -> str:
    """Printable ASCII as it is, the rest escaped; of long ones the begin and the end."""
    left_out = len(octets) - MAX_OCTETS_SHOWN
    if left_out <= 0:
        return _escaped(octets)
    begin, end = octets[: MAX_OCTETS_SHOWN * 2 // 3], octets[-MAX_OCTETS_SHOWN // 3 :]
    return f"{_escaped(begin)} … {left_out} octets more … {_escaped(end)}"


def _escaped(octets: bytes) -> str:
    return "".join(_NAMED.get(one) or _printable(one) for one in octets)


def _of_the_port(fault: Fault) -> list[str]:
    lines = []
    if fault.mood() != "open":
        lines.append(f"the port is {fault.mood()}")
    if (name := fault.host_name()) is not None:
        lines.append(f"the URL names the host {name}")
    lines += [f"the port is {mood} on {address} too" for address, mood in fault.addresses().items()]
    for kind in KINDS:
        resolution = fault.looked_up(LookUp("ws", kind, number=1, since_first=0.0))
        if resolution is not None:
            lines.append(f"the first look-up of the host's {kind}: {_addresses(resolution)}")
    if (refusal := fault.proxied(ESTABLISHED)) is not None:
        lines += ["in place of the tunnel:", f"  response: {shown_octets(refusal.encode())}"]
    if fault.receive_buffer():
        lines.append(f"the port's connections take {fault.receive_buffer()} octets at a time")
    if (context := fault.compression()) is not None:
        lines.append(f"permessage-deflate is agreed to ({context})")
    lines += [f"habit {name}={value}" for name, value in fault.habits().items()]
    return lines


def _addresses(resolution: Resolution) -> str:
    if resolution.addresses is None:
        return "no answer"
    return ", ".join(resolution.addresses) or "none"


def _asked(fault: Fault, now: Situation) -> Iterator[tuple[State, str, list[Action] | None]]:
    """The hooks in the order of a connection's life, each with what the fault answers."""
    yield "accepted", "when TCP is accepted", fault.accepted(now)
    if (kind := fault.certificate(now)) is not None:
        yield "accepted", f"the certificate is of the kind '{kind}'", []
    yield "accepted", "when the ClientHello is there", fault.client_hello(now)
    if fault.terms(Terms(), now) is not None:
        yield "accepted", f"the terms of the handshake are {fault.terms(Terms(), now)}", []
    now.state = "tls"
    request, usual = _request(now)
    label = f"in place of the answer {usual.status} to {request.method} {request.path}"
    yield "tls", label, fault.answer(request, usual, now)
    now.state = fault.begins if STATES.index(fault.begins) > STATES.index("tls") else now.state
    yield now.state, "when it goes live", fault.begin(now)
    if (seconds := fault.due_in(now)) is not None:
        yield now.state, f"{seconds:g} s after that", fault.due(now)
    if now.host == "rest":
        return
    now.state = "upgraded"
    for command, frame in _client_frames(now).items():
        if command == "SUBSCRIBE":
            now.state = "connected"
        if command == "DISCONNECT":
            now.state = "subscribed"
        yield now.state, f"in place of the answer to {command}", fault.received(frame, now)
    now.state = "subscribed"
    for frame in (dialogue.connected("10000,10000"), now.message()):
        instead = fault.said(Utterance.of(frame), now)
        yield "subscribed", f"in place of {frame.command}", instead
    for name, octets in (("pong", b"\x8a\x00"), ("Close", b"\x88\x02\x03\xe8")):
        yield "subscribed", f"in place of the {name} that answers", fault.replies(octets, now)
    yield "subscribed", "in place of a beat", fault.said(BEAT, now)
    if (interval := fault.beat_interval(10000, now)) is not None:
        yield "subscribed", f"beats come every {interval:g} ms where 10000 are agreed", []
    if (limit := fault.silence_limit(10000, now)) is not None:
        yield "subscribed", f"a client is dropped after {limit:g} ms of silence", []


def _listed(actions: list[Action]) -> list[str]:
    lines = [line for one in actions[:MAX_ACTIONS_SHOWN] for line in _shown(one)]
    more = len(actions) - MAX_ACTIONS_SHOWN
    return [*lines, f"… {more} actions more"] if more > 0 else lines


def _shown(action: Action) -> list[str]:
    match action:
        case Say():
            how = f" ({action.layout})" if action.layout else ""
            return [f"message{how}: {shown_octets(action.utterance.octets)}"]
        case Send():
            return [f"octets{_pace(action.cut, action.every)}: {_frames(action.octets)}"]
        case Pour():
            size = "without end" if action.octets is None else f"to {action.octets} octets"
            return [f"over and over, {size}: {_frames(action.block)}"]
        case Join():
            return [f"joined with what comes next: {shown_octets(action.octets)}"]
        case Later(seconds, inner):
            return [f"{seconds:g} s later:", *(f"  {line}" for line in _listed(list(inner)))]
        case SendClear():
            return [f"octets below TLS: {shown_octets(action.octets)}"]
        case Answer():
            octets = action.before + action.response.encode() + action.after
            return [f"response{_pace(action.cut, action.every)}: {shown_octets(octets)}"]
        case Wait(seconds):
            return [f"wait {seconds:g} s"]
        case Publish(body):
            return ["the next event" + (f": {shown_octets(body)}" if body is not None else "")]
        case Everyone(inner):
            return ["on every connection:", *(f"  {line}" for line in _listed(list(inner)))]
        case Others(inner):
            return ["on every other one:", *(f"  {line}" for line in _listed(list(inner)))]
    return [_said_by_its_class(action)]


def _said_by_its_class(action: Action) -> str:
    """For actions without octets: the first sentence about their class, and their fields."""
    sentence = re.split(r"[.:;]\s", " ".join((type(action).__doc__ or "").split()))[0]
    fields = ", ".join(
        f"{one.name}={_bounded(value)}"
        for one in dataclasses.fields(action)
        if (value := getattr(action, one.name)) != one.default
    )
    return sentence.rstrip(".") + (f" ({fields})" if fields else "")


def _bounded(value: object) -> str:
    text = shown_octets(value) if isinstance(value, bytes) else str(value)
    return text if len(text) <= MAX_OCTETS_SHOWN else f"{text[:MAX_OCTETS_SHOWN]}…"


def _frames(octets: bytes) -> str:
    """WebSocket headers as hex, payloads as text; what is no whole frame as it is."""
    seen = FrameDecoder(max_payload=1 << 62).receive(octets, 0)
    if not seen or not all(isinstance(one, SeenFrame) for one in seen):
        return shown_octets(octets)
    parts, at = [], 0
    for one in seen[:MAX_ACTIONS_SHOWN]:
        assert isinstance(one, SeenFrame)
        head = 2 + {126: 2, 127: 8}.get(octets[at + 1] & 0x7F, 0) + (4 if one.mask else 0)
        parts.append(f"{octets[at : at + head].hex(' ').upper()} {shown_octets(one.payload)}")
        at += head + len(one.payload)
    rest = octets[at:]
    return " | ".join([*parts, *([shown_octets(rest)] if rest else [])]).rstrip()


def _pace(cut: int, every: float) -> str:
    return f" ({cut} octets at a time, every {every:g} s)" if cut else ""


def _printable(octet: int) -> str:
    return chr(octet) if 32 <= octet < 127 else f"\\x{octet:02x}"


def _situation(spec: Spec) -> Situation:
    org = "ORGANIZATION-22-OCTETS"
    return Situation(
        host="rest" if spec.hosts == ("rest",) else "ws",
        number=1,
        seed=spec.name,
        event_shape="flat",
        org=org,
        topic=f"/topic/change/{org}",
        other_origin="127.0.0.1:8443",
    )


def _request(now: Situation) -> tuple[Request, http1.Response]:
    account = Account("KEY", now.org)
    if now.host == "rest":
        asked = Request("POST", rest.GET_ORG, (("x-auth-apikey", "KEY"),), b"{}")
        return asked, rest.RestHost(account).answer(asked, Habits(), 0.0, 0)
    headers = {"Host": "mock", "Upgrade": "websocket", "Connection": "Upgrade"} | {
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "x-auth-apikey": "KEY",
    }
    target = f"{upgrade.PATH}?x-auth-scheme=api-token"
    asked = Request("GET", target, tuple(headers.items()))
    return asked, upgrade.answer(asked, account, Habits())


def _client_frames(now: Situation) -> dict[str, Frame]:
    versions, beats = ("accept-version", "1.2"), ("heart-beat", "10000,10000")
    return {
        "CONNECT": Frame("CONNECT", (versions, beats)),
        "SUBSCRIBE": Frame("SUBSCRIBE", (("id", "sub-0"), ("destination", now.topic))),
        "DISCONNECT": Frame("DISCONNECT", (("receipt", "bye"),)),
    }
