"""The corpora that are measured: given ones, or our own, made once."""

from __future__ import annotations

import array
import hashlib
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MAKER = Path(__file__).parents[1] / "corpus/make_corpus.py"
CLASSES = ("small", "medium", "large")


class BrokenCorpusError(Exception):
    """Names the file and what is wrong with it."""


@dataclass(frozen=True)
class Corpus:
    prefix: Path  # PREFIX.stomp and the others

    @property
    def name(self) -> str:
        return self.prefix.name

    @cached_property
    def _messages(self) -> array.array[int]:
        file = self.prefix.with_suffix(".ws")
        octets = file.read_bytes()
        if not octets or len(octets) % 4 != 0:
            raise BrokenCorpusError(f"{file}: expected lengths of 4 octets each")
        return array.array("I", octets)

    @property
    def octets(self) -> int:
        return sum(self._messages)

    @property
    def mean_message_octets(self) -> int:
        return self.octets // len(self._messages)

    def octets_of(self, count: int) -> int:
        """Of so many messages, from the beginning again when they are over."""
        rounds, rest = divmod(count, len(self._messages))
        return rounds * self.octets + sum(self._messages[:rest])


def own_corpus(folder: Path, *, mib: float) -> Path:
    """Makes it where it is not there, or was made by another state of its generator."""
    made_from = f"{mib} {hashlib.sha256(MAKER.read_bytes()).hexdigest()}\n"
    stamp = folder / "made-from"
    if not stamp.exists() or stamp.read_text() != made_from:
        print(f"making a corpus of {mib:g} MiB a class", file=sys.stderr)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        subprocess.run(
            [sys.executable, MAKER, folder, "--mib", str(mib), "--websocket"], check=True
        )
        stamp.write_text(made_from)
    return folder


def corpora_in(folder: Path, classes: list[str]) -> list[Corpus]:
    return [Corpus(folder / name) for name in classes]
