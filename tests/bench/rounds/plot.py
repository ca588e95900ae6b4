"""Medians and spreads as SVG that can be read on light and on dark pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .claims import Spread

WIDTH = 820
LEFT = 290  # of the axis; the names stand before it
RIGHT = 120  # behind the axis; the figures stand there
TOP = 58
ROW = 24
BOTTOM = 42

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; font-size: 15px; }
  .small { font-size: 11px; fill: #57606a; }
  .grid { stroke: #d0d7de; }
  .ours { fill: #0b6bcb; stroke: #0b6bcb; }
  .peer { fill: #b35900; stroke: #b35900; }
  .limit { fill: #6e7781; stroke: #6e7781; }
  .spread { stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .ours { fill: #58a6ff; stroke: #58a6ff; }
    .peer { fill: #f0883e; stroke: #f0883e; }
    .limit { fill: #9198a1; stroke: #9198a1; }
  }
"""


@dataclass(frozen=True)
class Row:
    name: str
    kind: str  # "ours", "peer" or "limit": the colour
    figure: Spread
    label: str


@dataclass(frozen=True)
class Axis:
    """Where a figure stands between its ends."""

    ticks: Sequence[float]
    measure: Callable[[float], float]  # monotonic

    def place(self, value: float) -> float:
        first, last = self.measure(self.ticks[0]), self.measure(self.ticks[-1])
        share = (self.measure(value) - first) / (last - first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)


def logarithmic(rows: Sequence[Row]) -> Axis:
    """In whole decades: what is ten times as fast is as far away everywhere."""
    lowest = math.floor(math.log10(min(row.figure.least for row in rows)))
    highest = math.ceil(math.log10(max(row.figure.most for row in rows)))
    return Axis([10.0**power for power in range(lowest, max(highest, lowest + 1) + 1)], math.log10)


def linear(rows: Sequence[Row]) -> Axis:
    """From nothing, with round steps."""
    most = max(row.figure.most for row in rows)
    step = 10.0 ** math.floor(math.log10(most))
    if most / step < 3:
        step /= 2
    return Axis([step * tick for tick in range(math.ceil(most / step) + 1)], lambda value: value)


def text(x: float, y: float, words: str, *, style: str = "", anchor: str = "start") -> str:
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(words)}</text>'


def draw_grid(axis: Axis, bottom: float) -> list[str]:
    drawn = []
    for tick in axis.ticks:
        x = axis.place(tick)
        drawn.append(
            f'<line class="grid" x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{bottom:.1f}"/>'
        )
        words = f"{tick:,.0f}".replace(",", " ") if tick >= 10 else f"{tick:g}"
        drawn.append(text(x, bottom + 16, words, style="small", anchor="middle"))
    return drawn


def draw_row(row: Row, axis: Axis, y: float) -> list[str]:
    least, median, most = map(axis.place, (row.figure.least, row.figure.median, row.figure.most))
    return [
        text(LEFT - 14, y + 4, row.name, anchor="end"),
        f'<line class="spread {row.kind}" x1="{least:.1f}" y1="{y}" x2="{most:.1f}" y2="{y}"/>',
        f'<circle class="{row.kind}" cx="{median:.1f}" cy="{y}" r="5"/>',
        text(WIDTH - RIGHT + 16, y + 4, row.label),
    ]


def draw(title: str, unit: str, axis: Axis, rows: Sequence[Row]) -> str:
    """One row each, in this order; the dot is the median, the line goes from least to most."""
    bottom = TOP + ROW * len(rows)
    drawn = [text(12, 24, title, style="title"), *draw_grid(axis, bottom)]
    for index, row in enumerate(rows):
        drawn += draw_row(row, axis, TOP + ROW * index + ROW / 2 - 4)
    drawn.append(text(12, bottom + 34, unit, style="small"))
    height = bottom + BOTTOM
    body = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n{body}\n</svg>\n"
    )
