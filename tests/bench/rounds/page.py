"""docs/performance.md: what stands between its markers is made here."""

from __future__ import annotations

from pathlib import Path

BEGIN = "<!-- measured: --update-docs writes this -->\n"
END = "<!-- end -->\n"


class MarkerError(Exception):
    """The page has no place for what was measured."""


def with_measured(page: str, measured: str) -> str:
    """@returns the page with this between its markers."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise MarkerError(f"expected {BEGIN.strip()} and {END.strip()}")
    return before + BEGIN + "\n" + measured + "\n" + END + after


def update(page: Path, *, measured: str, plots: dict[str, str]) -> None:
    """Rewrites the page, and its plots in the folder of the same name."""
    page.write_text(with_measured(page.read_text(), measured))
    folder = page.with_suffix("")
    folder.mkdir(exist_ok=True)
    for name, drawing in plots.items():
        (folder / f"{name}.svg").write_text(drawing)
