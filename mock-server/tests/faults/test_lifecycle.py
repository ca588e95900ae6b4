"""What spans several connections: read by sockets and compared with the catalogue."""

from __future__ import annotations

import pytest
from receipts import NOW, plain
from wire import Mock


@pytest.mark.parametrize("variant", ["1012", "fin"])
def test_F_701_ends_everybody_refuses_and_comes_back(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-701/{variant}:after=0s,refuse=300ms,times=1")
    bystander = scene.connected()
    wire = scene.subscribed()
    if variant == "1012":
        assert wire.frame() == (0x88, b"\x03\xf4")
        assert bystander.frame() == (0x88, b"\x03\xf4")
    else:
        assert wire.rest() == b""
        assert bystander.rest() == b""
    with pytest.raises(ConnectionRefusedError):
        scene.raw()
    deadline = scene.wait_for("fault.injected")
    assert deadline
    while True:
        try:
            scene.raw().close()
            break
        except ConnectionRefusedError:
            continue
    again = scene.subscribed()
    again.client_frame(9, b"ok")
    assert again.frame() == (0x8A, b"ok")


@pytest.mark.parametrize("variant", ["1008", "4401", "error"])
def test_F_703_revokes_the_key(mock: Mock, variant: str) -> None:
    scene = mock.scenario(f"F-703/{variant}:after=0s", habits={"bad_key": "401"})
    first, payload = scene.subscribed().frame()
    if variant == "error":
        assert payload.startswith(b"ERROR\nmessage:Provided token is revoked\n")
    else:
        assert (first, payload) == (0x88, int(variant).to_bytes(2, "big"))
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert wire.head().startswith("HTTP/1.1 401 ")


def test_F_705_flaps_as_often_as_told(mock: Mock) -> None:
    scene = mock.scenario("F-705:after=10ms,connections=2")
    assert scene.connected().rest() == b""
    assert scene.connected().rest() == b""
    wire = scene.connected()
    wire.client_frame(9, b"ok")
    assert wire.frame() == (0x8A, b"ok")


def test_F_712_half_a_frame_then_a_whole_one(mock: Mock) -> None:
    scene = mock.scenario("F-712" + NOW)
    wire = scene.subscribed()
    _, half = wire.frame()
    assert half.startswith(b"MESSAGE\n")
    assert b"\0" not in half
    assert wire.rest() == b""
    plain(scene.subscribed().message())
