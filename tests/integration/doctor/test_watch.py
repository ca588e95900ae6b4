"""`rhombus-doctor watch`: the reference client, at level L1 and in each of its states."""

from __future__ import annotations

import json
import signal
import urllib.request
from typing import Any

import pytest
from doctor import Doctor, Running, Service, serving, until

SIGNALS = [signal.SIGINT, signal.SIGTERM]


def next_state(running: Running, name: str) -> Any:
    """The next state line; it must be of that name. Events before it are passed over."""
    while True:
        line = json.loads(running.line())
        if "rhombus" in line:
            assert line["rhombus"] == name, line
            return line


def lines_of(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def sent_to(service: Service) -> list[str]:
    """What the client said on WebSockets: commands of frames, and codes of Close."""
    said = []
    for one in service.records():
        if one["kind"] != "ws.frame" or one["from"] != "client":
            continue
        if one["opcode"] == 8:
            said.append(f"Close {one.get('text', one.get('base64'))}")
        elif one["opcode"] in (1, 2) and one.get("text", "").strip():
            said.append(one["text"].split("\n")[0])
    return said


CLOSE_1000 = "Close A+g="  # 0x03E8


# ---- states and events --------------------------------------------------------------------------


def test_events_stand_one_on_a_line_as_received(doctor: Doctor) -> None:
    body = {
        "entity": "POLICY_ALERT",
        "type": "CREATE",
        "text": 'Tür "1"\n',
        "n": [1, 2.5, None],
    }
    with (
        serving(doctor.place, "--events", "0") as service,
        doctor.started("watch", *service.target(), "--format", "jsonl") as running,
    ):
        assert json.loads(running.line()) == {"rhombus": "connected"}
        assert json.loads(running.line()) == {"rhombus": "subscribed"}
        publish(service, body)
        assert json.loads(running.line()) == body
        running.signalled(signal.SIGTERM)
        assert running.outcome().exit_code == 0


def publish(service: Service, body: Any) -> None:
    """One event, by the mock server's control endpoint."""
    request = urllib.request.Request(
        f"{service.control_url}/events",
        json.dumps({"event": body}).encode(),
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer)["connections"] == 1


def test_text_is_for_people_and_states_are_on_standard_error(doctor: Doctor) -> None:
    with doctor.started("watch", "--demo") as running:
        first = running.line()
        running.signalled(signal.SIGINT)
        done = running.outcome()
    assert not first.startswith("{")
    assert "connected" in done.stderr
    assert "subscribed" in done.stderr


def test_a_body_that_is_no_json_is_an_error_and_no_event(doctor: Doctor) -> None:
    with doctor.started("watch", "--demo", "--fault", "F-610/cut", "--format", "jsonl") as running:
        next_state(running, "connected")
        next_state(running, "subscribed")
        assert "body of an event" in next_state(running, "error")["message"]
        running.signalled(signal.SIGTERM)
        assert running.outcome().exit_code == 0


# ---- signals ------------------------------------------------------------------------------------

# Where it stands when the signal comes: the record that shows it.
STATES = [
    ("connecting", "F-006", "tcp.connecting", ""),
    ("securing", "F-009", "tcp.connected", ""),
    ("upgrading", "F-218", "http.request", '"upgrade"'),
    ("greeting", "F-451", "ws.frame", "CONNECT"),
    ("half a CONNECTED", "F-401", "ws.frame", "CONNECTED"),
    ("between attempts after refused REST", "F-153", "http.response", "429"),
    ("between attempts after a refused upgrade", "F-208", "http.response", "503"),
]


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize(("fault", "kind", "text"), [row[1:] for row in STATES],
                         ids=[row[0] for row in STATES])  # fmt: skip
def test_a_signal_ends_it_in_every_state(
    doctor: Doctor, number: signal.Signals, fault: str, kind: str, text: str
) -> None:
    with doctor.started("watch", "--demo", "--fault", fault, "--format", "jsonl") as running:
        running.until_logged(kind, text)
        assert running.signalled(number) < 5
        done = running.outcome()
        assert done.exit_code == 0, done.stderr
        assert running.logged()[-1]["kind"] == "end"
    lines_of(done.stdout)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_subscribed_is_disconnect_and_close(
    doctor: Doctor, number: signal.Signals
) -> None:
    with serving(doctor.place) as service:
        with doctor.started("watch", *service.target(), "--format", "jsonl") as running:
            next_state(running, "connected")
            next_state(running, "subscribed")
            assert running.signalled(number) < 5
            done = running.outcome()
        until(lambda: CLOSE_1000 in sent_to(service), "the Close in the journal", 5)
        said = sent_to(service)
    assert done.exit_code == 0, done.stderr
    assert said == ["CONNECT", "SUBSCRIBE", "DISCONNECT", CLOSE_1000]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_a_request_that_is_not_answered(
    doctor: Doctor, number: signal.Signals
) -> None:
    with (
        serving(doctor.place, "--fault", "F-009:host=rest") as service,
        doctor.started("watch", *service.target(), "--format", "jsonl") as running,
    ):
        injected = "fault.injected"
        until(
            lambda: injected in [one["kind"] for one in service.records()],
            "the receipt",
        )
        assert running.signalled(number) < 5
        assert running.outcome().exit_code == 0


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_before_connected_is_still_a_close(doctor: Doctor, number: signal.Signals) -> None:
    with serving(doctor.place, "--fault", "F-451") as service:
        with doctor.started("watch", *service.target(), "--format", "jsonl") as running:
            running.until_logged("ws.frame", "CONNECT")
            assert running.signalled(number) < 5
        until(lambda: len(sent_to(service)) > 1, "the Close in the journal", 5)
        said = sent_to(service)
    assert said[-1] == CLOSE_1000, said


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_between_two_connections_is_heard_at_once(
    doctor: Doctor, number: signal.Signals
) -> None:
    with doctor.started(
        "watch", "--demo", "--fault", "F-356:after=0s", "--format", "jsonl"
    ) as running:
        next_state(running, "connected")
        next_state(running, "subscribed")
        next_state(running, "closed")  # The next attempt comes in 5 s at the soonest.
        assert running.signalled(number) < 2
        assert running.outcome().exit_code == 0


def test_an_output_that_nobody_reads_does_not_hinder_the_end(doctor: Doctor) -> None:
    with doctor.started("watch", "--demo", "--fault", "F-607", "--format", "jsonl") as running:
        running.until_logged("ws.frame", "MESSAGE")
        assert running.signalled(signal.SIGTERM) < 5
        assert running.outcome().exit_code == 0


def messages_received(running: Running) -> int:
    return running.log.read_bytes().count(b"MESSAGE") if running.log.exists() else 0


def beats_sent(running: Running) -> int:
    return len(
        [one for one in running.logged() if (one["from"], one.get("text")) == ("client", "\n")]
    )


def test_a_reader_that_stalls_loses_events_and_is_told_how_many(doctor: Doctor) -> None:
    burst = 10_000
    fault = f"F-607:count={burst},times=1"
    with doctor.started("watch", "--demo", "--fault", fault, "--format", "jsonl") as running:
        until(lambda: messages_received(running) >= burst, "the burst in the transcript")
        until(lambda: beats_sent(running) > 0, "a heart-beat of its own")
        delivered = lost = 0
        while lost == 0:
            line = json.loads(running.line())
            delivered += "rhombus" not in line
            lost = line["count"] if line.get("rhombus") == "dropped" else 0
        assert "rhombus" not in json.loads(running.line())  # What came once there was room.
        running.signalled(signal.SIGTERM)
        done = running.outcome()
        end = running.logged()[-1]
        drops = [one["count"] for one in running.logged() if one["kind"] == "drop"]
    assert done.exit_code == 0, done.stderr
    assert delivered >= 1000, "what fits into the queue is kept"
    assert delivered + lost >= burst
    assert drops == [lost]
    assert end["dropped"] == lost
    assert f"{lost} lines were dropped" in done.stderr


# ---- CONNECT ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "host"),
    [
        ([], "host:127.0.0.1\n"),
        (["--virtual-host", "/"], "host:/\n"),
        (["--virtual-host", ""], ""),
    ],
    ids=["of the address", "as asked", "none"],
)
def test_connect_names_its_host(doctor: Doctor, words: list[str], host: str) -> None:
    with (
        serving(doctor.place) as service,
        doctor.started("watch", *service.target(), *words, "--format", "jsonl") as running,
    ):
        next_state(running, "connected")
        running.signalled(signal.SIGTERM)
        sent = [one["text"] for one in service.records() if "CONNECT\n" in one.get("text", "")]
    assert sent[0] == f"CONNECT\naccept-version:1.2\n{host}heart-beat:10000,10000\n\n\0"


