"""Measures the mock server beside others, in rounds by turns; docs/performance-mock-server.md."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from rounds import machine, page

from . import measures, servers
from .servers import Server

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/performance-mock-server.md"
MODULES = ROOT / "clients/stompjs/node_modules"
OURS, WS = "rhombus-mock", "npm ws"
SUBSCRIBERS = 100

Start = Callable[[int], contextlib.AbstractContextManager[Server]]
Rows = dict[str, dict[str, list[float]]]
"""Figure, server, one value a round."""


def ours(events: int) -> contextlib.AbstractContextManager[Server]:
    """The burst is F-607 without a pause."""
    if not events:
        return servers.ours()
    return servers.ours("--fault", f"F-607:count={events},span=0s,after=0s")


PEERS: dict[str, Start] = {
    OURS: ours,
    WS: lambda events: servers.npm_ws(MODULES, max(1, events)),
    "websockets": lambda events: servers.websockets(max(1, events)),
    "RabbitMQ web_stomp": lambda _: servers.rabbitmq(),
}


def main() -> int:
    options = _options()
    names = [name for name in PEERS if name in options.servers.split(",")]
    rows: Rows = defaultdict(lambda: defaultdict(list))
    for number in range(options.rounds):
        for name in names:
            print(f"round {number + 1}: {name}", file=sys.stderr, flush=True)
            for what, value in _figures(name, options).items():
                rows[what][name].append(value)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1) + "\n")
    text = f"{_where()}\n\n{_goals(rows)}\n\n{_table(rows, names)}\n"
    print(text)
    if options.update_docs:
        page.update(PAGE, measured=text, plots={})
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench-mock", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--servers", default=",".join(PEERS), help="some of: %(default)s")
    parser.add_argument("--set-ups", type=int, default=500)
    parser.add_argument("--burst", type=int, default=200_000, help="events to one subscriber")
    parser.add_argument("--crowd", type=int, default=300, help=f"to each of {SUBSCRIBERS}")
    parser.add_argument("--idle", type=int, default=10_000, help="connections; 0 for none")
    parser.add_argument("--seconds", type=float, default=25.0, help="that they are held")
    parser.add_argument("--json", metavar="OUT", help="each figure of each round")
    parser.add_argument("--update-docs", action="store_true")
    return parser.parse_args()


def _figures(name: str, options: argparse.Namespace) -> measures.Figures:
    """One server's of one round; each figure from a server started anew."""
    start = PEERS[name]
    found: measures.Figures = {}
    with start(0) as server:
        found |= measures.setup(server, options.set_ups)
    # A broker is fed by another client and far slower: fewer are enough.
    burst = options.burst // (10 if name.startswith("RabbitMQ") else 1)
    with start(burst) as server:
        found |= measures.burst(server, burst)
    with start(0 if name == OURS else options.crowd) as server:
        found |= measures.crowd(server, SUBSCRIBERS, options.crowd)
    if options.idle:
        with start(0) as server:
            found |= measures.idle(server, options.idle, options.seconds)
    return found


def _table(rows: Rows, names: list[str]) -> str:
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for what, values in rows.items():
        cells = [_shown(values[name]) if values[name] else "" for name in names]
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _goals(rows: Rows) -> str:
    lines = ["| goal | measured | |", "|---|---|---|"]
    for what, wanted, least, most in (
        ("burst (events a second)", "at least 8 times npm `ws`", 8.0, float("inf")),
        ("set-up p50 (ms)", "at most that of npm `ws`", 0.0, 1.0),
    ):
        values = rows[what]
        if not values[OURS] or not values[WS]:
            continue
        ratios = [a / b for a, b in zip(values[OURS], values[WS], strict=True)]
        verdict = "met" if least <= statistics.median(ratios) <= most else "missed"
        lines.append(f"| {what}: {wanted} | {_shown(ratios)} × | {verdict} |")
    for what, values in rows.items():
        if what.startswith("KiB a connection") and values[OURS]:
            verdict = "met" if statistics.median(values[OURS]) <= 15 else "missed"
            lines.append(f"| {what}: at most 15 | {_shown(values[OURS])} | {verdict} |")
    return "\n".join(lines)


def _shown(values: list[float]) -> str:
    """The median, and the least and the most."""
    return f"{_number(statistics.median(values))} ({_number(min(values))}–{_number(max(values))})"


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def _where() -> str:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    python = ".".join(map(str, sys.version_info[:3]))
    node = machine.output_of("node", "--version").strip()[1:]
    load = os.getloadavg()[0]
    return (
        f"{today}; {machine.processor()}; {machine.system()}; Python {python}, Node.js {node}; "
        f"median (least–most) of the rounds; load at the end {load:.1f}."
    )


if __name__ == "__main__":
    sys.exit(main())
