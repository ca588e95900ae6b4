"""The control endpoint, the ready line, and how a run ends."""

from __future__ import annotations

import concurrent.futures
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from wire import BOUND, Mock, Scene, answer, post, running, select_nothing

TOP = Path(__file__).parents[2]
GOOD = str(Path(__file__).parent / "data/good")
READY = ["rest_url", "ws_url", "ca_file", "api_key", "org", "control_url", "journal"]


def test_the_ready_line_has_exactly_these_members(mock: Mock) -> None:
    assert list(mock.ready) == READY


def test_the_folder_is_private_and_gone_afterwards() -> None:
    with running() as one:
        folder = Path(one.ready["ca_file"]).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert one.process.returncode == 0
    assert not folder.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    with running("--journal", str(tmp_path / "journal.jsonl")) as one:
        scene = Scene(one, {**one.ready, "id": "default"})
        wire = scene.subscribed("10000,10000")
        one.process.send_signal(number)
        assert one.process.wait(BOUND) == 0
        wire.close()
    last = json.loads((tmp_path / "journal.jsonl").read_text().splitlines()[-1])
    assert (last["kind"], last["reason"]) == ("end", number.name)


def test_end_of_input_ends_it() -> None:
    with running() as one:
        assert one.stop() == 0
    assert one.leftover == b""


def test_shutdown() -> None:
    with running() as one:
        assert one.control("POST", "/shutdown") == (200, {})
        assert one.process.wait(BOUND) == 0


def test_without_the_path_token_nothing_is_there(mock: Mock) -> None:
    url = mock.ready["control_url"]
    mock.ready["control_url"] = url.rsplit("/", 1)[0] + "/guess"
    try:
        assert mock.control("POST", "/shutdown")[0] == 404
    finally:
        mock.ready["control_url"] = url


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"faults": ["F-999"]}, "unknown fault 'F-999'"),
        ({"faults": ["F-203/405"]}, "F-203 has no variant '405'; did you mean '407'?"),
        ({"faults": ["F-011:octet=2"]}, "F-011 has no parameter 'octet'; did you mean 'octets'?"),
        ({"fault": []}, "unknown member 'fault'; did you mean 'faults'?"),
        ({"max_connections": 0}, "max_connections is an integer from 1 to 1000000"),
        ({"opening_timeout": "1"}, "'1' is not a duration such as 250ms, 10s or 2m"),
        ({"faults": "F-203"}, "faults is a list of strings such as F-203/404"),
        ({"variant": {"framing": "odd"}}, "framing is one of whole, split-frame"),
        ({"habits": {"no_keys": "401"}}, "unknown habit 'no_keys'; did you mean 'no_key'?"),
        ({"file": "/nowhere.yaml"}, "/nowhere.yaml:1: cannot be read"),
        ({"seed": "x"}, "seed is an integer"),
        ({"journal": "/nowhere/journal"}, "No such file or directory: /nowhere/journal"),
    ],
)
def test_refusals_say_what_is_wrong(mock: Mock, body: dict[str, object], text: str) -> None:
    status, refused = mock.control("POST", "/scenarios", body)
    assert 400 <= status < 500
    assert refused["error"].startswith(text)


def test_unknown_scenarios(mock: Mock) -> None:
    assert mock.control("DELETE", "/scenarios/s0") == (404, {"error": "no scenario 's0'"})


def test_a_fault_armed_later_hits_open_connections(mock: Mock) -> None:
    scene = mock.scenario()
    wire = scene.subscribed()
    scene.wait_for("ws.frame", **{"from": "client"})
    wire.client_frame(9)
    wire.frame()
    status, armed = mock.control(
        "POST", f"/scenarios/{scene.id}/faults", {"faults": ["F-351/1001:after=0s"]}
    )
    assert (status, armed) == (200, {"armed": ["F-351/1001:after=0s"]})
    assert wire.frame() == (0x88, b"\x03\xe9")


def test_a_disarmed_fault_is_injected_no_more_and_its_habits_go_with_it(mock: Mock) -> None:
    scene = mock.scenario("F-201", "F-011")
    path = f"/scenarios/{scene.id}/faults"
    armed = mock.control("GET", path)[1]["faults"]
    assert [one["fault"] for one in armed] == ["F-201", "F-011"]
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    assert answer(wire)[0].startswith("HTTP/1.1 401 ")
    assert mock.control("GET", path)[1]["faults"][0]["injected"] == 1

    assert mock.control("DELETE", f"{path}/F-201") == (200, {"disarmed": ["F-201"]})
    wire.write(scene.upgrade_request())
    assert wire.head().startswith("HTTP/1.1 101 ")
    assert mock.control("DELETE", path) == (200, {"disarmed": ["F-011"]})
    assert mock.control("GET", path) == (200, {"faults": []})
    assert mock.control("DELETE", f"{path}/F-203/404") == (
        404,
        {"error": "no fault 'F-203/404' is armed"},
    )