# ---- ends that are not wanted -------------------------------------------------------------------


def test_it_connects_again_and_says_what_may_be_missing(doctor: Doctor) -> None:
    words = [
        "watch",
        "--demo",
        "--fault",
        "F-013:after=0s,times=1",
        "--format",
        "jsonl",
    ]
    with doctor.started(*words) as running:
        next_state(running, "connected")
        next_state(running, "subscribed")
        closed = next_state(running, "closed")
        next_state(running, "connected")
        gap = next_state(running, "gap")
        next_state(running, "subscribed")
        assert "rhombus" not in json.loads(running.line())  # an event
        running.signalled(signal.SIGTERM)
        assert running.outcome().exit_code == 0
    assert (closed["code"], closed["reason"]) == (1006, "")
    assert gap["from"] < gap["to"]


def test_a_close_is_told_with_code_and_reason(doctor: Doctor) -> None:
    with doctor.started(
        "watch", "--demo", "--fault", "F-363/4500:after=0s,times=1", "--format", "jsonl"
    ) as running:
        next_state(running, "connected")
        next_state(running, "subscribed")
        closed = next_state(running, "closed")
    assert closed["code"] == 4500
    assert closed["reason"] == "Failed to send message within the configured send limit"


REFUSALS = [
    ("F-151", 13, "REST"),
    ("F-152/unknown-key", 14, "REST"),
    ("F-201", 13, "upgrade"),
    ("F-202/organization", 14, "upgrade"),
]


