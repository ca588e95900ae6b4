"""Options common to all faults: read by sockets and compared with the catalogue."""

from __future__ import annotations

from receipts import scene_topic
from wire import Mock


def test_connection_option_hits_the_nth_only(mock: Mock) -> None:
    scene = mock.scenario("F-201:connection=2")
    seen = []
    for _ in range(3):
        wire = scene.connect()
        wire.write(scene.upgrade_request())
        seen.append(wire.head().split(" ")[1])
    assert seen == ["101", "401", "101"]


def test_times_option_counts_over_connections(mock: Mock) -> None:
    scene = mock.scenario("F-353:times=2")
    assert scene.upgraded().frame()[0] == 0x88
    assert scene.upgraded().frame()[0] == 0x88
    scene.connected().close()


def test_after_events_and_frames(mock: Mock) -> None:
    scene = mock.scenario("F-351/1001:after=2events")
    wire = scene.subscribed()
    mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 1})
    wire.message()
    mock.control("POST", f"/scenarios/{scene.id}/events", {"count": 1})
    wire.message()
    assert wire.frame() == (0x88, b"\x03\xe9")


def test_faults_combine(mock: Mock) -> None:
    scene = mock.scenario("F-404", "F-410/2:after=0s", "F-351/1001:after=2events")
    wire = scene.upgraded()
    wire.text("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0")
    assert b"\r\n\r\n\0" in wire.frame()[1]
    wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:{scene_topic(scene)}\n\n\0")
    joined = wire.frame()[1] + wire.frame()[1]
    assert joined.startswith(b"MESSAGE")
