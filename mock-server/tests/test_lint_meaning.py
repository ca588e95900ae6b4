"""What `rhombus-mock lint` says beyond the schema: one small file for each sentence."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest

from rhombus_mock.connections.framing import FRAMINGS, LAYOUTS
from rhombus_mock.script import check, reading, reference, shape
from rhombus_mock.script.lint import lint_command
from rhombus_mock.service.habits import Habits

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HEAD = "format: 1\nid: a/b\ntitle: t\nexpect: [{requirement: R-409}]\n"
NORMAL = "{handshake: normal}"


def steps(*more: str, match: str = "match: every") -> str:
    return f"connections: [{{{match}, steps: [{', '.join(more)}]}}]"


ERRORS = {
    steps("{await: {frame: CONNECT, beat: true}}"): "exactly one of upgrade, frame, beat, close, "
    "events is expected in steps[0]",
    steps("{await: {close: true, has: [a]}}"): "'has' goes with 'frame' in steps[0]",
    steps("{await: {frame: SEND, else: go-on}}"): "'else' goes with 'within' in steps[0]",
    steps("{await: {frame: SEND, within: 1s, els: {}}}"): "unknown key 'els' in steps[0].await; "
    "did you mean 'else'?",
    steps("{await: {frame: SEND, within: 1s, else: {clos: 1}}}"): "unknown key 'clos' in "
    "steps[0].await.else; did you mean 'close'?",
    steps("{await: {frame: SEND, matches: {a: '['}}}"): "'[' is no regular expression: "
    "unterminated character set at position 0",
    steps("{await: {frame: MESSAGE}}"): "never comes: MESSAGE is a frame of the server",
    steps("{await: {upgrade: /ws}}"): "only /websocket is upgraded; not /ws",
    steps(NORMAL, "{await: {upgrade: /websocket}}"): "never comes: the connection is upgraded "
    "already",
    steps(NORMAL, "{close: 1000}", "{await: {frame: SEND}}"): "never comes: SEND behind a Close",
    steps(NORMAL, "{abort: rst}", "{hold: 1s}"): "behind an abort nothing is done: steps[2]",
    steps(NORMAL, "{close: {reason: x}}"): "'reason' goes with 'code' in steps[1]",
    steps(NORMAL, f"{{close: {{code: 1000, reason: {'x' * 124}}}}}"): "'reason' is longer than "
    "123 octets",
    steps(NORMAL, "{send: {event: {}, as: text}}"): "'as' goes with 'raw' in steps[1]",
    steps(NORMAL, "{beats: {every: 0s}}"): "'every' is more than nothing; not 0s",
    steps(NORMAL, "{beats: {every: 1s, for: 2s, until: close}}"): "at most one of for, until is "
    "expected in steps[1]",
    steps(NORMAL, "{hold: {for: 1s, at_most: 2s}}"): "'at_most' goes with 'until' in steps[1]",
    steps(NORMAL, "{hold: 8000h}"): "'8000h' is longer than 7 days",
    steps(NORMAL, "{events: {for: 1s}}"): "'for' goes with 'rate' in steps[1]",
    steps(NORMAL, "{events: {event: {}}}"): "'rate' or 'count' is missing in steps[1]",
    steps(NORMAL, "{events: {rate: 0/s}}"): "'rate' is more than nothing; not 0/s",
    steps(NORMAL, "{events: {count: 3, gaps: [4]}}"): "'gaps' names an event behind the last, 3 "
    "in steps[1]",
    steps(NORMAL, "{events: {count: 3, order: [1, 1, 3]}}"): "'order' holds each number from 1 to "
    "3 once in steps[1]",
    steps(NORMAL, "{events: {count: 3, octets: {min: 9, max: 8}}}"): "'min' is more than 'max' in "
    "steps[1]",
    steps(NORMAL, "{send: {event: {}, subscription: '${subb}'}}"): "nothing was saved as 'subb' "
    "in steps[1]; did you mean 'sub'?",
    steps("{send: {event: {}, subscription: '${sub}'}}"): "nothing was saved as 'sub' in steps[0]",
    steps(NORMAL, match="match: first, nth: 2"): "'nth' goes with match: nth, and only there",
    steps(NORMAL, match="match: range, from: 3, to: 2"): "'to' is less than 'from' in "
    "connections[0]",
    steps(NORMAL, "{fault: {id: F-501, as: a}}", "{fault: {id: F-013, as: a}}"): "two faults of "
    "this connection are called 'a'",
    steps(NORMAL, "{fault: {id: F-201}}"): "F-201 can never fire: it acts ahead of the upgrade, "
    "which is past",
    steps("{hold: 1s}", "{fault: {id: F-007}}"): "F-007/rst can never fire: it acts when TCP is "
    "accepted, which is past",
    steps(NORMAL, "{fault: {id: F-457}}"): "F-457 can never fire: it changes CONNECTED, which is "
    "past",
    steps("{await: {upgrade: /websocket}}", "{fault: {id: F-403}}"): "F-403 can never fire: the "
    "steps never say CONNECTED",
    steps(NORMAL, "{fault: {id: F-501, after: 3events}}", "{events: {count: 2}}"): "F-501 can "
    "never fire: it waits for 3 events, and only 2 come behind it",
    steps(NORMAL, "{fault: {id: F-501, times: 0}}"): "F-501 can never fire: 'times' is 0",
    steps(NORMAL, "{fault: {id: F-501, connection: 2}}", match="match: first"): "F-501 can never "
    "fire: not on the connections of this block",
    steps(NORMAL, "{fault: {id: F-151}}"): "F-151 is the REST host's: list it under 'faults'",
    "faults: [F-101]\nscheme: ws": "F-101/expired can never fire: it needs TLS, and 'scheme' is ws",
    "faults: [F-403]\n" + steps("{await: {close: true}}"): "F-403 can never fire: the steps never "
    "say CONNECTED",
    "faults: ['F-403:after=2events']\n" + steps(NORMAL): "F-403 can never fire: it waits for 2 "
    "events, and only 0 come behind it",
    "connections: [{match: first, steps: []}, {match: nth, nth: 1, steps: []}]": "no connection "
    "is left for this block",
    "rest: [{request: GET /a, reply: {status: 200, body: a, json: {}}}]": "at most one of json, "
    "body, raw is expected in rest[0]",
    "rest: [{request: GET /a, reply: {status: 200, raw: a, headers: {}}}]": "'raw' is the whole "
    "response: no 'headers' beside it",
    "rest: [{request: GET /a, reply: {status: 200, after: hb.server}}]": "'hb.server' is not a "
    "duration such as 250ms, 10s or 2m",
    "rest: [{request: GET /a, reply: {status: 200, json: {a: ['${ogr}']}}}]": "nothing was saved "
    "as 'ogr' in rest[0]; did you mean 'org'?",
    "rest: [{request: GET /a, reply: {status: 200}}, {request: GET /a, reply: {status: 500}}]": "a "
    "route above answers all such requests",
}
WARNINGS = {
    steps("{await: {upgrade: /websocket}}", "{await: {frame: SEND, save: {x: id}}}"): "'x' is "
    "saved and never used",
    steps("{await: {frame: SUBSCRIB}}"): "SUBSCRIB is no frame of STOMP 1.2; did you mean "
    "'SUBSCRIBE'?",
    steps("{hold: 1s}", "{send: {raw: a}}"): "may come ahead of the upgrade; await it first: "
    "steps[1]",
    steps(NORMAL, "{hold: {until: connection-1}}"): "connection 1 is there already",
    steps("{handshake: {headers: {heart-beat: '0,0'}}}", "{hold: 2 * hb.server}"): "'2 * "
    "hb.server' rests on a heart-beat that this file does not offer",
    "server: {heart_beat: '10000,0'}\n"
    + steps(NORMAL, "{beats: {every: hb.client}}"): "'hb.client'"
    " rests on a heart-beat that this file does not offer",
    "permute: {framing: [whole, binary]}\n" + steps(NORMAL, "{hold: 5s}"): "a scenario that waits "
    "is run once for each framing of 'permute'",
    "killed_by: {R-410: never-beats}": "'R-410' is not expected here",
}


def linted(yaml: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
    file = tmp_path / "a.yaml"
    file.write_text(HEAD + yaml + "\n")
    code = lint_command([str(file), *more])
    lines = capsys.readouterr().out.splitlines()
    assert code == (2 if any(": warning: " not in line or more for line in lines) else 0)
    return [line.removeprefix(f"{file}:") for line in lines]


@pytest.mark.parametrize("yaml", ERRORS)
def test_errors(yaml: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [line.partition(": ")[2] for line in linted(yaml, tmp_path, capsys)]
    assert ERRORS[yaml] in texts


@pytest.mark.parametrize("yaml", WARNINGS)
def test_warnings(yaml: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [line.partition(": ")[2] for line in linted(yaml, tmp_path, capsys)]
    assert texts == [f"warning: {WARNINGS[yaml]}"]
    assert linted(yaml, tmp_path, capsys, "--strict")


GOOD = r"""
seed: 3
scheme: ws
server: {heart_beat: '200,200', events: 0}
rest:
  - request: POST /api/org/getOrgV2
    nth: 2
    times: 2
    reply: {status: 200, json: {org: {uuid: '${org}', of: '${who}'}}, without: [Content-Type]}
  - request: POST /api/org/getOrgV2
    reply: {status: 200, raw: 'HTTP/1.1 200 OK\r\n\r\n', after: 1s, end: fin}
