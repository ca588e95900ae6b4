"""The doctor in front of a broker that nobody here wrote: RabbitMQ with its plugin web_stomp."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import broker as rabbitmq
import pytest
from publisher import publishing

DOCTOR = Path(os.environ.get("RHOMBUS_DOCTOR", "build/dev/tools/doctor/rhombus-doctor")).absolute()
DESTINATION = "/topic/doctor"
LIMIT_S = 90

if not rabbitmq.installed() and "CI" not in os.environ:
    pytest.skip("RabbitMQ is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rabbitmq.Broker]:
    folder = tmp_path_factory.mktemp("rabbitmq")
    with rabbitmq.running(folder) as broker:
        yield broker
    assert rabbitmq.processes_of(broker.folder) == []


class Doctor:
    """Runs the doctor with guest's login; the passcode stands in a file, as it must."""

    def __init__(self, folder: Path) -> None:
        self.passcode = folder / "passcode"
        self.passcode.write_text("guest")

    def diagnose(self, url: str, *arguments: str) -> tuple[int, Any]:
        login = ["--login", "guest", "--passcode-file", str(self.passcode)]
        target = ["--system", "stomp", "--ws-url", url, "--destination", DESTINATION]
        finished = subprocess.run(
            [str(DOCTOR), *target, *login, "--format", "json", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert finished.stdout, finished.stderr
        return finished.returncode, json.loads(finished.stdout)


@pytest.fixture
def doctor(tmp_path: Path) -> Doctor:
    return Doctor(tmp_path)


def statuses(report: Any) -> dict[str, str]:
    return {check["id"]: check["status"] for check in report["checks"]}


def test_is_healthy_when_another_client_publishes(broker: rabbitmq.Broker, doctor: Doctor) -> None:
    with publishing(broker.url, DESTINATION):
        exit_code, report = doctor.diagnose(broker.url, "--wait", "12")

    assert report["verdict"]["status"] == "healthy", report["verdict"]
    assert statuses(report)["topic-delivery"] == "pass"
    assert statuses(report)["heartbeat"] == "pass"
    assert exit_code == 0


def test_is_inconclusive_when_nobody_publishes(broker: rabbitmq.Broker, doctor: Doctor) -> None:
    exit_code, report = doctor.diagnose(broker.url, "--wait", "12")

    assert report["verdict"]["code"] == "SUB-QUIET", report["verdict"]
    assert statuses(report)["topic-delivery"] == "inconclusive"
    assert exit_code == 30


def test_quotes_the_broker_when_the_passcode_is_wrong(
    broker: rabbitmq.Broker, doctor: Doctor
) -> None:
    doctor.passcode.write_text("wrong")
    exit_code, report = doctor.diagnose(broker.url, "--expect", "STOMP-ERROR")

    assert report["verdict"]["code"] == "STOMP-ERROR", report["verdict"]
    assert "Access refused for user 'guest'" in json.dumps(report, ensure_ascii=False)
    assert exit_code == 0


def test_names_a_wrong_path(broker: rabbitmq.Broker, doctor: Doctor) -> None:
    exit_code, report = doctor.diagnose(f"ws://{rabbitmq.LOOPBACK}:{broker.port}/websocket")

    assert report["verdict"]["code"] == "HTTP-PATH", report["verdict"]
    assert exit_code == 12


# Last, because it ends the broker of this module.
def test_says_refused_when_the_broker_is_stopped(broker: rabbitmq.Broker, doctor: Doctor) -> None:
    rabbitmq.end(broker.process)
    exit_code, report = doctor.diagnose(broker.url)

    assert report["verdict"]["code"] == "NET-REJECT", report["verdict"]
    assert exit_code == 10
