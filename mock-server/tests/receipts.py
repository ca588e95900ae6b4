"""What the tests of faults share: reading a receipt, whose hash must be that of the octets read
off the wire, and taking a MESSAGE apart."""

from __future__ import annotations

import hashlib
from typing import Any

from wire import Mock, Scene

NOW = ":after=0s"
FORBIDDEN = b'{"status":403,"error":"Forbidden","timestamp":1711843200000,"msg":"Access Denied"}'
CONNECTED = b"CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0"


def framed(payload: bytes, first: int = 0x81) -> bytes:
    """A server's WebSocket frame. Spec: RFC 6455, section 5.2."""
    size = len(payload)
    if size < 126:
        return bytes([first, size]) + payload
    if size < 65536:
        return bytes([first, 126]) + size.to_bytes(2, "big") + payload
    return bytes([first, 127]) + size.to_bytes(8, "big") + payload


def receipt(scene: Scene, octets: bytes | None, state: str) -> dict[str, Any]:
    """The first receipt; it must be about these octets."""
    found = scene.wait_for("fault.injected")
    assert found["state"] == state
    if octets is not None:
        assert found["octets"] == len(octets)
        assert found["sha256"] == hashlib.sha256(octets).hexdigest()
    return found


def body_of(message: bytes) -> bytes:
    """What stands between the empty line and the NUL."""
    assert message.endswith(b"\0"), message
    return message[message.index(b"\n\n") + 2 : -1]


def first_message(mock: Mock, fault: str, parameters: str = "") -> bytes:
    """The payload of the WebSocket message that holds the fault."""
    return mock.scenario(fault + NOW + parameters).subscribed().message()


def plain(message: bytes) -> bytes:
    """A correct MESSAGE: told apart from one with the wrong length by counting octets."""
    head, _, body = message.partition(b"\n\n")
    length = next(line for line in head.split(b"\n") if line.startswith(b"content-length:"))
    assert int(length.split(b":")[1]) == len(body) - 1
    assert body.endswith(b"\0")
    return body[:-1]


def scene_topic(scene: Scene) -> str:
    return f"/topic/change/{scene.org}"


def comes_after_subscribe(mock: Mock, fault: str, octets: bytes) -> None:
    """Exactly these octets are the first behind SUBSCRIBE, and the receipt is about them."""
    scene = mock.scenario(fault + NOW)
    assert scene.subscribed().read(len(octets)) == octets
    receipt(scene, octets, "subscribed")
