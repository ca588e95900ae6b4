"""The reference of scenario files as Markdown, made from their schema: what stands in
scenarios/README.md. `python -m rhombus_mock.script.reference README.md` puts it there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rhombus_mock.script.shape import schema

BEGIN = "<!-- reference: python -m rhombus_mock.script.reference scenarios/README.md -->"
END = "<!-- end of reference -->"
_KINDS = {
    "string": "text",
    "integer": "integer",
    "boolean": "true, false",
    "object": "mapping",
    "array": "list",
}
_SCALAR = ["string", "integer", "boolean"]
"""Whatever is written without quotes counts as it is spelt."""


def reference() -> str:
    """The tables: the file, its habits, a route, a block, each step, an expectation."""
    top = schema()["properties"]
    block = top["connections"]["items"]
    steps = block["properties"]["steps"]["items"]["properties"]
    parts = [
        _table("The file", schema(), closed=("server", "rest", "connections", "expect")),
        _table("`server`", top["server"]),
        _table("A route of `rest`", top["rest"]["items"]),
        _table("A block of `connections`", block, closed=("steps",)),
        *(_step(name, step) for name, step in steps.items()),
        _table("An entry of `expect`", top["expect"]["items"]),
        _kinds(),
    ]
    return "\n\n".join(parts)


def put_into(text: str) -> str:
    """The page with the reference between its two marks. Raises ValueError without them."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError("the marks of the reference are missing")
    return f"{head}{BEGIN}\n\n{reference()}\n\n{END}{tail}"


def _step(name: str, step: dict[str, Any]) -> str:
    examples = ", ".join(f"`{name}: {_yaml(one)}`" for one in step.get("examples", []))
    shown = f"#### Step `{name}`\n\n{step['description']} For example {examples}."
    rows = list(_rows(step, "", ()))
    return "\n".join([shown, "", *_header(), *rows]) if rows else shown


def _table(title: str, part: dict[str, Any], closed: tuple[str, ...] = ()) -> str:
    return "\n".join([f"#### {title}", "", *_header(), *_rows(part, "", closed)])


def _header() -> list[str]:
    return ["| key | value | meaning |", "|---|---|---|"]


def _rows(part: dict[str, Any], path: str, closed: tuple[str, ...]) -> Iterator[str]:
    for name, one in part.get("properties", {}).items():
        inner = _resolved(one)
        needed = " (needed)" if name in part.get("required", []) else ""
        meaning = one.get("description", inner.get("description", ""))
        yield _row(f"`{path}{name}`{needed}", _value(one), meaning, one)
        if name not in closed and "$ref" not in one:
            nested = inner.get("items", inner) if "items" in inner else inner
            yield from _rows(nested, f"{path}{name}.", ())


def _row(key: str, value: str, meaning: str, one: dict[str, Any]) -> str:
    examples = ", ".join(f"`{_yaml(each)}`" for each in one.get("examples", []))
    shown = f"{meaning} {examples}" if examples and "enum" not in one else meaning
    return "| " + " | ".join(_cell(text) for text in (key, value, shown)) + " |"


def _value(one: dict[str, Any]) -> str:
    if "$ref" in one:
        return str(one["$ref"]).rpartition("/")[2]
    if "enum" in one:
        return ", ".join(f"`{_yaml(each)}`" for each in one["enum"])
    if "const" in one:
        return f"`{_yaml(one['const'])}`"
    kinds = one.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds == _SCALAR:
        return "text"
    return " or ".join(_KINDS[kind] for kind in kinds) + _bounds(one)


def _bounds(one: dict[str, Any]) -> str:
    if "maximum" in one:
        return f", {one['minimum']} to {one['maximum']}"
    return f", at least {one['minimum']}" if "minimum" in one else ""


def _kinds() -> str:
    rows = []
    for name, one in schema()["$defs"].items():
        values = ", ".join(f"`{each}`" for each in one.get("enum", []))
        rows.append(f"| {name} | {_cell(one['description'])}{' ' if values else ''}{values} |")
    return "\n".join(["#### Kinds of values", "", "| kind | meaning |", "|---|---|", *rows])


def _resolved(one: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in one:
        return one
    found: dict[str, Any] = schema()["$defs"][str(one["$ref"]).rpartition("/")[2]]
    return found


def _yaml(value: Any) -> str:
    """One line as a file would have it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(one) for one in value) + "]"
    if not isinstance(value, str):
        return json.dumps(value)
    odd = set(value) & set(",:{}[]#'\"\\$&!|>%@`") or value in ("", "true", "false")
    plain = not odd and not value.lstrip("-").isdigit()
    return value if plain else "'" + value.replace("'", "''") + "'"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: list[str]) -> None:
    """Prints the reference, or puts it into the page that is named."""
    if not arguments:
        print(reference())
    for name in arguments:
        page = Path(name)
        page.write_text(put_into(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