connections:
  - match: first
    steps:
      - fault: {id: F-011}
      - await: {upgrade: /websocket}
      - await:
          frame: CONNECT
          headers: {accept-version: '1.2'}
          matches: {heart-beat: '[0-9]+,[0-9]+'}
          has: [heart-beat]
          lacks: [receipt]
          save: {who: login}
          within: 5s
          else: {close: {code: 1008, reason: '${org}'}}
      - send: {frame: CONNECTED, headers: {heart-beat: '200,200', x: '${who}'}, after: 10ms}
      - beats: {every: 1s, until: {frame: SUBSCRIBE, has: [id]}}
      - fault: {id: F-403, after: 2events}
      - events: {count: 9, gaps: [4], duplicates: {every: 3, times: 3}, order: [3, 1, 2]}
      - beats: none
      - hold: {until: close, at_most: 6 * hb.server}
  - match: range
    from: 2
    to: 4
    steps:
      - handshake: {headers: {heart-beat: '1,1'}, without: [version], until: connected}
      - events: {rate: 50/s, burst: 5, entities: {A: 1}, octets: {min: 2, max: 9}, order: shuffled}
      - await: {events: 5}
      - abort: fin
  - match: later
    steps: [{handshake: normal}, {events: {rate: 1/s, until: connection-9}}, {close: {}}]
