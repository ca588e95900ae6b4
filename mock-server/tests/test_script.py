"""Scenario files as a client sees them."""

from __future__ import annotations

import json

import pytest
from wire import Mock, Scene, answer, post

HEAD = "format: 1\nid: a/b\ntitle: t\n"


def play(mock: Mock, yaml: str, **more: object) -> Scene:
    return mock.scenario(yaml=HEAD + yaml, **more)


SILENT = """
rest:
  - request: POST /api/org/getOrgV2
    reply: {status: 200, json: {org: {uuid: "${org}"}}}
connections:
  - match: first
    steps:
      - await: {upgrade: /websocket}
      - await: {frame: CONNECT}
      - send: {frame: CONNECTED, headers: {version: '1.2', heart-beat: '100,100'}}
      - await: {frame: SUBSCRIBE, save: {sub: id}}
      - beats: {every: hb.server, for: 250ms}
      - fault: {id: F-501, as: mute}
      - hold: {until: connection-2, at_most: "6 * hb.server"}
  - match: later
    steps:
      - handshake: normal
      - send: {event: {entity: DOOR_STATE, type: UPDATE}, subscription: "${sub}"}
"""


def test_the_server_goes_silent_and_the_second_connection_is_good(mock: Mock) -> None:
    scene = play(mock, SILENT)
    wire = scene.connect("rest")
    post(wire, scene.key)
    assert json.loads(answer(wire)[1]) == {"org": {"uuid": scene.org}}
    wire = scene.subscribed("100,100")
    assert [wire.frame() for _ in range(3)] == [(0x81, b"\n")] * 3
    found = scene.wait_for("fault.injected", fault="F-501")
    assert found["parameters"] == {"after": "0s", "as": "mute"}
    assert found["state"] == "subscribed"
    wire.stream.settimeout(0.3)
    with pytest.raises(TimeoutError):
        wire.read(1)
    again = scene.subscribed("100,100")
    assert b"\nsubscription:sub-0\n" in again.message()
    again.text("DISCONNECT\nreceipt:r\n\n\0")
    assert again.frame()[1] == b"RECEIPT\nreceipt-id:r\n\n\0"


def test_raw_octets_are_exact(mock: Mock) -> None:
    yaml = r"""
connections:
  - match: every
    steps:
      - await: {upgrade: /websocket}
      - send: {raw: 'a\0\n${org}'}
      - send: {raw: '\xC3\x28', as: binary}
      - send: {raw: '\x89\x00', as: stream}
      - close: {code: 4000, reason: later}
"""
    scene = play(mock, yaml)
    wire = scene.upgraded()
    assert wire.frame() == (0x81, b"a\0\n" + scene.org.encode())
    assert wire.frame() == (0x82, b"\xc3\x28")
    assert wire.frame() == (0x89, b"")
    assert wire.frame() == (0x88, b"\x0f\xa0later")


def test_a_fault_ahead_of_everything_hits_the_handshake(mock: Mock) -> None:
    yaml = """
connections:
  - match: nth
    nth: 2
    steps:
      - fault: {id: F-203/404, as: lost}
      - handshake: normal
"""
    scene = play(mock, yaml)
    scene.connected().close()
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.head().startswith("HTTP/1.1 404 ")
    assert scene.wait_for("fault.injected")["parameters"]["as"] == "lost"


@pytest.mark.parametrize("how", ["fin", "rst"])
def test_abort(mock: Mock, how: str) -> None:
    yaml = f"connections: [{{match: every, steps: [{{handshake: normal}}, {{abort: {how}}}]}}]"
    wire = play(mock, yaml).subscribed()
    if how == "rst":
        with pytest.raises(ConnectionResetError):
            wire.rest()
    else:
        assert wire.rest() == b""


def test_events_in_a_burst(mock: Mock) -> None:
    yaml = """
connections:
  - match: every
    steps:
      - handshake: normal
      - events: {count: 3, event: {entity: DOOR_STATE}}
      - close: 1001
"""
    wire = play(mock, yaml).subscribed()
    for at in (1, 2, 3):
        message = wire.message()
        assert f"\nmessage-id:{at}\n".encode() in message
        assert json.loads(message.split(b"\n\n", 1)[1][:-1])["entity"] == "DOOR_STATE"
    assert wire.frame() == (0x88, b"\x03\xe9")


def test_a_script_that_cannot_proceed_waits_and_lets_the_client_go(mock: Mock) -> None:
    yaml = "connections: [{match: every, steps: [{await: {frame: SEND}}, {close: 1000}]}]"
    wire = play(mock, yaml).upgraded()
    wire.text("DISCONNECT\nreceipt:r\n\n\0")
    assert wire.frame()[1] == b"RECEIPT\nreceipt-id:r\n\n\0"
    wire.client_frame(8, b"\x03\xe8")
    assert wire.frame() == (0x88, b"\x03\xe8")
    assert wire.rest() == b""


def test_listed_faults_are_armed_unless_a_step_injects_them(mock: Mock) -> None:
    yaml = """
faults: [F-404, F-353]
connections:
  - match: first
    steps:
      - handshake: normal
      - fault: {id: F-353, as: late}
"""
    scene = play(mock, yaml)
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\n\n\0")
    assert wire.frame()[1].endswith(b"\r\n\r\n\0")
    wire.text(f"SUBSCRIBE\nid:1\ndestination:/topic/change/{scene.org}\n\n\0")
    assert wire.frame() == (0x88, b"\x03\xf0")
    armed = [one["parameters"] for one in scene.journal() if one["kind"] == "fault.armed"]
    assert armed == [{}, {"after": "0s", "as": "late"}]


def test_rest_routes_are_used_up(mock: Mock) -> None:
    yaml = r"""
rest:
  - request: POST /api/org/getOrgV2
    times: 1
    reply: {status: 503, headers: {Retry-After: 2}, body: 'later\n'}
"""
    scene = play(mock, yaml)
    wire = scene.connect("rest")
    post(wire, scene.key)
    head, body = answer(wire)
    assert head.startswith("HTTP/1.1 503 ")
    assert "\r\nRetry-After: 2\r\n" in head
    assert body == b"later\n"
    post(wire, scene.key)
    assert answer(wire)[0].startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("framing", "firsts"),
    [
        ("whole", [0x81]),
        ("split-frame", [0x81, 0x81]),
        ("fragmented", [0x01, 0x80]),
        ("binary", [0x82]),
        ("coalesced", [0x81]),
        ("tcp-slices", [0x81]),
    ],
)
def test_framings_say_the_same_in_other_octets(mock: Mock, framing: str, firsts: list[int]) -> None:
    scene = mock.scenario(variant={"framing": framing})
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\n\n\0")
    frames = [wire.frame() for _ in firsts]
    assert [first for first, _ in frames] == firsts
    said = b"".join(payload for _, payload in frames)
    assert said.lstrip(b"\n") == b"CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0"
    assert said.startswith(b"\n") == (framing == "coalesced")
