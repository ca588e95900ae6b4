"""What is wrong with a scenario file: first by its schema, then what a schema cannot say."""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import jsonschema

from rhombus_mock.durations import per_second
from rhombus_mock.faults import catalogue
from rhombus_mock.faults.catalogue import UnknownFault
from rhombus_mock.habits import UnknownHabit, habits
from rhombus_mock.script import expression
from rhombus_mock.script.octets import octets
from rhombus_mock.script.reading import Document, Path
from rhombus_mock.script.values import text_of

STATES = ("accepted", "upgraded", "connected", "subscribed")
OCTETS = ("raw", "body")
DURATIONS = ("every", "for", "at_most", "window", "within", "not_before")
BUILT_IN = ("org", "canary_key", "heart_beat", "sub")
_TEMPLATE = re.compile(r"\$\{([^}]*)\}")
_ONE_OF = {
    "await": ("upgrade", "frame", "beat", "close"),
    "send": ("frame", "event", "raw"),
}

Found = list[tuple[int, str]]


@functools.cache
def schema() -> dict[str, Any]:
    """scenarios/schema.json."""
    text = resources.files("rhombus_mock.script").joinpath("schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def problems(document: Document) -> Found:
    """Lines and messages in the order of the file."""
    if not isinstance(document.value, dict):
        return [(1, "is not a mapping")]
    found = [_told(error, document) for error in _validator().iter_errors(document.value)]
    if not found:
        found = [(document.line(path), text) for path, text in _meaning(document)]
    return sorted(set(found))


def without_requirement(document: Document) -> Found:
    """A file that is to be judged names a requirement; one that is only run need not."""
    named = [one for one in document.value.get("expect", []) if "requirement" in one]
    return [] if named else [(1, "names no requirement in 'expect'")]


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())


def _told(error: jsonschema.ValidationError, document: Document) -> tuple[int, str]:
    path: Path = tuple(error.absolute_path)
    where = _where(path)
    schema_part: Any = error.schema
    given: Any = error.instance
    wanted: Any = error.validator_value
    if error.validator == "additionalProperties" and isinstance(given, dict):
        known = list(schema_part.get("properties", {}))
        unknown = next(key for key in given if key not in known)
        text = f"unknown key '{unknown}'{where}{_near(unknown, known)}"
        return document.line((*path, unknown)), text
    if error.validator == "required":
        missing = next(key for key in wanted if key not in given)
        return document.line(path), f"'{missing}' is missing{where}"
    if error.validator in ("maxProperties", "minProperties"):
        return document.line(path), f"exactly one key is expected{where}"
    name = f"'{path[-1]}'" if path and isinstance(path[-1], str) else f"{where[4:]}"
    shown = json.dumps(given, ensure_ascii=False)[:60]
    return document.line(path), f"{name} is {_expected(error)}; not {shown}"


def _expected(error: jsonschema.ValidationError) -> str:
    value: Any = error.validator_value
    match error.validator:
        case "enum":
            return f"one of {', '.join(str(one) for one in value)}"
        case "const":
            return json.dumps(value)
        case "type":
            kinds = [value] if isinstance(value, str) else value
            names = {"object": "a mapping", "array": "a list", "integer": "an integer"}
            return " or ".join(names.get(kind, f"a {kind}") for kind in kinds)
        case "pattern":
            return f"spelt like {value}"
        case "minimum" | "maximum":
            return f"{'at least' if error.validator == 'minimum' else 'at most'} {value}"
    return f"limited by {error.validator} {value}"


def _where(path: Path) -> str:
    """` in steps[2].send`: the path from its last list on."""
    at = max((i for i, part in enumerate(path) if isinstance(part, int)), default=None)
    parts = path if at is None else path[max(0, at - 1) :]
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return f" in {text}" if text else ""


def _near(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1, 0.5)
    return f"; did you mean '{near[0]}'?" if near else ""


