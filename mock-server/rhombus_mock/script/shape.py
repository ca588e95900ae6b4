"""What the schema finds wrong, in words of the file."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING, Any

from rhombus_mock.script.finding import Finding, Findings, near, where
from rhombus_mock.script.reading import Document, Path

if TYPE_CHECKING:
    import jsonschema

_SHORT_FORM = "rhombus-duration"
"""A text in place of a mapping that is itself a duration."""
_NAMES = {"object": "a mapping", "array": "a list", "integer": "an integer"}


@functools.cache
def schema() -> dict[str, Any]:
    """scenarios/schema.json."""
    text = resources.files("rhombus_mock.script").joinpath("schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def findings(document: Document) -> Findings:
    """Every place that is not as the schema says."""
    for error in _validator().iter_errors(document.value):
        yield _told(error)


def typed(
    value: Any, kinds: tuple[str, ...], part: Any = None, path: Path = ()
) -> Iterator[tuple[str, Path, Any]]:
    """Kind, place and value of all that the schema defines as one of these kinds of its $defs."""
    part = schema() if part is None else part
    if "$ref" in part:
        kind = part["$ref"].removeprefix("#/$defs/")
        if kind in kinds:
            yield kind, path, value
            return
        part = schema()["$defs"][kind]
    if isinstance(value, str) and "duration" in kinds and part.get("format") == _SHORT_FORM:
        yield "duration", path, value
    if isinstance(value, dict):
        others = part.get("additionalProperties", {})
        for name, one in value.items():
            inner = part.get("properties", {}).get(name, others)
            if isinstance(inner, dict):
                yield from typed(one, kinds, inner, (*path, name))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from typed(one, kinds, part.get("items", {}), (*path, at))


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    # A fifth of what starting the server takes; only who has a file needs it.
    import jsonschema

    return jsonschema.Draft202012Validator(schema())


def _told(error: jsonschema.ValidationError) -> Finding:
    path: Path = tuple(error.absolute_path)
    schema_part: Any = error.schema
    given: Any = error.instance
    wanted: Any = error.validator_value
    if error.validator == "additionalProperties" and isinstance(given, dict):
        known = list(schema_part.get("properties", {}))
        unknown = next(key for key in given if key not in known)
        text = f"unknown key '{unknown}'{where(path)}{near(unknown, known)}"
        return Finding((*path, unknown), text)
    if error.validator == "required":
        missing = next(key for key in wanted if key not in given)
        return Finding(path, f"'{missing}' is missing{where(path)}")
    if error.validator in ("maxProperties", "minProperties"):
        return Finding(path, f"exactly one key is expected{where(path)}")
    name = f"'{path[-1]}'" if path and isinstance(path[-1], str) else f"{where(path)[4:]}"
    shown = json.dumps(given, ensure_ascii=False)[:60]
    return Finding(path, f"{name} is {_expected(error)}; not {shown}")


def _expected(error: jsonschema.ValidationError) -> str:
    value: Any = error.validator_value
    match error.validator:
        case "enum":
            return f"one of {', '.join(str(one) for one in value)}"
        case "const":
            return json.dumps(value)
        case "type":
            kinds = [value] if isinstance(value, str) else value
            return " or ".join(_NAMES.get(kind, f"a {kind}") for kind in kinds)
        case "pattern":
            return f"spelt like {value}"
        case "minimum" | "maximum":
            return f"{'at least' if error.validator == 'minimum' else 'at most'} {value}"
    return f"limited by {error.validator} {value}"
