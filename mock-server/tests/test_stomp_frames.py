"""The codec: what it writes, and what it makes of octets cut anywhere."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhombus_mock.stomp.frames import Decoder, Frame, MalformedFrame
from rhombus_mock.wire.websocket import FrameDecoder, SeenFrame, frame_octets

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
NAME = TEXT.filter(bool)


@given(st.lists(st.tuples(NAME, TEXT), max_size=4), st.binary(max_size=30))
def test_what_is_written_is_read_back_cut_at_every_octet(
    headers: list[tuple[str, str]], body: bytes
) -> None:
    headers = [pair for pair in headers if pair[0] != "content-length"]
    frame = Frame("SEND", (*headers, ("content-length", str(len(body)))), body)
    octets = frame.encode() + b"\n"
    for cut in range(len(octets)):
        decoder = Decoder()
        assert decoder.receive(octets[:cut]) + decoder.receive(octets[cut:]) == [frame, None]


@pytest.mark.parametrize(
    "octets",
    [
        b"SEND\na\n\n\0",
        b"SEND\n:v\n\n\0",
        b"SEND\na:\\t\n\n\0",
        b"SEND\na:\\\n\n\0",
        b"SEND\na:b\0",
        b"SEND\ncontent-length:-1\n\n\0",
        b"SEND\ncontent-length:1\n\nab\0",
        b"SEND\na:b\rc\n\n\0",
        b"SUBSCRIBE\nid:1\n\nbody\0",
        b"SEND\na:\xff\n\n\0",
    ],
)
def test_malformed_frames_are_refused(octets: bytes) -> None:
    with pytest.raises(MalformedFrame):
        Decoder().receive(octets)


@given(st.binary(max_size=200))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    with contextlib.suppress(MalformedFrame):
        Decoder().receive(octets)


@given(
    st.integers(0, 15),
    st.sampled_from([0, 1, 125, 126, 200, 65535, 65536]),
    st.integers(0, 7),
    st.integers(1, 9),
)
def test_any_websocket_frame_is_seen_as_it_is(
    opcode: int, length: int, rsv: int, step: int
) -> None:
    payload = b"x" * length
    octets = frame_octets(opcode, payload, first=0x80 | rsv << 4)
    decoder = FrameDecoder(max_payload=1 << 20)
    head, tail = octets[:step], octets[step:]
    seen = decoder.receive(head, 1) + (decoder.receive(tail, 2) if tail else [])
    assert seen == [SeenFrame(True, rsv, opcode, None, payload, 1)]
