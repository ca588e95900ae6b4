"""`rhombus-scenario run`: verdicts, reports, exit codes, and that nothing is left behind."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import time
import urllib.parse
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import ROOT, Run, environment

OPENING = "connection-lifecycle/opening"
GOODBYE = "connection-lifecycle/goodbye"


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    """Requirement and its verdict in the first scenario."""
    return {one["id"]: one["verdict"] for one in report["scenarios"][0]["requirements"]}


def started_with(word: str) -> list[str]:
    """Processes called sleep whose command line holds the word."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_text().split("\0")
            if words[0].endswith("sleep") and word in words:
                found.append(line.parent.name)
        except OSError:
            continue
    return found


# ---- the report's shape --------------------------------------------------------------------------


def test_the_json_report_keeps_to_its_schema(run: Run) -> None:
    schema = json.loads((ROOT / "docs/schema/scenario-report.schema.json").read_text())
    done = run("run", "--client", "/bin/true", "--id", GOODBYE, "--format", "json")
    jsonschema.Draft202012Validator(schema).validate(json.loads(done.stdout))


# ---- null clients -------------------------------------------------------------------------------


@pytest.mark.parametrize("client", ["/bin/true", "/bin/cat"])
def test_a_null_client_passes_nothing(run: Run, client: str) -> None:
    done = run("run", "--client", client, "--format", "json")
    report = json.loads(done.stdout)
    assert len(report["scenarios"]) >= 12
    given = {one["verdict"] for case in report["scenarios"] for one in case["requirements"]}
    assert given <= {"inconclusive", "n/a"}
    assert done.returncode == 4


def test_inconclusive_cases_may_be_allowed(run: Run) -> None:
    allowed = run("run", "--client", "/bin/true", "--id", GOODBYE, "--max-inconclusive", "1")
    assert allowed.returncode == 0


def test_a_client_may_say_that_it_does_not_support_something(run: Run) -> None:
    done = run("run", "--client", "sh -c 'exit 89'", "--id", GOODBYE, "--format", "json")
    assert set(verdicts(json.loads(done.stdout)).values()) == {"n/a"}
    assert done.returncode == 0


# ---- a real library -----------------------------------------------------------------------------


