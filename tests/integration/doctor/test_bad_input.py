"""What cannot be right is said in one line; nothing is sent, nothing is left half written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doctor import Doctor, Outcome
from scripted import LOOPBACK, Listener

KEY = "AAAAAAAAAAAAAAAAAAAA-_"


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Where everything would go to; nothing does."""
    made = Listener()
    yield made
    assert not made.visited(), "something was sent"
    made.close()


@pytest.fixture
def target(listener: Listener) -> list[str]:
    place = f"{LOOPBACK}:{listener.port}"
    return ["--api-url", f"http://{place}", "--ws-url", f"ws://{place}/websocket"]


@pytest.fixture
def key_file(doctor: Doctor) -> Path:
    file = doctor.place / "key"
    file.write_text(KEY)
    return file


def names_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


# ---- usage --------------------------------------------------------------------------------------

# What is given, and what the one line must name.
USAGE = [
    (["--frobnicate"], "--frobnicate"),
    (["frobnicate"], "frobnicate"),
    (["--system", "goclaw"], "--system: goclaw not in {rhombus,stomp}"),
    (["--format", "xml"], "--format: xml not in"),
    (["--format", "jsonl"], "--format jsonl: is for `watch`; expected text or json"),
    (["--expect", "NONSENSE"], "--expect NONSENSE: no such code; expected one such as AUTH-SPLIT"),
    (["--wait", "soon"], "--wait"),
    (["--wait", "-1"], "--wait"),
    (["--wait"], "--wait"),
    (["--resolve", "host"], "--resolve host: expected HOST:PORT:ADDR"),
    (["--resolve", "host:0:127.0.0.1"], "--resolve host:0:127.0.0.1: expected HOST:PORT:ADDR"),
    (["--resolve", "host:65536:127.0.0.1"], "expected HOST:PORT:ADDR"),
    (["--resolve", ":443:127.0.0.1"], "expected HOST:PORT:ADDR"),
    (["--resolve", "host:443:"], "expected HOST:PORT:ADDR"),
    (["--resolve", "host:443:nowhere"], "--resolve host:443:nowhere: expected HOST:PORT:ADDR"),
    (["--resolve", "host:443:300.0.0.1"], "expected HOST:PORT:ADDR"),
    (["--fault", "F-202"], "--fault: needs --demo"),
    (["explain"], "code"),
    (["explain", "NET-NONSENSE"], "NET-NONSENSE"),
    (["check", "watch"], "watch"),
    (["--log", "/nonexistent/log"], "/nonexistent/log: No such file or directory"),
    (["--output", "/nonexistent/report"], "--output /nonexistent/report: cannot be written"),
    (["--demo", "--fault", "F-999"], "unknown fault 'F-999'"),
    (["--demo", "--fault", "F-203/999"], "F-203 has no variant '999'"),
    (["--demo", "--fault", "F-203:after=soon"], "F-203: 'soon' is not a duration"),
    (["watch", "--frobnicate"], "--frobnicate"),
    (["watch", "--format", "json"], "--format json"),
    (["watch", "--demo", "--output", "report"], "--output"),
    (["watch", "--demo", "--expect", "HB-SERVER"], "--expect"),
    (["watch", "--log", "/nonexistent/log"], "/nonexistent/log: No such file or directory"),
    (["watch", "--demo", "--fault", "F-999"], "unknown fault 'F-999'"),
]


@pytest.mark.parametrize(("words", "said"), USAGE, ids=[" ".join(row[0]) for row in USAGE])
def test_wrong_usage_is_one_line_and_2(
    doctor: Doctor, target: list[str], key_file: Path, words: list[str], said: str
) -> None:
    aimed = [] if "--demo" in words or "explain" in words else target
    done = doctor.run(*words, *aimed, RHOMBUS_API_KEY=KEY)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert names_in(doctor.place) == ["home", "key"]