@pytest.mark.parametrize(("fault", "exit_code", "where"), REFUSALS,
                         ids=[row[0] for row in REFUSALS])  # fmt: skip
def test_a_refused_credential_makes_it_give_up(
    doctor: Doctor, fault: str, exit_code: int, where: str
) -> None:
    with doctor.started("watch", "--demo", "--fault", fault, "--format", "jsonl") as running:
        done = running.outcome()
        asked = [one for one in running.logged() if one["kind"] == "http.request"]
    assert done.exit_code == exit_code, done.stderr
    states = lines_of(done.stdout)
    assert states[-1]["rhombus"] == "gave-up"
    assert states[-1]["reason"]
    refused = [one for one in asked if (one["purpose"] == "rest") == (where == "REST")]
    assert 1 <= len(refused) <= 3


def test_an_error_that_names_the_credential_makes_it_give_up(doctor: Doctor) -> None:
    with doctor.started("watch", "--demo", "--fault", "F-459", "--format", "jsonl") as running:
        done = running.outcome()
        upgrades = [one for one in running.logged() if one.get("purpose") == "upgrade"]
    assert done.exit_code == 13, done.stderr
    states = [one["rhombus"] for one in lines_of(done.stdout)]
    assert states == ["error", "closed"] * 3 + ["gave-up"]
    assert len([one for one in upgrades if one["kind"] == "http.request"]) == 3


def test_a_key_that_is_replaced_at_its_source_is_tried(doctor: Doctor) -> None:
    good = "B" * 22
    with serving(doctor.place, key=good) as service:
        own = doctor.place / "own-key"
        own.write_text("A" * 22 + "\n")
        words = [
            "watch",
            *service.target(key_file=own),
            "--org",
            service.org,
            "--format",
            "jsonl",
        ]
        with doctor.started(*words) as running:
            assert next_state(running, "closed")["code"] in (401, 403)
            own.write_text(good + "\n")
            next_state(running, "connected")
            next_state(running, "subscribed")
            running.signalled(signal.SIGTERM)
            done = running.outcome()
            assert done.exit_code == 0, done.stderr
        assert good not in running.log.read_text()
        assert good not in done.stderr + done.stdout


def test_an_end_is_told_with_its_time(doctor: Doctor) -> None:
    words = [
        "watch",
        "--demo",
        "--fault",
        "F-013:after=0s,times=1",
        "--format",
        "jsonl",
    ]
    with doctor.started(*words) as running:
        next_state(running, "connected")
        next_state(running, "subscribed")
        assert "s after the upgrade" in next_state(running, "closed")["cause"]


def test_an_address_without_organization_ends_it(doctor: Doctor) -> None:
    words = ["watch", "--demo", "--fault", "F-157/null", "--format", "jsonl"]
    done = doctor.run(*words)
    assert done.exit_code == 15
    assert [one["rhombus"] for one in lines_of(done.stdout)] == ["error", "gave-up"]


@pytest.mark.parametrize("fault", ["F-409/50", "F-412", "F-611/lf", "F-422"])
def test_every_line_of_standard_output_is_json_whatever_comes(doctor: Doctor, fault: str) -> None:
    with doctor.started("watch", "--demo", "--fault", fault, "--format", "jsonl") as running:
        for _ in range(4):
            json.loads(running.line())
        running.signalled(signal.SIGTERM)
        lines_of(running.outcome().stdout)
