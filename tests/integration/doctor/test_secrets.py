"""No secret stands in anything that the doctor writes or shows, in whatever form."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from doctor import PROGRAM, Doctor, processes_of, serving
from scripted import LOOPBACK, broker, forms, leaked, parrot

MOCK_KEY_FILE = "key-default"


def new_secret() -> str:
    """Of a key's usual form; 22 characters, of which the last four may be shown."""
    return secrets.token_urlsafe(16)


class CommandLines:
    """Looks, for as long as its block lasts, at the process list of one home folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._stop = threading.Event()
        self._seen: set[str] = set()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            self._seen |= set(processes_of(self._home).values())

    def __enter__(self) -> CommandLines:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def text(self) -> str:
        """What it saw; a run of a few milliseconds may have been too short to be seen."""
        return "\n".join(self._seen)


@contextmanager
def no_trace_of(*hidden: str, doctor: Doctor, but: set[str]) -> Iterator[list[str]]:
    """Texts appended to the list, every file below the doctor's folder that is not named in `but`,
    and the process list must not hold them. The mock server's own key file is for clients, and
    nobody else may read it."""
    texts: list[str] = []
    with CommandLines(doctor.place) as lines:
        yield texts
    texts.append(lines.text())
    found = [one for one in doctor.place.rglob("*") if one.is_file() and one.name not in but]
    files = [one for one in found if one.name != MOCK_KEY_FILE]
    assert all(one.stat().st_mode & 0o077 == 0 for one in found if one not in files)
    for secret in hidden:
        assert [leaked(secret, text) for text in texts] == [[]] * len(texts)
        assert [one for one in files if leaked(secret, one.read_bytes())] == []


def test_the_search_finds_every_form() -> None:
    secret = "ab+/cd-_ef~gh?ij klmno"
    for form in forms(secret):
        assert leaked(secret, b"x" + form + b"y")
    assert not leaked(secret, secret[:-1])


STYLES = [["-v"], ["-vv"], ["--format", "json"], ["--quiet"]]


@pytest.mark.parametrize("style", STYLES, ids=" ".join)
def test_a_good_key_is_nowhere(doctor: Doctor, style: list[str]) -> None:
    key = new_secret()
    with serving(doctor.place, "--habit", "heart_beat=0,0", key=key) as service:
        words = [*service.target(), *style, "--wait", "2", "--log", str(doctor.place / "log")]
        with no_trace_of(key, doctor=doctor, but={"key"}) as texts:
            done = doctor.run(*words, "--output", str(doctor.place / "report"))
            texts += [done.stdout, done.stderr]
    assert done.exit_code == 0, (doctor.place / "report").read_text()
    # It was sent, and its place is marked.
    assert "‹REST_KEY›" in (doctor.place / "log").read_text()
    assert service.journal.stat().st_size > 0


@pytest.mark.parametrize("style", STYLES, ids=" ".join)
def test_a_refused_key_is_nowhere(doctor: Doctor, style: list[str]) -> None:
    key, good = new_secret(), new_secret()
    wrong = doctor.place / "wrong-key"
    wrong.write_text(key)
    with serving(doctor.place, key=good) as service:
        words = [*service.target(key_file=wrong), *style, "--log", str(doctor.place / "log")]
        with no_trace_of(key, good, doctor=doctor, but={"key", "wrong-key"}) as texts:
            done = doctor.run(*words)
            texts += [done.stdout, done.stderr]
    assert done.exit_code == 13
    assert "AUTH-UNKNOWN" in done.stdout


@pytest.mark.parametrize("style", STYLES, ids=" ".join)
@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_said_back_is_nowhere(doctor: Doctor, style: list[str], status: int) -> None:
    """Neither the key nor the decoy, in body, header or reason."""
    key = new_secret()
    with parrot(status) as server:
        place = f"{LOOPBACK}:{server.port}"
        target = ["--api-url", f"http://{place}", "--ws-url", f"ws://{place}/websocket"]
        words = [*target, *style, "--log", str(doctor.place / "log")]
        before = list(server.keys)
        with no_trace_of(key, doctor=doctor, but=set()) as texts:
            done = doctor.run(*words, RHOMBUS_API_KEY=key)
            texts += [done.stdout, done.stderr]
    assert before == []
    assert key in server.keys, "it was never sent"
    (decoy,) = set(server.keys) - {key}
    for text in (done.stdout, done.stderr, (doctor.place / "log").read_text()):
        assert leaked(decoy, text) == []
    assert done.exit_code in (13, 14)


def test_a_key_from_the_profile_is_nowhere(doctor: Doctor) -> None:
    rest, stream = new_secret(), new_secret()
    doctor.store("credentials", f"[default]\napi_key = {rest}\nws_api_key = {stream}\n")
    with parrot(401) as server:
        place = f"{LOOPBACK}:{server.port}"
        target = ["--api-url", f"http://{place}", "--ws-url", f"ws://{place}/websocket"]
        words = [*target, "--format", "json", "--log", str(doctor.place / "log")]
        with no_trace_of(rest, stream, doctor=doctor, but={"credentials"}) as texts:
            done = doctor.run(*words)
            texts += [done.stdout, done.stderr]
    assert {rest, stream} < set(server.keys)
    # Trap C2 speaks of both keys, and shows neither.
    assert "C2" in [one["id"] for one in done.report["checks"][0]["findings"]]


def test_a_key_with_a_defect_is_nowhere(doctor: Doctor) -> None:
    key = new_secret()
    for text in (f'"{key}"', f"Bearer {key}", f"{key} ", f"{key}\r\n{key}", f"\ufeff{key}"):
        file = doctor.place / "key"
        file.write_text(text)
        with no_trace_of(key, doctor=doctor, but={"key"}) as texts:
            done = doctor.run(
                "--api-key-file", str(file), "-vv", "--log", str(doctor.place / "log")
            )
            texts += [done.stdout, done.stderr]
        assert done.exit_code == 13


def test_a_malformed_profile_is_not_quoted(doctor: Doctor) -> None:
    key = new_secret()
    doctor.store("credentials", f"[default]\n{key}\n")
    with no_trace_of(key, doctor=doctor, but={"credentials"}) as texts:
        done = doctor.run("-vv", "--log", str(doctor.place / "log"))
        texts += [done.stdout, done.stderr]
    assert done.exit_code == 2


@pytest.mark.parametrize("command", ["CONNECTED", "ERROR"])
def test_a_passcode_that_is_said_back_is_nowhere(doctor: Doctor, command: str) -> None:
    passcode = new_secret()
    said = b" ".join(forms(passcode)).decode()
    heard: list[str] = []

    def answer(message: str) -> str:
        heard.append(message)
        headers = f"version:1.2\nheart-beat:0,0\nmessage:{said}\nserver:{said}\n"
        return f"{command}\n{headers}\n{said if command == 'ERROR' else ''}\0"

    (doctor.place / "passcode").write_text(passcode)
    for style in (["-vv"], ["--format", "json"]):
        with broker(answer) as url:
            login = ["--login", "guest", "--passcode-file", str(doctor.place / "passcode")]
            words = ["--system", "stomp", "--ws-url", url, *login, *style, "--wait", "1"]
            with no_trace_of(passcode, doctor=doctor, but={"passcode"}) as texts:
                done = doctor.run(*words, "--log", str(doctor.place / "log"))
                texts += [done.stdout, done.stderr]
        assert command == "CONNECTED" or done.exit_code == 20, done.stdout
    assert any(f"passcode:{passcode}" in message for message in heard), "it was never sent"


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_watch_shows_no_key(doctor: Doctor, form: str) -> None:
    key = new_secret()
    with (
        serving(doctor.place, key=key) as service,
        no_trace_of(key, doctor=doctor, but={"key"}) as texts,
        doctor.started("watch", *service.target(), "--format", form) as running,
    ):
        running.until_logged("ws.frame", "MESSAGE")
        programs = {line.split()[0] for line in processes_of(doctor.home).values()}
        assert programs == {PROGRAM}
        running.process.terminate()
        done = running.outcome()
        texts += [done.stdout, done.stderr]
    assert done.exit_code == 0


@pytest.mark.parametrize("status", [401, 403])
def test_watch_shows_no_key_that_is_said_back(doctor: Doctor, status: int) -> None:
    key = new_secret()
    with parrot(status) as server:
        place = f"{LOOPBACK}:{server.port}"
        target = ["--api-url", f"http://{place}", "--ws-url", f"ws://{place}/websocket"]
        # With an organization it goes to the WebSocket, without one to REST.
        for more in ([], ["--org", "AAAAAAAAAAAAAAAAAAAAAA"]):
            words = ["watch", *target, *more, "--format", "jsonl"]
            with no_trace_of(key, doctor=doctor, but=set()) as texts:
                done = doctor.run(*words, "--log", str(doctor.place / "log"), RHOMBUS_API_KEY=key)
                texts += [done.stdout, done.stderr]
            assert done.exit_code == {401: 13, 403: 14}[status]
    assert set(server.keys) == {key}


def test_the_transcript_is_for_its_owner_only(doctor: Doctor) -> None:
    log = doctor.place / "log"
    doctor.run("--demo", "--fault", "F-005", "--log", str(log))
    assert log.stat().st_mode & 0o077 == 0
    assert json.loads(log.read_text().splitlines()[0])["kind"] == "header"