def test_stompjs_passes_what_needs_no_waiting(run: Run, stompjs: str) -> None:
    done = run("run", "--client", stompjs, "--tag", "smoke", "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    fields = "schema tool version requirements_version client run host totals scenarios"
    assert list(report) == fields.split()
    case = next(one for one in report["scenarios"] if one["id"] == f"{OPENING} [whole]")
    fields = "id title guide verdict duration_ms seed replay flaky requirements"
    assert list(case) == fields.split()
    fields = "id level verdict opportunities message records"
    assert list(case["requirements"][0]) == fields.split()
    given = {one["id"]: one["verdict"] for one in case["requirements"]}
    assert given.pop("R-204") == "warn"  # it sends no host
    assert given.pop("R-908") == "n/a"  # a library behind an adapter
    assert set(given.values()) == {"pass"}


def test_every_pass_states_its_opportunities(run: Run, stompjs: str) -> None:
    done = run("run", "--client", stompjs, "--id", OPENING, "--format", "json")
    for case in json.loads(done.stdout)["scenarios"]:
        for one in case["requirements"]:
            if one["verdict"] == "pass":
                assert one["opportunities"] > 0 and one["records"], one


def test_strict_fails_what_the_vendor_tolerates(run: Run, stompjs: str) -> None:
    done = run("run", "--client", stompjs, "--id", OPENING, "--judge", "strict", "--format", "json")
    assert verdicts(json.loads(done.stdout))["R-204"] == "fail"
    assert done.returncode == 1


def test_a_warning_can_be_made_to_count(run: Run, stompjs: str) -> None:
    assert run("run", "--client", stompjs, "--id", OPENING).returncode == 0
    assert run("run", "--client", stompjs, "--id", OPENING, "--fail-on", "warn").returncode == 1


def test_a_reconnection_is_judged(run: Run, stompjs: str) -> None:
    done = run(
        "run", "--client", stompjs, "--id", "connection-drops-intermittently/clean-close",
        "--format", "json",
    )  # fmt: skip
    assert set(verdicts(json.loads(done.stdout)).values()) == {"pass"}, done.stdout


def test_the_replay_command_runs_the_case_again(run: Run, stompjs: str) -> None:
    first = run("run", "--client", stompjs, "--id", GOODBYE, "--format", "json")
    case = json.loads(first.stdout)["scenarios"][0]
    words = case["replay"].split()
    assert words[0] == "rhombus-scenario"
    again = run(*words[1:], "--format", "json")
    assert verdicts(json.loads(again.stdout)) == verdicts(json.loads(first.stdout))


# ---- reports ------------------------------------------------------------------------------------


def test_junit_maps_verdicts_as_the_contract_says(run: Run, stompjs: str, tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    words = ["--id", OPENING, "--judge", "strict", "--format", "junit", "--output", str(file)]
    assert run("run", "--client", stompjs, *words).returncode == 1
    suites = ET.parse(file).getroot()
    assert suites.tag == "testsuites"
    allowed = {"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"}
    assert {one.tag for one in suites.iter()} <= allowed
    assert len(suites) == 4  # one suite a permutation
    cases = {case.get("name", "").split()[0]: case for case in suites[0]}
    assert cases["R-204"].find("failure") is not None
    assert cases["R-908"].find("skipped") is not None
    assert len(cases["R-101"]) == 0
    assert suites.get("failures") == "4"


def test_text_tells_what_should_be_and_how_to_run_it_again(run: Run) -> None:
    text = run("run", "--client", "/bin/true", "--id", GOODBYE).stdout
    assert "what should be: A wanted end sends DISCONNECT" in text
    assert f"rhombus-scenario run --client /bin/true --id {GOODBYE} --seed 2" in text


# ---- the key ------------------------------------------------------------------------------------


def forms(key: str) -> list[bytes]:
    raw = key.encode()
    return [
        raw,
        base64.b64encode(raw).rstrip(b"="),
        base64.urlsafe_b64encode(raw).rstrip(b"="),
        raw.hex().encode(),
        raw.hex().upper().encode(),
        urllib.parse.quote(key).encode(),
    ]


def test_the_key_is_nowhere(run: Run, stompjs: str, tmp_path: Path) -> None:
    keys, artifacts = tmp_path / "keys", tmp_path / "artifacts"
    shout = (
        f'printf "%s\\n" "$RHOMBUS_API_KEY" >> {keys}; printf %s "$RHOMBUS_API_KEY" | base64; '
        'echo "my key is $RHOMBUS_API_KEY" >&2; '
        f"exec node {ROOT}/clients/stompjs/index.mjs"
    )
    file = tmp_path / "client.yaml"
    file.write_text(
        f"name: talkative\nargv: [sh, -c, '{shout}']\nlevel: L1\ncapabilities: {{rest: false}}\n"
    )
    words = ["--tag", "smoke", "--artifacts", str(artifacts)]
    for style in ("text", "json", "junit"):
        done = run("run", "--client", str(file), *words, "--format", style)
        seen = done.stdout.encode() + done.stderr.encode()
        seen += b"".join(one.read_bytes() for one in artifacts.rglob("*") if one.is_file())
        for key in keys.read_text().split():
            for form in forms(key):
                assert form not in seen
    assert b"\xe2\x80\xb9api-key\xe2\x80\xba" in seen


def test_the_callers_own_key_is_not_handed_on(run: Run, tmp_path: Path) -> None:
    seen = tmp_path / "environment"
    run("run", "--client", f"sh -c 'env > {seen}'", "--id", GOODBYE, RHOMBUS_API_KEY="mine-alone",
        RHOMBUS_PROFILE="mine")  # fmt: skip
    text = seen.read_text()
    assert "mine" not in text
    for name in ("WS_URL", "API_URL", "ENDPOINT_URL", "API_KEY"):
        assert f"\nRHOMBUS_{name}=" in "\n" + text
    assert "RHOMBUS_ORG_UUID" not in text
    assert "\nNODE_EXTRA_CA_CERTS=" in "\n" + text


# ---- what goes wrong ----------------------------------------------------------------------------


def test_nothing_selected_is_6(run: Run) -> None:
    done = run("run", "--client", "/bin/true", "--id", "no/such")
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr == "nothing selected: no scenario fits\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--client: expected a client's name, its file, or a command"),
        (("--client", "nobody"), "--client nobody: nobody is neither a client under clients/"),
        (("--client", "/etc/passwd"), "nor a program that can be executed"),
        (("--client", "sh 'x"), "--client: the quote ' has no end"),
        (("--client", "/bin/true", "--frobnicate"), "--frobnicate"),
        (("--client", "/bin/true", "--format", "xml"), "--format"),
        (("--client", "/bin/true", "--jobs", "0"), "--jobs"),
        (
            ("--client", "/bin/true", "--output", "/nonexistent/r"),
            "--output /nonexistent/r: cannot",
        ),
        (("--client", "/bin/true", "--scenarios", "/nonexistent"), "/nonexistent: cannot be read"),
    ],
)
def test_bad_usage_is_2_and_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run("run", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_scenario_with_an_unknown_key_is_named_and_nothing_is_written(
    run: Run, tmp_path: Path
) -> None:
    file, output = tmp_path / "bad.yaml", tmp_path / "report.json"
    file.write_text(
        "format: 1\nid: bad\ntitle: A key is misspelt\nexpcet:\n  - {requirement: R-101}\n"
    )
    done = run("run", "--client", "/bin/true", "--scenarios", str(file), "--output", str(output))
    assert done.returncode == 2
    assert done.stderr.startswith(f"{file}:4: unknown key 'expcet'; did you mean 'expect'?\n")
    assert list(tmp_path.iterdir()) == [file]


def test_lint_says_the_same(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("format: 1\nid: bad\ntitle: Nothing is expected\n")
    assert run("lint", str(file)).returncode == 2
    assert run("lint").returncode == 0


def test_a_mock_server_that_does_not_work_is_the_harness(run: Run) -> None:
    done = run("run", "--client", "/bin/true", RHOMBUS_MOCK="/bin/false")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1


def test_list_and_dry_run_start_nothing(run: Run) -> None:
    assert f"{OPENING} " in run("list", "--tag", "smoke").stdout
    dry = run("run", "--dry-run", "--id", OPENING)
    assert (dry.returncode, len(dry.stdout.splitlines())) == (0, 4)


# ---- nothing is left behind ---------------------------------------------------------------------


def test_children_of_the_client_are_killed(run: Run) -> None:
    run("run", "--client", "sh -c 'sleep 98761 & exit 0'", "--id", GOODBYE)
    assert started_with("98761") == []


def test_a_client_deaf_to_sigterm_is_killed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text(
        "format: 1\nid: short\ntitle: One second\nexpect:\n  - {requirement: R-101, window: 1s}\n"
    )
    client = "sh -c 'trap \"\" TERM; sleep 98762'"
    assert run("run", "--client", client, "--scenarios", str(file)).returncode == 4
    assert started_with("98762") == []


def test_endless_output_is_bounded(run: Run, tmp_path: Path) -> None:
    artifacts = tmp_path / "artifacts"
    run("run", "--client", "sh -c 'timeout 2 yes'", "--id", GOODBYE, "--artifacts", str(artifacts))
    (transcript,) = artifacts.rglob("transcript.jsonl")
    records = [json.loads(line) for line in transcript.read_text().splitlines()]
    assert sum(one["kind"] == "process.output" for one in records) <= 20_000
    assert any(one["kind"] == "drop" for one in records)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(program: str, number: signal.Signals) -> None:
    word = f"9876{3 + (number == signal.SIGINT)}"
    running = subprocess.Popen(
        [program, "run", "--client", f"sleep {word}", "--id", GOODBYE],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    limit = time.monotonic() + 20
    while not started_with(word) and time.monotonic() < limit:
        time.sleep(0.1)
    running.send_signal(number)
    running.communicate(timeout=20)
    assert running.returncode == 128 + number
    assert started_with(word) == []
