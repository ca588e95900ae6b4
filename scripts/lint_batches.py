"""lint_batches.py COMMANDS FOLDER < SOURCES: makes translation units of sources that go together.

clang-tidy spends most of its time on the headers that each source brings. Sources of one target
whose own names do not meet share a unit, and so their headers. Reads names ended by NUL; writes
the units and their compile commands into FOLDER, and prints a line for each unit, the longest
first: its name and its sources, between tabs.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

LARGEST = 12
# What stands at the left edge and is not a member's definition: a name of the file's own, mostly.
NAME = re.compile(r"^(?![#/} ]|namespace ).*?(?<!::)\b(\w+)(?=\s*[({=;\[])", re.MULTILINE)
USED = re.compile(r"^using (?:\w+::)*(\w+);", re.MULTILINE)
NO_NAMES = {"if", "for", "while", "decltype", "noexcept", "operator", "rhombus"}


def own_names(source: str) -> set[str]:
    text = Path(source).read_text()
    return {*NAME.findall(text), *USED.findall(text)} - NO_NAMES


def batches(sources: list[str]) -> list[list[str]]:
    """Each source in the first batch where none of its names stands already."""
    made: list[tuple[list[str], set[str]]] = []
    for source in sources:
        names = own_names(source)
        for members, taken in made:
            if len(members) < LARGEST and not names & taken:
                members.append(source)
                taken |= names
                break
        else:
            made.append(([source], names))
    return [members for members, _ in made]


def target_of(command: dict[str, str]) -> str:
    """Sources of one target are compiled alike."""
    return re.sub(r".*-o (\S*CMakeFiles/[^/]+)/.*", r"\1", command["command"])


def main() -> None:
    commands = {one["file"]: one for one in json.loads(Path(sys.argv[1]).read_text())}
    folder = Path(sys.argv[2]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    targets: dict[str, list[str]] = {}
    for source in filter(None, sys.stdin.read().split("\0")):
        targets.setdefault(target_of(commands[source]), []).append(source)

    units = []
    made = [batch for sources in targets.values() for batch in batches(sources)]
    for number, batch in enumerate(sorted(made, key=len, reverse=True)):
        unit = folder / f"{number}.cpp"
        unit.write_text("".join(f'#include "{source}"\n' for source in batch))
        first = commands[batch[0]]
        command = first["command"].replace(f"-c {batch[0]}", f"-c {unit}")
        units.append({"directory": first["directory"], "file": str(unit), "command": command})
        print(unit, *batch, sep="\t")
    (folder / "compile_commands.json").write_text(json.dumps(units))


main()
