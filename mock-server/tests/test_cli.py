"""What people see of it: the block, the lines on a terminal, the list of faults, --explain."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from wire import BOUND, Mock, Scene

from rhombus_mock.display.demonstration import demonstrated
from rhombus_mock.display.listing import explained, table
from rhombus_mock.display.narration import Narration
from rhombus_mock.faults import catalogue

MOCK = [sys.executable, "-m", "rhombus_mock"]
IDS = sorted((Path(__file__).parent / "data/fault-ids.txt").read_text("utf-8").split())


def block(*arguments: str) -> str:
    """What it prints to a pipe when it listens."""
    process = subprocess.Popen([*MOCK, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "/shutdown" in line:
            break
    process.terminate()
    rest = process.stdout.read()
    assert process.wait(BOUND) == 0
    process.stdout.close()
    assert rest == ""
    return "".join(lines)


def test_the_block_can_be_pasted_into_a_shell() -> None:
    text = block("--fault", "F-401:after=1s")
    shown = subprocess.run(
        ["/bin/sh", "-eu"],
        input=f"{text}\nenv",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stderr == ""
    found = dict(line.split("=", 1) for line in shown.stdout.splitlines() if "=" in line)
    assert found["RHOMBUS_WS_URL"].startswith("wss://127.0.0.1:")
    assert found["RHOMBUS_API_URL"] == found["RHOMBUS_ENDPOINT_URL"]
    assert found["SSL_CERT_FILE"] == found["NODE_EXTRA_CA_CERTS"] == found["CURL_CA_BUNDLE"]
    assert found["RHOMBUS_API_KEY"] in text
    assert "F-401:after=1s  CONNECTED without NUL" in text


def test_without_TLS_no_CA_is_exported() -> None:
    text = block("--plain")
    assert "export RHOMBUS_WS_URL=ws://127.0.0.1:" in text
    assert "SSL_CERT_FILE" not in text
    assert "nothing: a faultless Rhombus" in text


@contextlib.contextmanager
def on_a_terminal(*arguments: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The terminal's other end, and what the block exports."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*MOCK, *arguments], stdout=theirs, stdin=subprocess.DEVNULL)
    os.close(theirs)
    try:
        text = said(ours, "/shutdown")
        exports = [line[7:].split("=", 1) for line in text.splitlines() if line[:7] == "export "]
        yield ours, {name: value.strip() for name, value in exports}
    finally:
        process.terminate()
        assert process.wait(BOUND) == 0
        os.close(ours)


def said(terminal: int, until: str) -> str:
    """What it says up to that text."""
    octets, deadline = b"", time.monotonic() + BOUND
    while until.encode() not in octets:
        left = deadline - time.monotonic()
        assert left > 0, octets
        if select.select([terminal], [], [], left)[0]:
            octets += os.read(terminal, 65536)
    return octets.decode()


def scene_of(mock: Mock, exports: dict[str, str]) -> Scene:
    info = {
        "id": "default",
        "org": exports["RHOMBUS_ORG_UUID"],
        "api_key": exports["RHOMBUS_API_KEY"],
        "ws_url": exports["RHOMBUS_WS_URL"],
    }
    return Scene(mock, info)


def test_on_a_terminal_it_tells_what_the_client_does(mock: Mock) -> None:
    with on_a_terminal("--plain", "--events", "0", "--fault", "F-351/1001:after=0s") as (tty, env):
        scene = scene_of(mock, env)
        wire = scene.subscribed()
        wire.text("SEND\ndestination:/a\x1b[2J" + "x" * 500 + "\n\n\0")
        wire.frame()
        wire.close()
        text = said(tty, "client ended TCP")
    for part in (
        "#1   connected to WebSocket",
        "#1   GET /websocket?x-auth-scheme=api-token got 101",
        "#1   client said CONNECT accept-version:1.2 heart-beat:0,0",
        "#1   server said CONNECTED version:1.2",
        f"#1   client said SUBSCRIBE id:sub-0 destination:/topic/change/{scene.org}",
        "#1   fault F-351/1001 injected: 4 octets",
        "#1   server sent Close 1001",
        r"#1   client said SEND destination:/a\x1b[2Jxxx",
    ):
        assert part in text, (part, text)
    assert "\x1b" not in text
    assert scene.key not in text
    assert max(len(line) for line in text.splitlines()) < 200


def test_quiet_says_the_block_and_no_more(mock: Mock) -> None:
    with on_a_terminal("--plain", "--quiet") as (tty, env):
        scene = scene_of(mock, env)
        scene.connected().close()
        os.set_blocking(tty, False)
        with contextlib.suppress(BlockingIOError):
            assert os.read(tty, 1000).strip() == b""


def test_a_stopped_terminal_does_not_hold_up_the_server(mock: Mock) -> None:
    with on_a_terminal("--plain", "--events", "0") as (tty, env):
        scene = scene_of(mock, env)
        for _ in range(1500):  # nobody reads: a terminal holds some KiB
            scene.raw().close()
        scene.connected().close()
        octets, deadline = b"", time.monotonic() + BOUND
        while b"lines left out; the journal has all" not in octets:
            assert time.monotonic() < deadline, octets
            if select.select([tty], [], [], 0.1)[0]:
                octets += os.read(tty, 65536)
            else:
                scene.raw().close()  # what is said next says it


def test_lines_are_bounded_and_cannot_move_the_cursor() -> None:
    record = {"kind": "note", "conn": 0, "wall": "2026-01-01T00:00:00.000Z", "from": "tool"}
    line = Narration().line({**record, "text": "\x1b]0;\x9b\u202e" + "a" * 1000})
    assert line is not None
    assert line.startswith("00:00:00.000 -    \\x1b]0;\\x9b\\x202eaaa")
    assert len(line) < 200


def test_every_fault_of_the_catalogue_is_listed() -> None:
    listed = subprocess.run(
        [*MOCK, "--list-faults", "--format", "json"], capture_output=True, check=True
    )
    assert [one["id"] for one in json.loads(listed.stdout)["faults"]] == IDS


def test_every_listed_fault_is_of_the_catalogue_in_its_order() -> None:
    known = list(catalogue.entries())
    assert known == sorted(set(known) & set(IDS))


def test_the_table_names_every_variant_within_100_columns() -> None:
    text = table()
    assert max(map(len, text.splitlines())) <= 100
    for identity, entry in catalogue.entries().items():
        assert f"\n  {identity} " in text
        for variant in entry["variants"]:
            assert f"/{variant['name']}" in text
    assert "F-011                  ok Every write is cut into segments of 1 octet" in text


@pytest.mark.parametrize("identity", catalogue.entries())
def test_every_variant_is_explained(identity: str) -> None:
    entry = catalogue.entry_of(identity)
    for variant in entry["variants"] or [{"name": ""}]:
        spec = catalogue.spec(f"{identity}/{variant['name']}".rstrip("/"), {})
        text = explained(spec)
        assert f"rhombus-mock --fault {spec.name}\n" in text
        assert "A good client: " in text
        assert len(text) < 20_000


def test_an_explanation_is_octet_for_octet() -> None:
    text = explained(catalogue.parse("F-401"))
    assert r"message: CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n" + "\n" in text
    assert demonstrated(catalogue.parse("F-351/1001")) == [
        "when it goes live:",
        r"  octets: 88 02 \x03\xe9",
    ]
    assert demonstrated(catalogue.parse("F-011:octets=3")) == [
        "when it goes live:",
        "  TCP writes are so short from now on, in octets (octets=3)",
    ]
