"""Framing permutations: other octets, same meaning; read by sockets and put together by hand."""

from __future__ import annotations

import socket
import sys

import pytest
from receipts import CONNECTED, NOW, plain, receipt
from wire import Mock, Scene, Wire

from rhombus_mock.actions import Join, Send
from rhombus_mock.connections.framing import FRAMINGS, LAYOUTS, Framer

BODY = '{"entity":"DOOR_STATE","textDescription":"Tür – 門 🚪"}'
WELCOME = CONNECTED.replace(b"10000,10000", b"200,200")
RECEIPT = b"RECEIPT\nreceipt-id:bye\n\n\0"
ERROR = b"ERROR\nmessage:SUBSCRIBE needs id and destination\ncontent-length:0\n\n\0"
N = {"heart_beat": "200,200", "silent_client": "kept"}


class Reader:
    """Puts fragments and messages together; all must be of one opcode, and text be UTF-8."""

    def __init__(self, wire: Wire, opcode: int) -> None:
        self.wire = wire
        self.said = b""
        self.payloads: list[bytes] = []
        """Of the WebSocket frames."""
        self.firsts: list[int] = []
        """Their first octets."""
        self._opcode = opcode
        self._message = b""

    def until(self, end: bytes, frames: int = 0) -> list[bytes]:
        """Reads until so many frames have ended, and the last octets are these."""
        while not (self.said.endswith(end) and self.said.count(b"\0") >= frames):
            self._frame()
        return [frame.lstrip(b"\r\n") + b"\0" for frame in self.said.split(b"\0")[:-1]]

    def pong(self) -> None:
        """The server has read everything."""
        self.wire.client_frame(9, b"?")
        while self._frame() != 10:
            pass

    def _frame(self) -> int:
        first, payload = self.wire.frame()
        if first & 15 < 8:
            assert first & 15 == (0 if self._message else self._opcode)
            self.firsts.append(first)
            self.payloads.append(payload)
            self.said += payload
            self._message += payload
            if first & 0x80:
                if self._opcode == 1:
                    self._message.decode()
                self._message = b""
        return first & 15


def reader(scene: Scene, framing: str) -> Reader:
    return Reader(scene.upgraded(), 2 if framing.endswith("binary") else 1)


def a_session(scene: Scene, framing: str) -> tuple[Reader, list[bytes]]:
    """CONNECTED, three MESSAGEs, a beat and RECEIPT."""
    read = reader(scene, framing)
    read.wire.text("CONNECT\naccept-version:1.2\nheart-beat:200,200\n\n\0")
    read.until(b"\0", 1)
    read.wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{scene.org}\n\n\0")
    read.pong()
    scene.mock.control("POST", f"/scenarios/{scene.id}/events", {"event": BODY, "count": 3})
    read.until(b"\0\n", 4)
    read.wire.text("DISCONNECT\nreceipt:bye\n\n\0")
    return read, read.until(RECEIPT[-12:], 5)


def test_there_are_twelve() -> None:
    assert len(set(FRAMINGS)) == 12


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_session_means_the_same_in_every_framing(mock: Mock, framing: str) -> None:
    scene = mock.scenario(variant={"framing": framing}, habits=N)
    read, frames = a_session(scene, framing)
    assert frames[0] == WELCOME
    assert [plain(one).decode() for one in frames[1:4]] == [BODY] * 3
    assert frames[4:] == [RECEIPT]
    assert [one for one in scene.journal() if one["kind"] == "note"] == []
    layout = framing.removesuffix("binary").rstrip("-") or "whole"
    assert shows(read, layout), (read.firsts, read.payloads)


def shows(read: Reader, layout: str) -> bool:
    """Whether the layout can be seen at all."""
    cut_messages = any(one[-1:] not in (b"\0", b"\n") for one in read.payloads)
    fragments = any(not first & 0x80 for first in read.firsts)
    joined = any(one.count(b"\0") > 1 for one in read.payloads)
    return {
        "whole": not cut_messages and not fragments and not joined,
        "split-frame": cut_messages and not fragments,
        "split-everything": cut_messages and fragments,
        "coalesced": joined and read.payloads[0] == b"\n" + WELCOME and not cut_messages,
        "fragmented": fragments,
        "tcp-slices": not cut_messages and not fragments and not joined,
    }[layout]