@pytest.mark.parametrize("flag", ["--log", "--output"])
def test_a_folder_is_no_file_to_write_to(
    doctor: Doctor, target: list[str], key_file: Path, flag: str
) -> None:
    folder = doctor.place / "folder"
    folder.mkdir()
    done = doctor.run(flag, str(folder), *target, "--api-key-file", str(key_file))

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert f"{flag} " in done.stderr
    assert str(folder) in done.stderr
    assert names_in(folder) == []


@pytest.mark.parametrize(
    "words",
    [
        ["--demo", "--fault", "F-999"],
        ["--output", "/nonexistent/report"],
        ["watch"],
        ["watch", "--demo", "--fault", "F-999"],
    ],
    ids=" ".join,
)
def test_a_run_that_never_began_leaves_no_files(doctor: Doctor, words: list[str]) -> None:
    """The last two lack a key, or a fault that exists."""
    done = doctor.run(*words, "--log", "log")

    assert done.exit_code == 2
    assert names_in(doctor.place) == ["home"]


def test_a_run_that_never_began_keeps_the_old_files(doctor: Doctor) -> None:
    for name in ("log", "report"):
        (doctor.place / name).write_text("old")
    done = doctor.run("--demo", "--fault", "F-999", "--log", "log", "--output", "report")

    assert done.exit_code == 2
    assert [(doctor.place / name).read_text() for name in ("log", "report")] == ["old", "old"]


def test_a_full_disk_is_told(doctor: Doctor) -> None:
    if not os.access("/dev/full", os.W_OK):
        pytest.skip("there is no /dev/full")
    done = doctor.run("--demo", "--fault", "F-005", "--log", "/dev/full")
    assert "/dev/full: No space left on device" in done.stderr
    assert "NET-REJECT" in done.stdout


def test_a_password_in_an_address_is_not_repeated(doctor: Doctor, key_file: Path) -> None:
    """Neither in the error nor in the target of the report."""
    address = "https://someone:s3cret-word@api.example.test/?token=t0ken-word"
    words = ("--api-url", address, "--ws-url", "ws://127.0.0.1:1/websocket")
    done = doctor.run(*words, "--api-key-file", str(key_file), "--format", "json")

    assert done.report["verdict"]["code"] == "CFG-URL", done.report["verdict"]
    assert "https://…@api.example.test/?…" in done.stdout
    for word in ("s3cret-word", "t0ken-word", "someone"):
        assert word not in done.stdout + done.stderr


# ---- configuration ------------------------------------------------------------------------------


def verdict_of(done: Outcome, code: str, exit_code: int) -> Any:
    """The verdict of a whole report in which only `config` was done."""
    verdict = done.report["verdict"]
    assert (verdict["code"], done.exit_code) == (code, exit_code), verdict
    assert {one["status"] for one in done.report["checks"][1:]} == {"skip"}
    assert {one["blocked_by"] for one in done.report["checks"][1:]} == {"config"}
    assert done.stderr == ""
    return verdict


def test_no_key_names_the_three_ways(doctor: Doctor, target: list[str]) -> None:
    done = doctor.run(*target, "--format", "json")

    message = verdict_of(done, "CFG-NOKEY", 2)["message"]
    for way in ("--api-key-file", "RHOMBUS_API_KEY", "~/.rhombus/credentials"):
        assert way in message
    assert "is set but empty" not in message


def test_an_empty_variable_is_a_missing_key_and_named(doctor: Doctor, target: list[str]) -> None:
    done = doctor.run(*target, "--format", "json", RHOMBUS_API_KEY="")
    assert "RHOMBUS_API_KEY is set but empty" in verdict_of(done, "CFG-NOKEY", 2)["message"]


def test_no_key_meets_its_expectation(doctor: Doctor, target: list[str]) -> None:
    assert doctor.run(*target, "--expect", "CFG-NOKEY").exit_code == 0
    assert doctor.run(*target, "--expect", "AUTH-SHAPE").exit_code == 31


