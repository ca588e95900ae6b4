"""Changes one thing in a source file at a time and looks whether a test notices.

A mutant is one file compiled with the change, linked with everything else of the test program, and
run. It survives when all tests pass. Survivors are told with file, line and change, and make the
run fail unless tests/mutation/equivalent.txt says why nothing can be noticed.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("equivalent.txt")


@dataclass(frozen=True)
class Mutant:
    path: Path
    line: int  # From 1.
    begin: int  # Columns of the line, from 0.
    end: int
    new: str

    def source(self, text: str) -> str:
        lines = text.split("\n")
        line = lines[self.line - 1]
        lines[self.line - 1] = line[: self.begin] + self.new + line[self.end :]
        return "\n".join(lines)

    def told(self, text: str) -> str:
        """As equivalent.txt names it: without a number, so that it outlives changes elsewhere."""
        line = text.split("\n")[self.line - 1]
        old = (
            line[: self.begin]
            + "⟦"
            + line[self.begin : self.end]
            + "→"
            + self.new
            + "⟧"
            + line[self.end :]
        )
        return f"{self.path.relative_to(ROOT)}: {old.strip()}"


SWAPS: list[tuple[str, list[str]]] = [
    # Relational
    (r"(?<![<>=!+\-*/&|^%-])<=(?!>)", ["<", ">"]),
    (r"(?<![<>=!-])>=", [">", "<"]),
    (r"==", ["!="]),
    (r"!=", ["=="]),
    (r"(?<= )<(?= )", ["<=", ">"]),
    (r"(?<= )>(?= )", [">=", "<"]),
    # Arithmetic
    (r"(?<=[\w)\]] )\+(?= [\w({])", ["-"]),
    (r"(?<=[\w)\]] )-(?= [\w({])", ["+"]),
    (r"(?<=[\w)\]] )\*(?= [\w(])", ["/"]),
    (r"(?<=[\w)\]] )/(?= [\w(])", ["*"]),
    (r"(?<=[\w)\]] )%(?= [\w(])", ["*"]),
    (r"\+=", ["-="]),
    (r"-=", ["+="]),
    (r"\+\+", ["--"]),
    (r"--", ["++"]),
    (r"(?<=[\w)\]] )&(?= [\w(~])", ["|"]),
    (r"(?<=[\w)\]] )\|(?= [\w(])", ["&"]),
    (r"(?<= )<<(?= )", [">>"]),
    (r"(?<= )>>(?= )", ["<<"]),
    # Boolean
    (r"&&(?! ?[a-z_]+;?$)", ["||"]),
    (r"\|\|", ["&&"]),
    (r"\btrue\b", ["false"]),
    (r"\bfalse\b", ["true"]),
    (r"(?<=[( ])!(?=[\w(])", [""]),
    (r"std::min\b", ["std::max"]),
    (r"std::max\b", ["std::min"]),
    # Numbers
    (r"(?<![\w.'\"])\d+(?![\w.'\"])", ["+1", "-1"]),
]
CONDITION = re.compile(r"\b(if|while) \((.+)\)( \{)?$")
STATEMENT = re.compile(r"^\s*[\w.>\[\]():*-]+(\(.*\)| [+\-|&]?= .+);$|^\s*(\+\+|--)\w+;$")
NOT_CODE = re.compile(
    r"^\s*(//|#|using |namespace |template|static_assert|BOOST_ASSERT|constexpr std::array)"
)


def without_texts(line: str) -> str:
    """The line with the insides of literals and comments blanked, columns kept."""
    blank = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'', lambda found: "_" * len(found[0]), line)
    return re.sub(r"//.*", lambda found: " " * len(found[0]), blank)


def mutants_of(path: Path) -> list[Mutant]:
    found: list[Mutant] = []
    for number, line in enumerate(path.read_text().split("\n"), 1):
        if NOT_CODE.match(line):
            continue
        code = without_texts(line)
        for pattern, swaps in SWAPS:
            for place in re.finditer(pattern, code):
                found += swapped(path, number, place, swaps)
        if condition := CONDITION.search(code):
            begin, end = condition.span(2)
            found.append(Mutant(path, number, begin, end, f"!({line[begin:end]})"))
        if STATEMENT.match(code) and not re.match(r"\s*(return|const|auto|static_cast)\b", code):
            begin = len(line) - len(line.lstrip())
            found.append(Mutant(path, number, begin, len(line), ";"))
    return found


def swapped(path: Path, number: int, place: re.Match[str], swaps: list[str]) -> list[Mutant]:
    mutants = []
    for swap in swaps:
        new = str(int(place[0]) + int(swap)) if swap in ("+1", "-1") else swap
        if not new.startswith("-") or not place[0].isdigit():
            mutants.append(Mutant(path, number, *place.span(), new))
    return mutants


def commands(build: Path) -> dict[Path, list[str]]:
    entries = json.loads((build / "compile_commands.json").read_text())
    return {Path(entry["file"]): shlex.split(entry["command"]) for entry in entries}


def link_words(build: Path, program: str) -> list[str]:
    told = subprocess.run(
        ["ninja", "-C", build, "-t", "commands", "-s", program],
        capture_output=True,
        text=True,
        check=True,
    )
    line = told.stdout.strip().split("\n")[-1]
    return shlex.split(line.split("&&")[1])


class Mutation:
    def __init__(self, build: Path, program: str, timeout: float, filters: str) -> None:
        self.build = build
        self.program = program
        self.timeout = timeout
        self.filters = filters
        self.commands = commands(build)
        self.link_words = link_words(build, program)

    def check_unchanged(self) -> None:
        """Tests that fail without a change would kill every mutant."""
        outcome = self._run(self.build / self.program)
        if outcome != "survived":
            sys.exit(f"{self.program}: its tests must pass before anything is changed")

    def compile_words(self, path: Path, source: Path, out: Path) -> list[str]:
        words = [word for word in self.commands[path] if word != "-g" and "ccache" not in word]
        output = words.index("-o")
        words[output + 1] = str(out)
        words[words.index(str(path))] = str(source)
        return [*words, f"-I{path.parent}", "-O0", "-w"]

    def link(self, object_file: Path, out: Path) -> list[str]:
        """The mutant stands before the archives, so that none of them is asked for its object."""
        words = list(self.link_words)
        words[words.index("-o") + 1] = str(out)
        first_archive = next(i for i, word in enumerate(words) if word.endswith(".a"))
        words.insert(first_archive, str(object_file))
        return words

    def survives(self, mutant: Mutant) -> str:
        """`killed`, `survived`, `timeout` or `unbuildable`."""
        text = mutant.path.read_text()
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / mutant.path.name
            source.write_text(mutant.source(text))
            out, program = Path(folder) / "mutant.o", Path(folder) / "mutant"
            if not self._done(self.compile_words(mutant.path, source, out)):
                return "unbuildable"
            if not self._done(self.link(out, program)):
                return "unbuildable"
            return self._run(program)

    def _done(self, words: list[str]) -> bool:
        return (
            subprocess.run(words, cwd=self.build, capture_output=True, check=False).returncode == 0
        )

    def _run(self, program: Path) -> str:
        """`survived` when all tests pass."""
        words = [
            str(program),
            "--gtest_brief=1",
            "--gtest_fail_fast",
            f"--gtest_filter={self.filters}",
        ]
        # A mutant may ask for all memory there is.
        limited = ["prlimit", "--as=2000000000", *words]
        try:
            done = subprocess.run(
                limited, cwd=self.build, capture_output=True, timeout=self.timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return "timeout"
        return "survived" if done.returncode == 0 else "killed"


def explained() -> dict[str, str]:
    """What equivalent.txt explains: a line `FILE: CODE`, and behind it, indented, the reason."""
    reasons: dict[str, str] = {}
    last = ""
    for line in EXPLAINED.read_text().splitlines() if EXPLAINED.exists() else []:
        if line.startswith(("    ", "\t")):
            reasons[last] = (reasons[last] + " " + line.strip()).strip()
        elif line.strip() and not line.startswith("#"):
            last = line.strip()
            reasons[last] = ""
    unexplained = [name for name, reason in reasons.items() if not reason]
    if unexplained:
        sys.exit(f"{EXPLAINED}: no reason given for {unexplained[0]}")
    return reasons


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument(
        "--build", type=Path, required=True, help="a build folder with the test program"
    )
    parser.add_argument(
        "--program", required=True, help="of the build folder, e.g. tests/unit/stomp/stomp_test"
    )
    parser.add_argument("--timeout", type=float, default=60, help="seconds a mutant may run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--sample", type=int, default=0, help="only so many mutants, by chance")
    parser.add_argument("--seed", type=int, default=1, help="of that chance")
    parser.add_argument("--filter", default="*", help="of tests, as --gtest_filter")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    mutants = [mutant for path in given.files for mutant in mutants_of(path.resolve())]
    if given.sample and given.sample < len(mutants):
        mutants = sorted(random.Random(given.seed).sample(mutants, given.sample), key=str)
    reasons = explained()
    run = Mutation(given.build.resolve(), given.program, given.timeout, given.filter)
    run.check_unchanged()
    counts = dict.fromkeys(("killed", "timeout", "unbuildable", "explained", "survived"), 0)
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for mutant, outcome in zip(mutants, pool.map(run.survives, mutants), strict=True):
            told = mutant.told(mutant.path.read_text())
            if outcome == "survived" and told in reasons:
                outcome = "explained"
            counts[outcome] += 1
            if outcome == "survived":
                print(f"{mutant.path.relative_to(ROOT)}:{mutant.line}\n  {told}", flush=True)
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    print(f"{len(mutants)} mutants in {time.monotonic() - began:.0f} s: {told}")
    return 1 if counts["survived"] else 0


if __name__ == "__main__":
    sys.exit(main())