@pytest.mark.parametrize("framing", FRAMINGS)
def test_ERROR_means_the_same_in_every_framing(mock: Mock, framing: str) -> None:
    read = reader(mock.scenario(variant={"framing": framing}), framing)
    read.wire.text("CONNECT\naccept-version:1.2\n\n\0SUBSCRIBE\n\n\0")
    assert read.until(b"\0", 2) == [CONNECTED, ERROR]


def segments(wire: Wire) -> int:
    """How many TCP segments with octets have come (Linux: tcpi_data_segs_in)."""
    info = wire.stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 232)
    return int.from_bytes(info[152:156], sys.byteorder)


@pytest.mark.parametrize(
    ("framing", "first"),
    [("tcp-slices", 0x81), ("tcp-slices-binary", 0x82)],
)
def test_tcp_slices_are_segments_of_their_own(mock: Mock, framing: str, first: int) -> None:
    wire = mock.scenario(variant={"framing": framing}).upgraded()
    before = segments(wire)
    wire.text("CONNECT\naccept-version:1.2\n\n\0")
    assert wire.frame() == (first, CONNECTED)
    assert segments(wire) - before >= len(CONNECTED) // 7


@pytest.mark.parametrize("framing", [one for one in FRAMINGS if "split" in one])
def test_where_it_cuts_comes_from_the_seed(mock: Mock, framing: str) -> None:
    def cuts(seed: int) -> list[int]:
        scene = mock.scenario(variant={"framing": framing}, seed=seed)
        read = reader(scene, framing)
        read.wire.text("CONNECT\naccept-version:1.2\n\n\0")
        read.until(b"\0", 1)
        return [len(payload) for payload in read.payloads]

    assert cuts(7) == cuts(7)
    assert len({tuple(cuts(seed)) for seed in range(8)}) > 1


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("F-404", [CONNECTED.replace(b"\n", b"\r\n")]),
        ("F-453", [CONNECTED, CONNECTED]),
        ("F-455", [CONNECTED]),
        ("F-456/1.1", [CONNECTED.replace(b"1.2", b"1.1")]),
    ],
)
def test_faults_of_CONNECTED_combine(
    mock: Mock, framing: str, fault: str, expected: list[bytes]
) -> None:
    scene = mock.scenario(fault, variant={"framing": framing})
    read = reader(scene, framing)
    read.wire.text("CONNECT\naccept-version:1.2\n\n\0")
    assert read.until(b"\0", len(expected)) == expected
    read.pong()
    told = receipt(scene, None, "upgraded")
    assert told["octets"] > sum(len(one) for one in expected)


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("fault", ["F-409/50", "F-410/3", "F-410/n", "F-411", "F-418"])
def test_faults_of_MESSAGE_combine(mock: Mock, framing: str, fault: str) -> None:
    scene = mock.scenario(fault + NOW, variant={"framing": framing})
    read = reader(scene, framing)
    read.wire.text("CONNECT\naccept-version:1.2\n\n\0")
    read.until(b"\0", 1)
    read.wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{scene.org}\n\n\0")
    count = {"F-409/50": 50, "F-411": 2}.get(fault, 1)
    frames = read.until(b"\0", 1 + count)
    assert [bool(plain(one)) for one in frames[1:]] == [True] * count
    receipt(scene, None, "subscribed")
    if fault.startswith("F-410"):
        assert sum(one[-1:] not in (b"\0", b"\n") for one in read.payloads) >= 2


@pytest.mark.parametrize("layout", LAYOUTS)
def test_text_is_never_cut_inside_a_character(layout: str) -> None:
    octets = "MESSAGE\n\n🚪🚪🚪門門Tür\0".encode()
    for seed in range(200):
        framer = Framer(layout, str(seed))
        whole, message = b"", b""
        for send in framer.laid_out(octets):
            if isinstance(send, Join):
                whole += send.octets.lstrip(b"\n")
                continue
            assert isinstance(send, Send)
            first, payload = send.octets[0], send.octets[2:]
            message += payload
            if first & 0x80:
                message.decode()
                whole, message = whole + message, b""
        assert whole == octets