def test_watch_without_a_key_says_so(doctor: Doctor, target: list[str]) -> None:
    done = doctor.run("watch", *target)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "CFG-NOKEY" in done.stderr


SHAPES = {
    "blank at the end": (f"{KEY} ", "white space at the end"),
    "blank inside": ("AAAAAAAAAA AAAAAAAAAAA", "white space inside"),
    "line break": (f"{KEY}\n{KEY}", "a line break"),
    "quotes": (f'"{KEY}"', "quotation marks"),
    "byte order mark": (f"\ufeff{KEY}", "a byte order mark at the start"),
    "prefix": (f"Bearer {KEY}", "the prefix `bearer `"),
    "placeholder": ("YOUR_API_KEY", "placeholder text"),
    "not ASCII": ("AAAAAAAAAAAAAAAAAAAAé", "characters that are not ASCII"),
}


@pytest.mark.parametrize(("text", "said"), SHAPES.values(), ids=SHAPES)
def test_a_key_that_is_no_bare_key_is_found_before_it_is_sent(
    doctor: Doctor, target: list[str], text: str, said: str
) -> None:
    file = doctor.place / "key"
    file.write_text(text)
    flagged = doctor.run(*target, "--api-key-file", str(file), "--format", "json")
    assert said in verdict_of(flagged, "AUTH-SHAPE", 13)["message"]
    variable = doctor.run(*target, "--format", "json", RHOMBUS_API_KEY=text)
    assert "RHOMBUS_API_KEY" in verdict_of(variable, "AUTH-SHAPE", 13)["message"]
    watched = doctor.run("watch", *target, RHOMBUS_API_KEY=text)
    assert (watched.exit_code, watched.stdout) == (13, "")
    assert said in watched.stderr


@pytest.mark.parametrize("text", [KEY, KEY + "\n", KEY + "\r\n"], ids=repr)
def test_the_end_of_a_files_line_is_no_defect(doctor: Doctor, text: str) -> None:
    """Near miss of AUTH-SHAPE: refused by who answers, not by its form."""
    file = doctor.place / "key"
    file.write_bytes(text.encode())
    done = doctor.run("--demo", "--api-key-file", str(file), "--format", "json")
    assert done.report["verdict"]["code"] == "AUTH-UNKNOWN"


def test_one_key_of_two_is_enough_to_be_judged(doctor: Doctor, target: list[str]) -> None:
    file = doctor.store("credentials", f'[default]\napi_key = {KEY}\nws_api_key = "{KEY}"\n')
    done = doctor.run(*target, "--format", "json")
    assert f"{file}:3 [default]" in verdict_of(done, "AUTH-SHAPE", 13)["message"]


# A profile's text, and what is said beside its path.
MALFORMED = {
    "no entry": (b"[default]\napi_key\n", ":2: expected `[section]` or `key = value`"),
    "open header": (b"\n[default\napi_key = x\n", ":2: expected `[section]`, found"),
    "NUL": (b"[default]\napi_key = \0\n", ":2: expected text, found a NUL octet"),
    "binary": (b"\x00\x01\x02", ":1: expected text, found a NUL octet"),
}


