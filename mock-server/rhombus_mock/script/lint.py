"""`rhombus-mock lint FILE...`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rhombus_mock.script import check, reading, shape
from rhombus_mock.script.file import InvalidFile, Problem, ScenarioFile, load

USAGE = 2


def lint_command(arguments: list[str]) -> int:
    """Checks files; 0 when none has an error, 2 when one has."""
    parser = argparse.ArgumentParser(
        prog="rhombus-mock lint",
        allow_abbrev=False,
        description="Checks scenario files. Prints FILE:LINE: what is wrong.",
        epilog="Exit code: 0 when no file has an error, 2 when one has.",
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    parser.add_argument("--schema", action=_PrintSchema, nargs=0, help="print the JSON Schema")
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or a folder of .yaml")
    options = parser.parse_args(arguments)
    results = [linted(file) for given in options.files for file in _files(Path(given))]
    if options.format == "json":
        print(json.dumps(results, ensure_ascii=False))
    else:
        for result in results:
            for text in _lines(result):
                print(text)
    good = all(one["ok"] and not (options.strict and one["warnings"]) for one in results)
    return 0 if good else USAGE


class _PrintSchema(argparse.Action):
    """Like --version: prints and ends, without files."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(json.dumps(shape.schema(), indent=2, ensure_ascii=False))
        parser.exit()


def linted(path: Path) -> dict[str, Any]:
    """One file's entry of the JSON output."""
    try:
        file = load(path)
    except InvalidFile as invalid:
        return _entry(path, invalid.problems, [], {})
    document = reading.read(path.read_text("utf-8"))
    errors = [*check.without_requirement(document), *_out_of_place(path, file)]
    warnings = check.problems(document, "warning")
    return _entry(path, _told(path, errors), _told(path, warnings), file.value)


def _files(path: Path) -> list[Path]:
    """The file itself; the .yaml files below a folder in the order of their names."""
    if not path.is_dir():
        return [path]
    return sorted(path.rglob("*.yaml")) or [path / "*.yaml"]


def _lines(result: dict[str, Any]) -> Iterator[str]:
    told = [(one["line"], "", one) for one in result["errors"]]
    told += [(one["line"], "warning: ", one) for one in result["warnings"]]
    for line, prefix, one in sorted(told, key=lambda each: each[0]):
        yield f"{one['file']}:{line}: {prefix}{one['message']}"


def _told(path: Path, found: check.Found) -> list[Problem]:
    return [Problem(str(path), line, text) for line, text in found]


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


def _entry(
    path: Path, errors: list[Problem], warnings: list[Problem], value: dict[str, Any]
) -> dict[str, Any]:
    expected = [one["requirement"] for one in value.get("expect", []) if "requirement" in one]
    return {
        "file": str(path),
        "ok": not errors,
        "errors": [_as_json(one) for one in errors],
        "warnings": [_as_json(one) for one in warnings],
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


def _as_json(problem: Problem) -> dict[str, Any]:
    return {"file": problem.file, "line": problem.line, "message": problem.message}
