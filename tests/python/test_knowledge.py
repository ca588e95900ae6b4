"""The knowledge base: its shape, and that its ready commands can be run as they stand."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "lib/src/diagnosis/knowledge").glob("*.json"))
SCHEMA = json.loads((ROOT / "docs/schema/knowledge.schema.json").read_text())


def entries() -> list[dict[str, Any]]:
    return [entry for file in FILES for entry in json.loads(file.read_text())]


def ready_commands(program: str) -> Iterator[tuple[str, list[str]]]:
    """Code and arguments of each command of that program between back quotes."""
    for entry in entries():
        for fix in entry["fixes"]:
            for command in re.findall(r"`([^`]*)`", fix):
                words = shlex.split(command)
                while words and "=" in words[0]:  # environment before the program
                    words.pop(0)
                if words and words[0] == program:
                    yield entry["code"], words[1:]


def options_of(*command: str) -> set[str]:
    printed = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"--[a-z][a-z-]*", printed.stdout))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_keeps_to_its_schema(file: Path) -> None:
    jsonschema.validate(json.loads(file.read_text()), SCHEMA)


def test_names_each_code_once() -> None:
    codes = [entry["code"] for entry in entries()]
    assert sorted(codes) == sorted(set(codes))


def test_every_file_is_compiled_in() -> None:
    listed = (ROOT / "lib/src/diagnosis/CMakeLists.txt").read_text()
    assert [file.name for file in FILES if f"knowledge/{file.name}" not in listed] == []


def test_recommends_only_options_that_the_doctor_has() -> None:
    doctor = os.environ.get("RHOMBUS_DOCTOR")
    if doctor is None:
        pytest.skip("RHOMBUS_DOCTOR names no program")
    known = options_of(doctor)
    unknown = [
        (code, word)
        for code, words in ready_commands("rhombus-doctor")
        for word in words
        if word.startswith("--") and word not in known
    ]
    assert unknown == []


def test_recommends_only_commands_that_the_doctor_has() -> None:
    doctor = os.environ.get("RHOMBUS_DOCTOR")
    if doctor is None:
        pytest.skip("RHOMBUS_DOCTOR names no program")
    for code, words in ready_commands("rhombus-doctor"):
        if words and not words[0].startswith("-"):
            help_text = subprocess.run(
                [doctor, words[0], "--help"], capture_output=True, check=False
            )
            assert help_text.returncode == 0, (code, words)
