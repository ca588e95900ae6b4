"""What is wrong with a scenario file: first by its schema, then what a schema cannot say."""

from __future__ import annotations

from itertools import chain

from rhombus_mock.script import expectations, meaning, reach, shape
from rhombus_mock.script.finding import Finding, Severity
from rhombus_mock.script.reading import Document

Found = list[tuple[int, str]]


def problems(document: Document, severity: Severity = "error") -> Found:
    """Lines and messages in the order of the file. Where the schema finds an error, nothing else
    is looked for; reach is looked at when everything before it is right."""
    told = [*shape.findings(document)] if isinstance(document.value, dict) else [_NO_MAPPING]
    if not told:
        told = [*chain(meaning.findings(document), expectations.findings(document.value))]
    if not any(one.severity == "error" for one in told):
        told += reach.findings(document.value)
    return sorted({(document.line(one.path), one.text) for one in told if one.severity == severity})


def without_requirement(document: Document) -> Found:
    """A file that is to be judged names a requirement; one that is only run need not."""
    named = [one for one in document.value.get("expect", []) if "requirement" in one]
    return [] if named else [(1, "names no requirement in 'expect'")]


_NO_MAPPING = Finding((), "is not a mapping")
