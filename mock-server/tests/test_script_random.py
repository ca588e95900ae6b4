"""Random scripts against clients that behave at random: nothing breaks, nothing is left behind.

RHOMBUS_RANDOM_SCRIPTS=1000 runs so many other ones, and makes small what it finds."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from drawn_scripts import Value, clients, dumped, files
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from inside import Inside, descriptors
from wire import MASK, WS_KEY

from rhombus_mock.faults.catalogue import UnknownFault
from rhombus_mock.plan import Plan
from rhombus_mock.running.scenario import Scenario
from rhombus_mock.script import check, reading
from rhombus_mock.script.file import InvalidFile, ScenarioFile, load_text

WANTED = os.environ.get("RHOMBUS_RANDOM_SCRIPTS", "")
SCENARIOS = Path(__file__).parents[2] / "scenarios"
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/schema/transcript.schema.json").read_text("utf-8")
)
LOOKED_AT = 200
"""Records of one journal that are held against the schema."""


def examples(usual: int) -> settings:
    return settings(
        max_examples=int(WANTED or usual),
        derandomize=not WANTED,
        deadline=None,
        database=None,
        phases=[*Phase] if WANTED else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@examples(60)
@given(files())
def test_a_valid_script_is_read_as_it_was_written_and_has_no_error(file: Value) -> None:
    document = reading.read(dumped(file))
    assert document.value == file
    assert check.problems(document) == []
    check.problems(document, "warning")


@pytest.fixture(scope="module")
def inside() -> Iterator[Inside]:
    with Inside() as server:
        yield server


@examples(50)
@given(file=files(), behaviour=clients)
def test_whatever_the_client_does(
    inside: Inside, file: Value, behaviour: list[tuple[str, list[str]]]
) -> None:
    before = descriptors()
    tasks = inside.tasks()
    loaded = load_text(dumped(file), "random.yaml")
    framing = file["permute"]["framing"][0]
    try:
        scenario = inside.start(Plan(file=loaded, faults=loaded.specs(), framing=framing))
    except UnknownFault:
        return
    for host, actions in behaviour:
        with contextlib.suppress(OSError):
            _behave(scenario, host, actions)
    inside.end(scenario)
    _journal_is_whole(scenario.journal.path)
    assert inside.tasks() == tasks
    assert descriptors() - before == set()
    assert inside.complaints == []


def _behave(scenario: Scenario, host: str, actions: list[str]) -> None:
    address = scenario.address("ws" if host == "ws" else "rest")
    with socket.create_connection(address, 0.2) as raw:
        raw.settimeout(0.2)
        client = raw
        if not scenario.plain:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            client = context.wrap_socket(raw)
        with client:
            for action in actions:
                _act(client, action, scenario)


def _act(client: socket.socket, action: str, scenario: Scenario) -> None:
    org = scenario.described()["org"]
    said = {
        "upgrade": f"GET /websocket?x-auth-scheme=api-token HTTP/1.1\r\nHost: a\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {WS_KEY}\r\n"
        f"Sec-WebSocket-Version: 13\r\nx-auth-apikey: {scenario.account.api_key}\r\n\r\n".encode(),
        "post": f"POST /api/org/getOrgV2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
        f"x-auth-apikey: {scenario.account.api_key}\r\n\r\n{{}}".encode(),
        "connect": _frame(1, b"CONNECT\naccept-version:1.2\nheart-beat:20,20\n\n\0"),
        "subscribe": _frame(
            1, f'SUBSCRIBE\nid:a"\\c$\ndestination:/topic/change/{org}\n\n\0'.encode()
        ),
        "send": _frame(2, b"SEND\nid:1\ncontent-length:3\n\na\0b\0"),
        "disconnect": _frame(1, b"DISCONNECT\nreceipt:7\n\n\0"),
        "beat": _frame(1, b"\n"),
        "ping": _frame(9, b"1"),
        "close": _frame(8, b"\x03\xe8"),
        "garbage": b"\xff\x00\x16\x03garbage\r\n\r\n",
        "half": _frame(1, b"SEND\n\nabc")[:-2],
    }
    if action in said:
        client.sendall(said[action])
    elif action == "fin":
        client.shutdown(socket.SHUT_WR)
    else:
        _read_a_little(client)


def _read_a_little(client: socket.socket) -> None:
    """What comes until there is a pause, or for so long as nobody waits for a script's end."""
    end = time.monotonic() + 0.1
    client.settimeout(0.02)
    with contextlib.suppress(TimeoutError):
        while time.monotonic() < end and client.recv(65536):
            pass
    client.settimeout(0.2)


def _frame(opcode: int, payload: bytes) -> bytes:
    assert len(payload) < 126
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + MASK + payload


def _journal_is_whole(path: Path) -> None:
    records: list[dict[str, Any]] = [json.loads(line) for line in path.read_text().splitlines()]
    notes = [one["text"] for one in records if one["kind"] == "note"]
    assert not [text for text in notes if "defect" in text]
    assert [one["n"] for one in records] == list(range(len(records)))
    assert records[-1]["kind"] == "end"
    assert records[-1]["records"] == len(records)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    step = len(records) // LOOKED_AT + 1
    for record in [*records[::step], records[-1]]:
        validator.validate(record)


# ---- reading ------------------------------------------------------------------------------------

GOOD = [file.read_text("utf-8") for file in sorted(SCENARIOS.rglob("*.yaml"))]
PIECES = (
    *("{", "}", "[", "]", ": ", "- ", "\n", "'", '"', "|", ">", "&a ", "*a", "!!x ", "#", "\0"),
    *("\\", "${", "${sub}", "\t", "---\n", "? ", "\ud800", "\x85", "9" * 30, "true", "F-501"),
    *("after", "within", "hb.server", "[" * 400, "nth", "'\\x'", "connection-0", "0s", "-1"),
)
mutations = st.lists(
    st.tuples(
        st.sampled_from(["cut", "insert", "double", "swap"]),
        st.integers(0, 999),
        st.integers(1, 30),
        st.sampled_from(PIECES),
    ),
    min_size=1,
    max_size=4,
)


@examples(300)
@given(st.sampled_from([*GOOD, None]), files(), mutations)
def test_a_spoilt_file_is_refused_with_a_line_or_read(
    text: str | None, file: Value, changes: list[tuple[str, int, int, str]]
) -> None:
    spoilt = dumped(file).replace(", '", "\n , '") if text is None else text
    for kind, where, length, piece in changes:
        at = len(spoilt) * where // 1000
        head, middle, tail = spoilt[:at], spoilt[at : at + length], spoilt[at + length :]
        spoilt = {
            "cut": head + tail,
            "insert": head + piece + middle + tail,
            "double": head + middle * 2 + tail,
            "swap": head + piece + tail,
        }[kind]
    try:
        loaded = load_text(spoilt, "spoilt.yaml")
    except InvalidFile as invalid:
        lines = spoilt.count("\n") + spoilt.count("\r") + spoilt.count("\x85") + 2
        assert all(1 <= one.line <= lines and one.message for one in invalid.problems)
        return
    assert isinstance(loaded, ScenarioFile)
    assert loaded.specs() is not None
    check.problems(reading.read(spoilt), "warning")
