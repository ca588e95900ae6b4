"""Decodes the same streams with our decoders and with second ones, and compares all that they say.

An input's first octet: bit 0 a client's stream; STOMP: bits 1 and 2 the version (1.2, 1.1, 1.0,
1.2); WebSocket: bit 1 permessage-deflate, bit 2 without context takeover.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from pathlib import Path

from stomp_decoder import Limits, StompDecoder
from streams import STREAMS
from websocket_decoder import FrameDecoder, MessageDecoder

BATCH = 500
VERSIONS = ["1.2", "1.1", "1.0", "1.2"]
STOMP_LIMITS = Limits(command_octets=16, header_count=8, header_octets=512, frame_octets=2048)
MESSAGE_LIMIT = 4096

Tokens = list[list[object]]


class Disagreement(Exception):
    pass


def agree(what: str, ours: object, theirs: object) -> None:
    if ours != theirs:
        raise Disagreement(f"{what}\n  ours:   {ours}\n  theirs: {theirs}")


def side_of(choice: int) -> str:
    return "client" if choice & 1 else "server"


def compare_stomp(stream: bytes, ours: dict[str, list[Tokens]]) -> None:
    choice = stream[0]
    decoder = StompDecoder(side_of(choice), VERSIONS[choice >> 1 & 3], STOMP_LIMITS)
    strictly, explained = ours["strict"], ours["explaining"]
    for attitude in (strictly, explained):
        for pieces in attitude[1:]:
            agree("whole and in pieces", attitude[0], pieces)
    agree("strict", strictly[0], decoder.decode(stream[1:]))
    before = []
    for token in explained[0]:
        if token[0] == "note":
            before.append(["violation", *token[1:]])
            break
        before.append(token)
    agree("strict and explaining up to the first deviation", strictly[0], before)


def without_place(tokens: Tokens) -> Tokens:
    """In which frame corrupt data are noticed depends on how far a decoder looks ahead."""
    return [token[:2] if token[1:2] == ["corrupt-deflate-data"] else token for token in tokens]


def compare_websocket(stream: bytes, ours: dict[str, list[Tokens]]) -> None:
    choice = stream[0]
    compressed = bool(choice & 2)
    for tokens in ours.values():
        for pieces in tokens[1:]:
            agree("whole and in pieces", tokens[0], pieces)
    frames = FrameDecoder(side_of(choice), MESSAGE_LIMIT, compressed)
    agree("frames", ours["frames"][0], frames.decode(stream[1:]))
    messages = MessageDecoder(side_of(choice), MESSAGE_LIMIT, compressed, takeover=not choice & 4)
    theirs = messages.decode(stream[1:])
    agree("messages", without_place(ours["messages"][0]), without_place(theirs))


COMPARE = {"stomp": compare_stomp, "websocket": compare_websocket}


def decode(program: Path, what: str, streams: list[bytes]) -> list[dict[str, list[Tokens]]]:
    octets = b"".join(len(stream).to_bytes(4, "big") + stream for stream in streams)
    done = subprocess.run([program, what], input=octets, capture_output=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) != len(streams):
        broken = streams[min(len(lines), len(streams) - 1)]
        raise Disagreement(
            f"our decoder ended with {done.returncode} at {broken.hex()}\n"
            f"{done.stderr.decode(errors='replace')}"
        )
    return [json.loads(line) for line in lines]


def compare(program: Path, what: str, streams: list[bytes]) -> None:
    for stream, ours in zip(streams, decode(program, what, streams), strict=True):
        try:
            COMPARE[what](stream, ours)
        except Disagreement as found:
            raise Disagreement(
                f"{what}: {found}\n  input (octets in hexadecimal): {stream.hex()}"
            ) from None


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="our decoders: the target `decode`")
    parser.add_argument(
        "--seed", type=int, help="of the streams; without it a new one, which is printed"
    )
    parser.add_argument(
        "--inputs", type=int, default=0, help="streams a decoder; 0: as many as there is time for"
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--again", nargs=2, metavar=("DECODER", "HEX"), help="one input alone")
    return parser.parse_args()


def run(given: argparse.Namespace) -> None:
    if given.again:
        compare(given.program, given.again[0], [bytes.fromhex(given.again[1])])
        return
    seed = given.seed if given.seed is not None else random.SystemRandom().getrandbits(32)
    began = time.monotonic()
    counts = dict.fromkeys(STREAMS, 0)
    rngs = {what: random.Random(f"{seed} {what}") for what in STREAMS}
    more = True
    while more:
        for what, stream in STREAMS.items():
            batch = min(BATCH, given.inputs - counts[what]) if given.inputs else BATCH
            compare(given.program, what, [stream(rngs[what]) for _ in range(batch)])
            counts[what] += batch
        more = (
            counts["stomp"] < given.inputs
            if given.inputs
            else time.monotonic() - began < given.seconds
        )
    told = ", ".join(f"{count} {what} streams" for what, count in counts.items())
    print(f"{'differential':<22} {told} agree (seed {seed})")


def main() -> int:
    given = arguments()
    try:
        run(given)
    except Disagreement as found:
        print(f"DISAGREEMENT: {found}")
        print(f"  again: {sys.executable} {__file__} {given.program} --again DECODER HEX")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
