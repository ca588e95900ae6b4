"""docs/use-the-library.md shows the programs of examples/ as they are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/use-the-library.md"
# The file's name, and its text in the block that follows.
SHOWN = re.compile(r"<!-- (examples/\S+) -->\n```\w+\n(.*?)```\n", re.DOTALL)


def test_the_page_shows_each_example_word_for_word() -> None:
    shown = dict(SHOWN.findall(PAGE.read_text()))
    written = {
        str(file.relative_to(ROOT)): file.read_text()
        for file in (ROOT / "examples").iterdir()
        if file.suffix in {".cpp", ".txt"}
    }
    assert shown == written


def test_every_component_is_in_the_table() -> None:
    listed = re.findall(r"^\| (`.*?`) \|", PAGE.read_text(), re.MULTILINE)
    told = {name for cell in listed for name in re.findall(r"`(\w+)`", cell)}
    made = {
        name
        for file in (ROOT / "lib/src").glob("*/CMakeLists.txt")
        for name in re.findall(r"rhombus_library\((\w+)", file.read_text())
    }
    assert told == made
