"""The catalogue for people: `--list-faults` and `--explain`."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from rhombus_mock.display.demonstration import demonstrated
from rhombus_mock.faults import catalogue
from rhombus_mock.faults.catalogue import Spec

WIDTH = 100
_NAME_WIDTH = 24
_NOTHING = "no octets of its own: it acts on what comes in, or over time, as the title says"


def table() -> str:
    """Every fault and variant, by family; `ok` marks legal input that must not harm."""
    lines = ["ok: legal input that must not harm a client. The first variant is the default."]
    families = itertools.groupby(catalogue.entries().values(), key=lambda one: one["family"])
    for family, entries in families:
        lines += ["", family]
        for entry in entries:
            lines += _rows(entry)
    count = len(catalogue.entries())
    variants = sum(max(1, len(one["variants"])) for one in catalogue.entries().values())
    lines += ["", f"{count} faults, {variants} with their variants; --explain ID tells more."]
    return "\n".join(lines)


def explained(spec: Spec) -> str:
    """One fault: what it does octet for octet, what to set, what a good client does."""
    entry = catalogue.entry_of(spec.id)
    parts = [
        [f"{spec.name}  {catalogue.title(spec)}"],
        _about(spec, entry),
        ["What it does:", *_indented(demonstrated(spec) or [_NOTHING])],
        _good_client(entry),
        _variants(spec, entry),
        ["Parameters and options:", *_indented(_parameters(spec, entry))],
        ["Run it:", *_indented(_calls(spec))],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _rows(entry: Mapping[str, Any]) -> list[str]:
    mark = "ok" if entry["ok"] else ""
    lines = _row(f"  {entry['id']}", mark, entry["title"])
    for variant in entry["variants"]:
        lines += _row(f"    {entry['id']}/{variant['name']}", "", variant["title"])
    return lines


def _row(name: str, mark: str, text: str) -> list[str]:
    start = f"{name:<{_NAME_WIDTH}} {mark:<3}"
    gap = " " * (_NAME_WIDTH + 4)
    lines = textwrap.wrap(text, WIDTH - len(gap)) or [""]
    above = [name] if len(name) > _NAME_WIDTH else []
    first = gap if above else start
    return [*above, first + lines[0], *(gap + line for line in lines[1:])]


def _about(spec: Spec, entry: Mapping[str, Any]) -> list[str]:
    receipt = entry["receipt"]
    variant: Mapping[str, Any] = next(
        (one for one in entry["variants"] if one["name"] == spec.variant), entry
    )
    reason = f" ({variant['doctor_reason']})" if "doctor_reason" in variant else ""
    lines = [f"Family: {entry['family']}"]
    if entry["ok"]:
        lines.append("Legal input: it must not harm a client.")
    if entry["guide"]:
        lines.append(f"Guide: {', '.join(entry['guide'])}")
    lines += [
        f"Receipt: octets: {receipt['octets']}; the client is at least: {receipt['state']}",
        f"A diagnosis of a live run says: {variant['doctor']}{reason}",
    ]
    return [*lines, *([f"Note: {entry['note']}"] if "note" in entry else [])]


def _good_client(entry: Mapping[str, Any]) -> list[str]:
    lines = []
    if "good_client" in entry:
        lines += textwrap.wrap(f"A good client: {entry['good_client']}", WIDTH)
    if entry.get("requirements"):
        lines.append(f"Requirements: {', '.join(entry['requirements'])}")
    return lines


def _variants(spec: Spec, entry: Mapping[str, Any]) -> list[str]:
    if not entry["variants"]:
        return []
    rows = []
    for at, one in enumerate(entry["variants"]):
        default = " (default)" if at == 0 else ""
        rows.append(f"{spec.id}/{one['name']}{default}: {one['title']}; diagnosis {one['doctor']}")
    return ["Variants:", *_indented(rows)]


def _parameters(spec: Spec, entry: Mapping[str, Any]) -> list[str]:
    rows = []
    own = catalogue.variant_of(entry, spec.variant).get("defaults", {})
    for one in [*entry["parameters"], *catalogue.document()["options"]]:
        default = own.get(one["name"], one["default"])
        if one["name"] == "after":
            default = catalogue.default_after(entry, spec.variant)
        if one["name"] == "times":
            default = entry.get("times")
        choices = f" ({', '.join(one['choices'])})" if "choices" in one else ""
        given = f"={default}" if default is not None else ""
        rows.append(f"{one['name']}{given}: {one['text']}{choices}")
    return rows


def _calls(spec: Spec) -> list[str]:
    return [
        f"rhombus-mock --fault {spec.name}",
        f"rhombus-mock --fault {spec.name}:after=3s,times=1",
        f"rhombus_mock.scenario('{spec.name}')   # the pytest fixture",
        f'curl -d \'{{"fault": "{spec.name}"}}\' CONTROL_URL/faults',
        f"- fault: {{id: {spec.name}}}   # a step of a scenario file",
    ]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
