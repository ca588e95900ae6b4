"""Fixtures of the doctor's tests; cases begin before the first test, as they mostly wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import Case, Cases, takes_long
from doctor import Doctor, processes_of, until


def case_of(item: pytest.Item) -> Case | None:
    """The case that a test looks at."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    for value in values:
        case = getattr(value, "case", value)
        if isinstance(case, Case):
            return case
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that look at a case come last: the others run while the cases wait."""
    items.sort(key=lambda item: case_of(item) is not None)


@pytest.fixture(scope="session", autouse=True)
def cases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cases]:
    """All cases of the selected tests, under way."""
    place = tmp_path_factory.mktemp("cases")
    begun = Cases(place)
    # The long ones first, so that none of them is left alone at the end.
    selected = [case for item in request.session.items if (case := case_of(item))]
    for case in sorted(selected, key=takes_long, reverse=True):
        begun.begin(case)
    yield begun
    begun.stop()
    until(lambda: processes_of(place) == {}, "the end of all processes", 10)


@pytest.fixture
def doctor(tmp_path: Path) -> Iterator[Doctor]:
    """The doctor with an empty home folder; none of its processes outlives the test."""
    yield Doctor(tmp_path)
    until(lambda: processes_of(tmp_path) == {}, "the end of all processes", 10)
