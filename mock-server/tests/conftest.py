"""One mock server for all tests; each test has its own scenario."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wire import Mock


@pytest.fixture(scope="session")
def mock() -> Iterator[Mock]:
    running = Mock("--events", "0")
    yield running
    assert running.stop() == 0
