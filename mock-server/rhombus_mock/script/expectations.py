"""What a schema cannot say about `expect` and `killed_by`. They are judged elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rhombus_mock.script.finding import Finding, Findings, near, where
from rhombus_mock.script.reading import Path

STATES = ("accepted", "upgraded", "connected", "subscribed")
_OF_A_FACT = ("within", "not_before", "in_order", "never", "count")
_KNOWN_FACT = re.compile(r"connection-[1-9][0-9]*-open")


def findings(value: dict[str, Any]) -> Findings:
    """Of a file that is as its schema says."""
    labels = set(_labels(value)) | set(STATES)
    for at, one in enumerate(value.get("expect", [])):
        yield from _expectation(("expect", at), one, labels)
    expected = {one.get("requirement") for one in value.get("expect", [])}
    for name in value.get("killed_by", {}):
        if name not in expected:
            yield Finding(("killed_by", name), f"'{name}' is not expected here", "warning")


def _expectation(path: Path, one: dict[str, Any], labels: set[str]) -> Findings:
    if ("requirement" in one) == ("fact" in one):
        yield Finding(path, f"exactly one of requirement, fact is expected{where(path)}")
        return
    if "window" in one and "fact" in one:
        yield Finding((*path, "window"), f"'window' goes with 'requirement'{where(path)}")
    for name in _OF_A_FACT:
        if name in one and "requirement" in one:
            yield Finding((*path, name), f"'{name}' goes with 'fact'{where(path)}")
    after = one.get("after")
    if after is not None and after not in labels:
        text = f"no fault step is called '{after}'{where(path)}{near(after, sorted(labels))}"
        yield Finding((*path, "after"), text)
    count = one.get("count", {})
    if count.get("min", 0) > count.get("max", count.get("min", 0)):
        yield Finding((*path, "count"), f"'min' is more than 'max'{where(path)}")
    if "fact" in one and not _KNOWN_FACT.fullmatch(one["fact"]):
        text = f"the runner does not know the fact '{one['fact']}'"
        yield Finding((*path, "fact"), text, "warning")


def _labels(value: dict[str, Any]) -> Iterator[str]:
    for block in value.get("connections", []):
        for step in block["steps"]:
            if "as" in step.get("fault", {}):
                yield step["fault"]["as"]