def test_a_fault_of_the_port_is_not_disarmed(mock: Mock) -> None:
    scene = mock.scenario("F-005")
    status, refused = mock.control("DELETE", f"/scenarios/{scene.id}/faults/F-005")
    assert (status, refused["error"]) == (400, "F-005 is of the port: end the scenario instead")


def test_what_there_is_can_be_listed(mock: Mock) -> None:
    scene = mock.scenario("F-401")
    listed = mock.control("GET", "")[1]
    assert {"default", scene.id} <= set(listed["scenarios"])
    assert "POST /scenarios" in listed["requests"]
    described = mock.control("GET", f"/scenarios/{scene.id}")[1]
    assert described["faults"] == [
        {"fault": "F-401", "parameters": {}, "title": "CONNECTED without NUL", "injected": 0}
    ]
    assert described["connections"] == 0
    assert described in mock.control("GET", "/scenarios")[1]["scenarios"]


def test_events_on_request(mock: Mock) -> None:
    scene = mock.scenario()
    wire = scene.subscribed()
    wire.client_frame(9)
    wire.frame()
    body = {"event": {"entity": "DOOR_STATE"}, "count": 2}
    assert mock.control("POST", f"/scenarios/{scene.id}/events", body) == (
        200,
        {"connections": 1, "count": 2},
    )
    assert wire.message().endswith(b'\n\n{"entity": "DOOR_STATE"}\0')
    assert b"message-id:2" in wire.message()
    mock.control("POST", f"/scenarios/{scene.id}/events", {"rate": "50/s"})
    wire.message()


def test_the_journal_is_served_and_ended(mock: Mock) -> None:
    scene = mock.scenario()
    status, text = mock.control("GET", f"/scenarios/{scene.id}/journal")
    assert status == 200
    assert json.loads(text if isinstance(text, str) else json.dumps(text))["kind"] == "header"
    assert scene.end()[-1]["kind"] == "end"


def records(mock: Mock, scene: Scene, query: str) -> list[dict[str, object]]:
    text = mock.control("GET", f"/scenarios/{scene.id}/journal?{query}")[1]
    lines = json.dumps(text) if isinstance(text, dict) else text
    return [json.loads(line) for line in lines.splitlines()]


def test_the_journal_from_a_number_on_and_of_a_kind(mock: Mock) -> None:
    scene = mock.scenario("F-401")
    for _ in range(300):
        scene.raw().close()
    scene.wait_for("tcp.closed", conn=300)
    every = scene.journal()
    assert records(mock, scene, "from=400")[0] == every[400]
    assert [one["conn"] for one in records(mock, scene, "from=256&kind=tcp.connected")] == [
        one["conn"] for one in every[256:] if one["kind"] == "tcp.connected"
    ]
    assert records(mock, scene, "from=99999") == []
    assert mock.control("GET", f"/scenarios/{scene.id}/journal?from=x") == (
        400,
        {"error": "from is an integer from 0 to 4611686018427387904"},
    )


def test_the_journal_is_waited_for(mock: Mock) -> None:
    scene = mock.scenario()
    first = len(scene.journal())
    start = time.monotonic()
    assert records(mock, scene, f"from={first}&wait=200ms") == []
    assert time.monotonic() - start >= 0.2
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        of_a_kind = pool.submit(records, mock, scene, "kind=tcp.closed&wait=10s")
        any_kind = pool.submit(records, mock, scene, f"from={first}&wait=10s")
        scene.raw().close()
        assert of_a_kind.result(BOUND)[0]["conn"] == 1
        assert any_kind.result(BOUND)[0]["n"] == first


def test_who_waits_for_a_journal_learns_of_its_end(mock: Mock) -> None:
    scene = mock.scenario()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(records, mock, scene, "kind=tcp.failed&wait=10s")
        start = time.monotonic()
        select_nothing(0.1)
        scene.end()
        assert waiting.result(BOUND) == []
        assert time.monotonic() - start < 8


def test_a_hundred_scenarios_at_once(mock: Mock) -> None:
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        scenes = list(pool.map(lambda _: mock.scenario(plain=False), range(100)))
    assert time.monotonic() - start < 8
    assert len({scene.info["ws_url"] for scene in scenes}) == 100
    for scene in scenes[::20]:
        wire = scene.connect("rest")
        post(wire, scene.key)
        assert answer(wire)[0].startswith("HTTP/1.1 200 ")
    for scene in scenes:
        scene.end()


SCHEMA = json.loads((TOP / "docs/schema/mock-control.schema.json").read_text("utf-8"))