def _meaning(document: Document) -> Iterator[tuple[Path, str]]:
    value = document.value
    yield from _leaves(document, value, ())
    for at, text in enumerate(value.get("faults", [])):
        yield from _raised(("faults", at), functools.partial(catalogue.parse, text))
    server = {name: str(one) for name, one in value.get("server", {}).items()}
    yield from _raised(("server",), lambda: habits(server))
    labels: set[str] = set(STATES)
    saved = set(BUILT_IN)
    for at, block in enumerate(value.get("connections", [])):
        if (block["match"] == "nth") != ("nth" in block):
            yield ("connections", at), "'nth' goes with match: nth, and only there"
        for step_at, step in enumerate(block["steps"]):
            path: Path = ("connections", at, "steps", step_at)
            yield from _step(path, step, saved)
            labels |= {one for one in [step.get("fault", {}).get("as")] if one}
    yield from _expectations(value, labels)


def _step(path: Path, step: dict[str, Any], saved: set[str]) -> Iterator[tuple[Path, str]]:
    (kind, given), where = next(iter(step.items())), _where(path)
    for word in _templates(given):
        if word not in saved:
            near = _near(word, sorted(saved))
            yield (*path, kind), f"nothing was saved as '{word}'{where}{near}"
    if kind in _ONE_OF:
        named = [one for one in _ONE_OF[kind] if one in given]
        if len(named) != 1:
            yield (*path, kind), f"exactly one of {', '.join(_ONE_OF[kind])} is expected{where}"
    if kind == "await":
        saved |= set(given.get("save", {}))
        if "save" in given and "frame" not in given:
            yield (*path, kind), f"'save' goes with 'frame'{where}"
    if kind == "fault":
        yield from _raised((*path, kind), lambda: fault_of(given))
    if kind == "events":
        if ("count" in given) == ("for" in given):
            yield (*path, kind), f"exactly one of count, for is expected{where}"
        if "for" in given and "rate" not in given:
            yield (*path, kind), f"'for' goes with 'rate'{where}"
        if "rate" in given:
            yield from _raised((*path, kind, "rate"), lambda: per_second(given["rate"]))
    if kind == "hold" and isinstance(given, str):
        yield from _raised((*path, kind), lambda: expression.parse(given))


def fault_of(given: dict[str, Any]) -> catalogue.Spec:
    """The fault of a `fault:` step; it begins at once unless told otherwise."""
    options = {name: text_of(value) for name, value in given.items() if name not in ("id", "as")}
    spec = catalogue.spec(given["id"], {"after": "0s", **options})
    if spec.create().begins == "listening":
        raise UnknownFault(f"{spec.id} must be there before the port is: list it under 'faults'")
    if spec.hosts == ("rest",):
        raise UnknownFault(f"{spec.id} is the REST host's: list it under 'faults'")
    return spec


def _expectations(value: dict[str, Any], labels: set[str]) -> Iterator[tuple[Path, str]]:
    for at, one in enumerate(value.get("expect", [])):
        path: Path = ("expect", at)
        if ("requirement" in one) == ("fact" in one):
            yield path, f"exactly one of requirement, fact is expected{_where(path)}"
        after = one.get("after")
        if after is not None and after not in labels:
            near = _near(after, sorted(labels))
            yield (*path, "after"), f"no fault step is called '{after}'{_where(path)}{near}"


def _leaves(document: Document, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        if "event" in path or "json" in path:
            return
        for name, one in value.items():
            yield from _leaves(document, one, (*path, name))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _leaves(document, one, (*path, at))
    elif isinstance(value, str) and path and "fault" not in path:
        if path[-1] in OCTETS:
            if path in document.double_quoted:
                text = "octets in double quotes: YAML would decode the escapes; use single quotes"
                yield path, f"'{path[-1]}' holds {text}"
            yield from _raised(path, lambda: octets(value))
        elif path[-1] in DURATIONS:
            yield from _raised(path, lambda: expression.parse(value))


def _raised(path: Path, attempt: Callable[[], object]) -> Iterator[tuple[Path, str]]:
    try:
        attempt()
    except (ValueError, UnknownFault, UnknownHabit) as error:
        yield path, str(error)


def _templates(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_templates(one) for one in value.values())) if value else set()
    return set(_TEMPLATE.findall(value)) if isinstance(value, str) else set()