@pytest.mark.parametrize("name", ["credentials", "config"])
@pytest.mark.parametrize(("text", "said"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_profile_is_named_with_file_and_line(
    doctor: Doctor, target: list[str], name: str, text: bytes, said: str
) -> None:
    file = doctor.store(name, text)
    done = doctor.run(*target, "--format", "json", RHOMBUS_API_KEY=KEY)
    assert f"{file}{said}" in verdict_of(done, "CFG-FILE", 2)["message"]
    watched = doctor.run("watch", *target, RHOMBUS_API_KEY=KEY)
    assert (watched.exit_code, watched.stdout) == (2, "")
    assert f"{file}{said}" in watched.stderr


@pytest.mark.parametrize("name", ["credentials", "config"])
def test_an_unreadable_profile_is_named(doctor: Doctor, target: list[str], name: str) -> None:
    folder = doctor.home / ".rhombus" / name
    folder.mkdir(parents=True)
    done = doctor.run(*target, "--format", "json", RHOMBUS_API_KEY=KEY)
    assert f"{folder}: is a folder" in verdict_of(done, "CFG-FILE", 2)["message"]


def test_an_unreadable_profile_is_not_taken_for_a_missing_key(
    doctor: Doctor, target: list[str]
) -> None:
    """Near miss of CFG-NOKEY: the key may well be in the file that cannot be read."""
    folder = doctor.home / ".rhombus" / "credentials"
    folder.mkdir(parents=True)
    done = doctor.run(*target, "--format", "json")
    ids = {one["id"] for one in done.report["checks"][0]["findings"]}
    assert "CFG-FILE" in ids
    verdict_of(done, "CFG-FILE", 2)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda file: None, "cannot be read: No such file or directory"),
        (lambda file: file.mkdir(), "is a folder; expected a file"),
        (lambda file: file.write_text(""), ":1: is empty; expected the key"),
        (lambda file: file.write_text("\n"), ":1: is empty; expected the key"),
        (lambda file: file.write_text("A" * (2 << 20)), "is larger than 1 MiB"),
    ],
    ids=["missing", "folder", "empty", "LF", "huge"],
)
def test_an_unusable_key_file_is_named(
    doctor: Doctor, target: list[str], make: Any, said: str
) -> None:
    file = doctor.place / "key"
    make(file)
    done = doctor.run(*target, "--api-key-file", str(file), "--format", "json")
    message = verdict_of(done, "CFG-FILE", 2)["message"]
    assert f"--api-key-file {file}" in message
    assert said in message


@pytest.mark.parametrize("text", ["\ufeff[default]\napi_key = {}\n", "[default]\r\napi_key={}\r\n"],
                         ids=["byte order mark", "CR LF"])  # fmt: skip
def test_a_profile_of_another_systems_editor_is_read(doctor: Doctor, text: str) -> None:
    doctor.store("credentials", text.format(KEY))
    # It goes on to a port where nobody is, because it has a key.
    done = doctor.run("--api-url", "http://127.0.0.1:1", "--ws-url", "ws://127.0.0.1:1/websocket",
                      "--format", "json")  # fmt: skip
    assert done.report["verdict"]["code"] == "NET-REJECT", done.report["verdict"]
    assert done.report["identity"]["rest_key"]["source"].endswith("credentials:2 [default]")


@pytest.mark.parametrize("way", ["--profile", "RHOMBUS_PROFILE"])
def test_a_profile_that_is_missing_is_named(doctor: Doctor, target: list[str], way: str) -> None:
    doctor.store("credentials", f"[default]\napi_key = {KEY}\n")
    flags = ["--profile", "wrok"] if way == "--profile" else []
    variables = {} if flags else {"RHOMBUS_PROFILE": "wrok"}
    done = doctor.run(*target, *flags, "--format", "json", **variables)
    message = verdict_of(done, "CFG-FILE", 2)["message"]
    assert "wrok" in message
    assert way in message


URLS = [
    ("--ws-url", "127.0.0.1:{port}/websocket"),
    ("--ws-url", "http:/127.0.0.1:{port}"),
    ("--ws-url", "ws://"),
    ("--ws-url", "ws://127.0.0.1:99999/"),
    ("--ws-url", "ftp://127.0.0.1:{port}/"),
    ("--ws-url", ""),
    ("--api-url", "127.0.0.1:{port}"),
    ("--api-url", "https://"),
    ("--api-url", ""),
]