def valid(name: str, value: object) -> bool:
    schema = {"$defs": SCHEMA["$defs"], **SCHEMA["$defs"][name]}
    return jsonschema.Draft202012Validator(schema).is_valid(value)


def test_published_shapes_of_requests_and_answers(mock: Mock) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    asked = {"faults": ["F-401"], "plain": True, "opening_timeout": "2s", "max_connections": 5}
    assert valid("POST scenarios", asked)
    assert not valid("POST scenarios", {"fault": []})
    status, started = mock.control("POST", "/scenarios", asked)
    assert status == 200
    path = f"/scenarios/{started['id']}"
    for method, where, body, name in (
        ("GET", "", None, "GET"),
        ("GET", "/scenarios", None, "GET scenarios"),
        ("GET", path, None, "GET scenarios/ID"),
        ("POST", f"{path}/faults", {"fault": "F-011:octets=2"}, "POST faults"),
        ("GET", f"{path}/faults", None, "GET faults"),
        ("DELETE", f"{path}/faults", None, "DELETE faults"),
        ("POST", f"{path}/events", {"event": "x", "count": 1}, "POST events"),
        ("POST", f"{path}/events", {"rate": "0"}, "POST events"),
        ("DELETE", path, None, "DELETE scenarios/ID"),
        ("DELETE", path, None, "refused"),
    ):
        assert body is None or valid(name, body)
        answered = mock.control(method, where, body)[1]
        shape = name if body is None else f"{name}, answer"
        assert valid(shape, answered), (shape, answered)


def test_the_documented_examples_work() -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    text = (TOP / "docs/mock-control.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    calls = [line for block in blocks for line in block.splitlines()]
    assert len(calls) == 15
    # Ending comes last, as somebody would do it.
    calls.sort(key=lambda call: ("/shutdown" in call, 'DELETE "$CONTROL/scenarios/$ID"' in call))
    with running() as one:
        scene = one.scenario()
        variables = {
            "CONTROL": one.ready["control_url"],
            "ID": scene.id,
            "PATH": os.environ["PATH"],
        }
        for example in calls:
            call = example.replace("curl -s", "curl -sf").replace("/path/of/a/scenario", GOOD)
            done = subprocess.run(
                ["/bin/sh", "-c", call],
                env=variables,
                capture_output=True,
                timeout=BOUND,
                check=False,
            )
            assert done.returncode == 0, call
            assert b'"error"' not in done.stdout, (call, done.stdout)
        assert one.process.wait(BOUND) == 0


def test_requests_are_bounded(mock: Mock) -> None:
    status, refused = mock.control("POST", "/scenarios", {"yaml": "x" * 1_100_000})
    assert (status, refused) == (413, {"error": "body too long"})
    assert mock.control("POST", "/scenarios", [])[0] == 400


# ---- the command line ---------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "rhombus_mock", *arguments],
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr


USAGE = {
    "--fault F-40": "unknown fault 'F-40'; did you mean ",
    "--fault F-401:aftr=1s": "F-401 has no parameter 'aftr'; did you mean 'after'?",
    "--fault F-401:after=soon": "F-401: 'soon' is not a duration such as 250ms, 10s or 2m",
    "--fault F-101 --plain": "F-101 needs TLS, and this server speaks none",
    "--habit beats=often": "habit beats is one of steady, spring; not 'often'",
    "--events many": "--events: 'many' is not a rate such as 1/s, 30/m or 0",
    "--api-key-file /nowhere": "--api-key-file /nowhere: cannot be read: ",
    "--journal /nowhere/j": "cannot start /nowhere/j: No such file or directory",
    "--bind 192.0.2.1": "cannot start: Cannot assign requested address",
    "--journal /dev/full": "cannot start /dev/full: No space left on device",
    "--falt F-401": "unrecognized arguments: --falt F-401; did you mean --fault?",
    "--port 70000": "argument --port: '70000' is not a port number from 0 to 65535",
    "--opening-timeout soon": "argument --opening-timeout: 'soon' is not a duration such as",
    "--explain F-40": "unknown fault 'F-40'; did you mean ",
}


@pytest.mark.parametrize(("arguments", "error"), USAGE.items())
def test_usage_errors_are_one_line(arguments: str, error: str) -> None:
    code, out, err = run(*arguments.split())
    assert (code, out) == (2, "")
    assert err.startswith(f"rhombus-mock: {error}")
    assert err.count("\n") == 1


def test_list_faults_is_the_catalogue() -> None:
    code, out, _ = run("--list-faults", "--format", "json")
    catalogue = json.loads(out)
    assert code == 0
    assert catalogue["schema"] == "rhombus/faults/1"
    assert len(catalogue["faults"]) > 100
    assert "F-203/404" in run("--list-faults")[1]
    assert "HTTP-PATH" in run("--explain", "F-203/404")[1]