"""


def test_a_file_with_everything_has_nothing_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert linted(GOOD, tmp_path, capsys) == []


def test_a_folder_is_all_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c").mkdir()
    for name in ("b", "c/a"):
        (tmp_path / f"{name}.yaml").write_text(HEAD)
    assert lint_command(["--format", "json", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in told] == [str(tmp_path / n) for n in ("b.yaml", "c/a.yaml")]
    assert lint_command([str(tmp_path / "d")]) == 2
    assert lint_command([str(tmp_path / "c" / "a.yaml"), str(tmp_path / "d")]) == 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (f"a: {'9' * 5000}", 1, f"the integer {'9' * 24} has more than 63 bits"),
        ("a: 9223372036854775808", 1, "the integer 9223372036854775808 has more than 63 bits"),
        (f"a:\n  {'[' * 100}{']' * 100}", 2, "deeper than 64 levels"),
        ("a: b\nc: '\0'", 2, "the character 0x0 is not allowed"),
        ('a: b\nc: "\\uD800"', 2, "half of a surrogate pair is no text"),
        ("a: b\n---\nc: d", 2, "but found another document"),
        ("a: b\n? [c]\n: d", 2, "a key is not a word"),
        (
            "a: !!python/none x",
            1,
            "the tag tag:yaml.org,2002:python/none is not part of the format",
        ),
        (" " * (1 << 20) + "a", 1, "longer than 1 MiB"),
    ],
)
def test_what_is_not_read(text: str, line: int, message: str) -> None:
    with pytest.raises(reading.Unreadable) as caught:
        reading.read(text)
    assert (caught.value.line, str(caught.value)) == (line, message)


def test_every_member_of_the_schema_is_described_and_has_an_example() -> None:
    bare: list[str] = []

    def look(part: dict[str, object], path: str) -> None:
        if "$ref" in part:
            part = {**shape.schema()["$defs"][str(part["$ref"]).rpartition("/")[2]], **part}
        elif "description" not in part or not ({"examples", "const"} & set(part) or "[]" in path):
            bare.append(path)
        properties = part.get("properties", {})
        assert isinstance(properties, dict)
        for name, inner in properties.items():
            look(inner, f"{path}.{name}")
        if isinstance(items := part.get("items"), dict):
            look(items, f"{path}[]")

    for name, part in shape.schema()["properties"].items():
        look(part, name)
    assert bare == []


def test_the_examples_are_as_the_schema_says() -> None:
    def look(part: object) -> None:
        if isinstance(part, dict):
            within = {"$defs": shape.schema()["$defs"], **part}
            for example in (
                part.get("examples", []) if isinstance(part.get("examples"), list) else []
            ):
                jsonschema.validate(example, within, jsonschema.Draft202012Validator)
            for one in part.values():
                look(one)

    look(shape.schema())


def test_the_readme_has_every_key() -> None:
    page = (SCENARIOS / "README.md").read_text("utf-8")
    assert reference.put_into(page) == page


def test_the_example_of_the_readme_has_nothing_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (SCENARIOS / "README.md").read_text("utf-8")
    example = page.partition("```yaml\nconnections:")[2].partition("```")[0]
    assert linted("connections:" + example, tmp_path, capsys) == []


def test_every_scenario_of_the_folder_has_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_command(["--strict", str(SCENARIOS)]) == 0
    assert capsys.readouterr().out == ""


def test_the_schema_can_be_had(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        lint_command(["--schema"])
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((SCENARIOS / "schema.json").read_text("utf-8"))


def test_the_framings_are_those_of_the_server() -> None:
    defined = shape.schema()["$defs"]
    assert defined["framing"]["enum"] == [*FRAMINGS]
    block = shape.schema()["properties"]["connections"]["items"]
    send = block["properties"]["steps"]["items"]["properties"]["send"]
    assert send["properties"]["layout"]["enum"] == [*LAYOUTS]


def test_the_habits_are_those_of_the_server() -> None:
    described = shape.schema()["properties"]["server"]["properties"]
    assert list(described) == [one.name for one in dataclasses.fields(Habits)]
    for one in dataclasses.fields(Habits):
        choices = one.metadata.get("choices", ())
        assert [str(value) for value in described[one.name]["examples"]][: len(choices)] == [
            *choices
        ]


def test_a_warning_does_not_refuse_a_file() -> None:
    document = reading.read(HEAD + "killed_by: {R-410: never-beats}")
    assert check.problems(document) == []
    assert check.problems(document, "warning") == [(5, "'R-410' is not expected here")]
