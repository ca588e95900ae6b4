"""catalogue.json: published shape, and nothing listed that is not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from wire import Mock

from rhombus_mock.actions import STATES
from rhombus_mock.faults import IMPLEMENTED, catalogue

SCHEMAS = Path(__file__).parents[2] / "docs/schema"


def valid(name: str, value: Any) -> None:
    schema = json.loads((SCHEMAS / name).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(value, schema, jsonschema.Draft202012Validator)


def test_published_shapes(mock: Mock) -> None:
    valid("faults.schema.json", catalogue.document())
    valid("mock-ready.schema.json", mock.ready)
    valid("mock-scenario.schema.json", mock.scenario().info)


def test_the_list_is_what_is_implemented() -> None:
    assert set(catalogue.entries()) == {name.partition("/")[0] for name in IMPLEMENTED}
    for name in IMPLEMENTED:
        catalogue.parse(name)


@pytest.mark.parametrize("identity", catalogue.entries())
def test_every_variant_can_be_made_and_its_receipt_names_a_state_it_can_have(
    identity: str,
) -> None:
    entry = catalogue.entry_of(identity)
    for variant in entry["variants"] or [{"name": ""}]:
        spec = catalogue.spec(f"{identity}/{variant['name']}".rstrip("/"), {})
        fault = spec.create()
        at_least = STATES.index(variant.get("receipt", entry["receipt"])["state"])
        assert STATES.index(fault.begins) <= at_least


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("F-401", [1, 2, 3, 4]),
        ("F-401:connection=2", [2]),
        ("F-401:connection=3+", [3, 4]),
        ("F-401:connection=every", [1, 2, 3, 4]),
    ],
)
def test_connections(text: str, hits: list[int]) -> None:
    spec = catalogue.parse(text)
    assert [n for n in range(1, 5) if spec.hits("ws", n)] == hits
    assert not spec.hits("rest", 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("F-614:rate=0", "F-614: rate: at least 1 is expected; not 0"),
        ("F-706:open=0s", "F-706: open: at least 1ms is expected; not 0s"),
        ("F-502:factor=nan", "F-502: factor: 'nan' is not a factor such as 0.5"),
        ("F-502:factor=-1", "F-502: factor: '-1' is not a factor such as 0.5"),
    ],
)
def test_what_would_mean_nothing_is_refused(text: str, message: str) -> None:
    with pytest.raises(catalogue.UnknownFault) as caught:
        catalogue.parse(text)
    assert str(caught.value) == message


def test_spelling_is_kept_for_receipts() -> None:
    spec = catalogue.parse("F-512/fin:after=3s,times=2")
    assert (spec.name, dict(spec.given)) == ("F-512/fin", {"after": "3s", "times": "2"})
    assert (spec.after.seconds, spec.times) == (3.0, 2)


def test_a_variant_may_have_defaults_of_its_own() -> None:
    assert catalogue.parse("F-152/rest").hosts == ("rest",)
    assert catalogue.parse("F-152/unknown-key").hosts == ("ws", "rest")
    assert catalogue.parse("F-152/unknown-key:host=rest").hosts == ("rest",)


@pytest.mark.parametrize("identity", catalogue.entries())
def test_defaults_of_variants_are_of_parameters_that_exist(identity: str) -> None:
    entry = catalogue.entry_of(identity)
    names = {one["name"] for one in entry["parameters"]}
    for variant in entry["variants"]:
        assert set(variant.get("defaults", {})) <= names
