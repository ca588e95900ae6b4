"""`rhombus-mock lint FILE...`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rhombus_mock.script import check, reading
from rhombus_mock.script.file import InvalidFile, Problem, ScenarioFile, load

USAGE = 2


def lint_command(arguments: list[str]) -> int:
    """Checks files; 0 when all are good, 2 when not."""
    parser = argparse.ArgumentParser(prog="rhombus-mock lint", allow_abbrev=False)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("files", nargs="+", metavar="FILE")
    options = parser.parse_args(arguments)
    results = [linted(Path(file)) for file in options.files]
    if options.format == "json":
        print(json.dumps(results, ensure_ascii=False))
    else:
        for result in results:
            for problem in result["errors"]:
                print(Problem(**problem))
    return 0 if all(result["ok"] for result in results) else USAGE


def linted(path: Path) -> dict[str, Any]:
    """One file's entry of the JSON output."""
    try:
        file = load(path)
    except InvalidFile as invalid:
        return _entry(path, invalid.problems, {})
    text = path.read_text("utf-8")
    found = [*check.without_requirement(reading.read(text)), *_out_of_place(path, file)]
    return _entry(path, [Problem(str(path), line, one) for line, one in found], file.value)


def _out_of_place(path: Path, file: ScenarioFile) -> list[tuple[int, str]]:
    """In a folder called scenarios, the id says where the file is."""
    parts = path.resolve().with_suffix("").parts
    if "scenarios" not in parts[:-1]:
        return []
    top = len(parts) - 1 - parts[::-1].index("scenarios")
    place = "/".join(parts[top + 1 :])
    if file.value["id"] == place:
        return []
    return [(1, f"the id is '{file.value['id']}', the file's place says '{place}'")]


def _entry(path: Path, problems: list[Problem], value: dict[str, Any]) -> dict[str, Any]:
    expected = [one["requirement"] for one in value.get("expect", []) if "requirement" in one]
    return {
        "file": str(path),
        "ok": not problems,
        "errors": [
            {"file": one.file, "line": one.line, "message": one.message} for one in problems
        ],
        "id": value.get("id"),
        "title": value.get("title"),
        "guide": value.get("guide"),
        "tags": value.get("tags", []),
        "faults": value.get("faults", []),
        "framing": value.get("permute", {}).get("framing", ["whole"]),
        "hb": value.get("server", {}).get("heart_beat", "10000,10000"),
        "seed": value.get("seed", 1),
        "requirements": list(dict.fromkeys(expected)),
    }
