"""Imports have one direction: the parts of a connection do not know who puts them together."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import rhombus_mock

PACKAGE = Path(rhombus_mock.__file__).parent


def test_no_imports_form_a_circle_not_even_for_types() -> None:
    files = {_name(file): file for file in PACKAGE.rglob("*.py")}
    imports = {name: _imported(file) & files.keys() - {name} for name, file in files.items()}

    order = list(TopologicalSorter(imports).static_order())

    assert "rhombus_mock.connections.connection" in imports["rhombus_mock.running.scenario"]
    assert order.index("rhombus_mock.connections.connection") < order.index(
        "rhombus_mock.running.scenario"
    )


def _name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{one.name}" for one in node.names}
    return found
