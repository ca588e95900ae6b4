"""The control endpoint, the ready line, and how a run ends."""

from __future__ import annotations

import concurrent.futures
import json
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from wire import BOUND, Mock, Scene, answer, post, running

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
        ({"fault": []}, "unknown member 'fault'"),
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


def test_the_human_block_exports_the_client_s_environment() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "rhombus_mock"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("End it"):
            break
    process.terminate()
    assert process.wait(BOUND) == 0
    process.stdout.close()
    text = "".join(lines)
    for name in ("RHOMBUS_WS_URL=wss://127.0.0.1:", "RHOMBUS_API_URL=https://", "SSL_CERT_FILE=/"):
        assert f"\nexport {name}" in text