@pytest.mark.parametrize(("flag", "url"), URLS, ids=[" ".join(row) for row in URLS])
def test_an_address_that_cannot_be_right_is_quoted(
    doctor: Doctor, target: list[str], listener: Listener, flag: str, url: str
) -> None:
    url = url.format(port=listener.port)
    aimed = list(target)
    aimed[aimed.index(flag) + 1] = url
    done = doctor.run(*aimed, "--format", "json", RHOMBUS_API_KEY=KEY)
    message = verdict_of(done, "CFG-URL", 2)["message"]
    assert f"{flag}: `{url}`" in message
    assert "expected" in message


def test_an_address_from_a_variable_names_the_variable(doctor: Doctor, target: list[str]) -> None:
    done = doctor.run(*target[:2], "--format", "json", RHOMBUS_API_KEY=KEY, RHOMBUS_WS_URL="host")
    assert "RHOMBUS_WS_URL: `host`" in verdict_of(done, "CFG-URL", 2)["message"]


def test_an_unknown_region_lists_the_known_ones(doctor: Doctor) -> None:
    done = doctor.run("--region", "mars", "--format", "json", RHOMBUS_API_KEY=KEY)
    message = verdict_of(done, "CFG-URL", 2)["message"]
    assert "--region: unknown region `mars`; expected us, eu" in message


def test_a_region_of_the_profile_is_named_with_file_and_line(doctor: Doctor) -> None:
    file = doctor.store("config", "[default]\nregion = mars\n")
    done = doctor.run("--format", "json", RHOMBUS_API_KEY=KEY)
    assert f"{file}:2 [default]: unknown region" in verdict_of(done, "CFG-URL", 2)["message"]


def test_a_key_never_goes_in_clear_text_off_loopback(doctor: Doctor) -> None:
    done = doctor.run("--api-url", "http://192.0.2.1", "--ws-url", "ws://192.0.2.1/websocket",
                      "--format", "json", RHOMBUS_API_KEY=KEY)  # fmt: skip
    assert "--plain-credentials" in verdict_of(done, "CFG-URL", 2)["message"]


def test_an_unreadable_ca_file_is_configuration(
    doctor: Doctor, target: list[str], key_file: Path
) -> None:
    done = doctor.run(*target, "--ca-file", "/nonexistent/ca.pem", "--api-key-file", str(key_file),
                      "--format", "json")  # fmt: skip
    assert "/nonexistent/ca.pem" in verdict_of(done, "CFG-FILE", 2)["message"]


# ---- profiles that are right --------------------------------------------------------------------


def test_a_partners_profile_without_a_client_is_told_so(doctor: Doctor, target: list[str]) -> None:
    """is_partner alone is no defect: which header is sent shows in the transcript of a run."""
    doctor.store("credentials", f"[default]\napi_key = {KEY}\nis_partner = true\n")
    nobody = ["--api-url", "http://127.0.0.1:1", "--ws-url", "ws://127.0.0.1:1/websocket"]
    done = doctor.run(*nobody, "--format", "json")
    assert done.report["checks"][0]["status"] == "pass"


def test_a_flag_is_above_a_variable_above_the_profile(doctor: Doctor, key_file: Path) -> None:
    credentials = doctor.store("credentials", f"[default]\napi_key = {KEY[::-1]}\n")
    nobody = ["--api-url", "http://127.0.0.1:1", "--ws-url", "ws://127.0.0.1:1/websocket"]
    words = [*nobody, "--api-key-file", str(key_file), "--format", "json"]
    shown = doctor.run(*words, RHOMBUS_API_KEY="B" * 22).report["identity"]["rest_key"]
    assert shown == {
        "value": f"…{KEY[-4:]}",
        "source": f"--api-key-file {key_file}",
        "shadowed": ["RHOMBUS_API_KEY", f"{credentials}:2 [default]"],
    }


def test_the_demo_asks_for_no_profile(doctor: Doctor) -> None:
    """A broken profile of the user's does not hinder the first command of the README."""
    doctor.store("credentials", "[default\n")
    done = doctor.run("--demo", "--fault", "F-005", "--format", "json")
    assert done.report["verdict"]["code"] == "NET-REJECT", done.report["verdict"]
