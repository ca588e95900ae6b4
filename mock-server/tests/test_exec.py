"""`rhombus-mock exec`: the client is a small program of its own, which tells what it sees."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from wire import BOUND, select_nothing

SCHEMA = Path(__file__).parents[2] / "docs/schema/transcript.schema.json"

CLIENT = r"""
import json, os, socket, sys, time, urllib.parse

def say(**what):
    os.write(1, json.dumps(what).encode() + b"\n")

def subscribed(key=None, beats="0,0"):
    url = urllib.parse.urlsplit(os.environ["RHOMBUS_WS_URL"])
    wire = socket.create_connection((url.hostname, url.port), timeout=10)
    wire.sendall((
        f"GET /websocket?x-auth-scheme=api-token HTTP/1.1\r\nHost: mock\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"x-auth-apikey: {key or os.environ['RHOMBUS_API_KEY']}\r\n\r\n"
    ).encode())
    text(wire, f"CONNECT\naccept-version:1.2\nheart-beat:{beats}\n\n\0")
    org = os.environ["RHOMBUS_ORG_UUID"]
    text(wire, f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{org}\n\n\0")
    return wire

def text(wire, payload):
    octets = payload.encode()
    wire.sendall(bytes([0x81, 0x80 | len(octets)]) + bytes(4) + octets)

def rest(wire):
    octets = b""
    while b"\x88\x02" not in octets and (more := wire.recv(65536)):
        octets += more
    return octets
"""


@contextlib.contextmanager
def executing(
    *words: str, code: str, arguments: tuple[str, ...] = (), secure: bool = False
) -> Iterator[Any]:
    """The running `exec`, which is killed if it is left so."""
    words = words if secure else ("--plain", *words)
    client = [sys.executable, "-c", CLIENT + code, *arguments]
    with subprocess.Popen(
        [sys.executable, "-m", "rhombus_mock", "exec", *words, "--", *client],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def execute(
    *words: str, code: str, arguments: tuple[str, ...] = (), secure: bool = False
) -> tuple[int, list[Any], str]:
    """Exit code, what the clients said, and standard error."""
    with executing(*words, code=code, arguments=arguments, secure=secure) as process:
        out, err = process.communicate(timeout=60)
        return process.returncode, [json.loads(line) for line in out.splitlines()], err


def records(journal: Path) -> list[dict[str, Any]]:
    """All of a journal; each record must be as the schema says."""
    found = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    for one in found:
        validator.validate(one)
    return found


def of(kind: str, journal: Path) -> list[dict[str, Any]]:
    return [one for one in records(journal) if one["kind"] == kind]


def test_the_client_is_told_everything_and_its_exit_code_is_ours(tmp_path: Path) -> None:
    code = """
say(env={name: os.environ[name] for name in ("RHOMBUS_API_URL", "RHOMBUS_ENDPOINT_URL")},
    key=open(sys.argv[4]).read().strip() == os.environ["RHOMBUS_API_KEY"],
    argv=sys.argv[1:4], stdin=sys.stdin.read(), alone=os.getpgid(0) == os.getpid(),
    preload=os.environ.get("LD_PRELOAD"))
sys.exit(7)
"""
    journal = tmp_path / "journal"
    places = ("{ws_url}", "a{api_url}", "{org}", "{key_file}")
    exit_code, (said,), err = execute("--journal", str(journal), code=code, arguments=places)
    assert exit_code == 7
    assert said["env"]["RHOMBUS_API_URL"].startswith("http://127.0.0.1:")
    assert said["env"]["RHOMBUS_ENDPOINT_URL"] == said["env"]["RHOMBUS_API_URL"]
    assert said["argv"][0].startswith("ws://127.0.0.1:")
    assert said["argv"][1] == "a" + said["env"]["RHOMBUS_API_URL"]
    assert len(said["argv"][2]) == 22
    assert (said["key"], said["stdin"], said["alone"]) == (True, "", True)
    assert said["preload"] == os.environ.get("LD_PRELOAD")
    assert err == ""
    (started,), (exited,) = of("process.started", journal), of("process.exited", journal)
    assert started["argv0"] == sys.executable
    assert exited["code"] == 7
    assert of("process.sample", journal)[0]["threads"] == 1
    assert records(journal)[-1]["reason"] == "the client ended"


def test_the_client_trusts_the_server() -> None:
    code = """
import http.client, ssl
port = urllib.parse.urlsplit(os.environ["RHOMBUS_WS_URL"]).port
there = http.client.HTTPSConnection("127.0.0.1", port, context=ssl.create_default_context())
there.request("GET", "/websocket")
say(status=there.getresponse().status)
"""
    assert execute(code=code, secure=True)[:2] == (0, [{"status": 400}])


def test_a_signal_shows_as_in_a_shell(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    code = "os.kill(os.getpid(), 9)"
    assert execute("--journal", str(journal), code=code)[0] == 128 + 9
    assert of("process.exited", journal)[0]["signal"] == 9


@pytest.mark.parametrize(
    ("words", "exit_code", "err"),
    [
        (["--plain"], 2, "expected -- and the client's command line"),
        (["--"], 2, "no command line behind --"),
        (["--fault", "F-000", "--", "true"], 2, "unknown fault 'F-000'"),
        (["--clients", "0", "--", "true"], 2, "--clients"),
        (["--", "/nonexistent"], 127, "/nonexistent: No such file or directory"),
        (["--", "/dev/null"], 126, "/dev/null: Permission denied"),
    ],
)
def test_what_cannot_run(words: list[str], exit_code: int, err: str) -> None:
    command = [sys.executable, "-m", "rhombus_mock", "exec", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (exit_code, "")
    assert err in done.stderr


def test_faults_are_summed_up_on_standard_error() -> None:
    code = "say(rest=rest(subscribed())[-4:].hex())"
    words = ("--fault", "F-351/1001:after=0s", "--fault", "F-710")
    exit_code, (said,), err = execute(*words, code=code)
    assert (exit_code, said) == (0, {"rest": "880203e9"})
    assert err.splitlines() == [
        "rhombus-mock: F-351/1001 injected once",
        "rhombus-mock: F-710 injected never",
    ]


def test_names_are_those_of_the_scenario(tmp_path: Path) -> None:
    code = """
host = urllib.parse.urlsplit(os.environ["RHOMBUS_WS_URL"]).hostname
found = {one[4][0] for one in socket.getaddrinfo(host, 80, proto=socket.IPPROTO_TCP)}
say(host=host, addresses=sorted(found), home=os.path.expanduser("~"))
"""
    journal = tmp_path / "journal"
    words = ("--fault", "F-004", "--journal", str(journal))
    exit_code, said, err = execute(*words, code=code)
    if "unavailable" in err:
        pytest.skip(err)
    assert exit_code == 0, err
    assert said[0]["host"].endswith(".rhombus.test")
    assert len(said[0]["addresses"]) == 2
    assert of("dns.resolved", journal)
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo(said[0]["host"], 80)


def test_the_proxy_stands_in_the_environment() -> None:
    code = "say(proxy=os.environ.get('https_proxy'), without=os.environ.get('no_proxy'))"
    assert execute("--proxy", code=code)[1][0]["proxy"].startswith("http://127.0.0.1:")
    assert execute("--fault", "F-031", code=code)[1][0]["without"] == ""


def test_F_704_is_seen_in_the_key_file() -> None:
    code = """
old = open(sys.argv[1]).read().strip()
rest(subscribed(old))
new = open(sys.argv[1]).read().strip()
say(old=b" 401 " in rest(subscribed(old))[:20], new=b" 101 " in subscribed(new).recv(20))
"""
    # A REST or WebSocket host that refuses leaves the connection open: the client ends it.
    code = code.replace("rest(subscribed(old))[:20]", "subscribed(old).recv(20)")
    fault = ("--fault", "F-704:after=0s")
    exit_code, said, err = execute(*fault, code=code, arguments=("{key_file}",))
    assert (exit_code, said) == (0, [{"old": True, "new": True}]), err


GAPS = """
wire = subscribed(beats="100,100")
wire.setblocking(False)
start, last, longest = time.monotonic(), time.monotonic(), 0
while time.monotonic() - start < 2:
    time.sleep(0.01)
    now = time.monotonic()
    longest, last = max(longest, now - last), now
say(longest=longest)
"""
BEATS = ("--habit", "heart_beat=100,100", "--habit", "silent_client=kept")


def test_F_715_the_client_notices_that_it_was_stopped(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    fault = ("--fault", "F-715:after=200ms,intervals=6")
    exit_code, (said,), err = execute(*fault, *BEATS, "--journal", str(journal), code=GAPS)
    assert exit_code == 0, err
    assert 0.55 <= said["longest"] < 2
    (found,) = of("fault.injected", journal)
    assert (found["fault"], found["octets"], found["state"]) == ("F-715", 0, "subscribed")
    pid = of("process.started", journal)[0]["pid"]
    assert [one["text"] for one in of("note", journal)] == [f"process {pid} goes on"]


CLOCKS = """
difference = time.time() - time.monotonic()
wire = subscribed()
time.sleep(1)
steps = time.time() - time.monotonic() - difference
start = time.monotonic()
time.sleep(0.2)
say(steps=steps, slept=time.monotonic() - start)
"""


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [("forward:after=0s", 3600), ("back:after=0s", -3600), ("forward:after=0s,step=90s", 90)],
)
def test_F_716_steps_the_wall_clock_of_the_child_alone(
    fault: str, seconds: int, tmp_path: Path
) -> None:
    journal, before = tmp_path / "journal", time.time() - time.monotonic()
    words = ("--fault", f"F-716/{fault}", "--journal", str(journal))
    exit_code, (said,), err = execute(*words, code=CLOCKS)
    assert exit_code == 0, err
    assert abs(said["steps"] - seconds) < 0.5
    assert 0.2 <= said["slept"] < 5
    assert abs(time.time() - time.monotonic() - before) < 1
    (found,), (step,) = of("fault.injected", journal), of("clock.step", journal)
    assert (found["octets"], found["state"]) == (0, "subscribed")
    assert step["delta_ns"] == seconds * 1_000_000_000


def test_F_716_may_be_a_step_of_a_script(tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(
        "format: 1\nid: a/b\ntitle: t\nconnections:\n  - match: every\n    steps:\n"
        "      - handshake: normal\n      - fault: {id: F-716, step: 10s}\n"
    )
    exit_code, (said,), err = execute("--scenario", str(script), code=CLOCKS)
    assert exit_code == 0, err
    assert abs(said["steps"] - 10) < 0.5


def test_F_716_without_the_library_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No compiler to mend the library with: as good as not installed.
    monkeypatch.setenv("PATH", str(tmp_path))
    journal = tmp_path / "journal"
    words = ("--fault", "F-716:after=0s", "--journal", str(journal))
    exit_code, (said,), err = execute(*words, code=CLOCKS)
    injected = of("fault.injected", journal)
    if said["steps"] > 1:
        pytest.skip("this libfaketime needs no mending")
    assert (exit_code, injected) == (0, [])
    assert "F-716/forward unavailable: libfaketime" in err
    assert any("unavailable" in one["text"] for one in of("note", journal))


def test_F_717_reconnects_leak_nothing(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    code = """
for at in range(200):
    rest(subscribed())
subscribed().recv(65536)
say(done=at)
"""
    words = ("--fault", "F-717:after=0s", "--journal", str(journal))
    exit_code, said, err = execute(*words, code=code)
    assert (exit_code, said) == (0, [{"done": 199}]), err
    assert len(of("fault.injected", journal)) == 200


def test_F_718_clients_lose_the_server_at_once(tmp_path: Path) -> None:
    code = """
rest(subscribed())
say(lost=time.monotonic())
try:
    subscribed()
except ConnectionRefusedError:
    say(refused=True)
"""
    journal = tmp_path / "journal"
    fault = ("--fault", "F-718:after=0s,clients=5", "--clients", "5")
    exit_code, said, err = execute(*fault, "--journal", str(journal), code=code)
    assert exit_code == 0, err
    lost = sorted(one["lost"] for one in said if "lost" in one)
    assert (len(lost), len(said)) == (5, 10)
    assert lost[-1] - lost[0] < 2
    assert len(of("fault.injected", journal)) == 5
    assert len({one["pid"] for one in of("process.started", journal)}) == 5


WAITS = "say(pid=os.getpid())\nsubscribed()\ntime.sleep(60)\n"


def test_a_signal_to_us_is_one_to_the_client(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with executing("--journal", str(journal), code=WAITS) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(BOUND) == 128 + signal.SIGTERM
    assert of("process.exited", journal)[0]["signal"] == signal.SIGTERM


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_stopped_client(number: int) -> None:
    fault = ("--fault", "F-715:after=0s,intervals=10000")
    code = WAITS.replace("subscribed()", "wire = subscribed()")
    with executing(*fault, *BEATS, code=code) as process:
        pid = json.loads(process.stdout.readline())["pid"]
        stat = Path(f"/proc/{pid}/stat")
        wait_until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")
        process.send_signal(number)
        process.wait(BOUND)
        wait_until(lambda: not stat.exists() or ") Z " in stat.read_text())


def wait_until(fits: Any) -> None:
    deadline = time.monotonic() + BOUND
    while not fits():
        assert time.monotonic() < deadline
        select_nothing(0.01)
