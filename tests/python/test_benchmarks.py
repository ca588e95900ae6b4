"""tests/bench: the corpus is the same everywhere, and figures are judged as they should be."""

from __future__ import annotations

import json
import operator
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"
sys.path[:0] = [str(BENCH), str(BENCH / "corpus")]

import make_corpus  # noqa: E402
from rounds import claims, page, plot, programs, raw_log  # noqa: E402


def made(folder: Path, *arguments: str) -> Path:
    subprocess.run(
        [sys.executable, BENCH / "corpus/make_corpus.py", folder, "--mib", "0.05", *arguments],
        check=True,
    )
    return folder


def lengths(file: Path) -> list[int]:
    octets = file.read_bytes()
    return [int.from_bytes(octets[at : at + 4], "little") for at in range(0, len(octets), 4)]


def test_the_same_arguments_make_the_same_octets(tmp_path: Path) -> None:
    one, two = (made(tmp_path / name, "--websocket") for name in ("one", "two"))
    assert {file.name: file.read_bytes() for file in one.iterdir()} == {
        file.name: file.read_bytes() for file in two.iterdir()
    }


def test_another_seed_makes_others(tmp_path: Path) -> None:
    one, two = made(tmp_path / "one"), made(tmp_path / "two", "--seed", "other")
    assert (one / "small.stomp").read_bytes() != (two / "small.stomp").read_bytes()


@pytest.mark.parametrize("name", make_corpus.CLASSES)
def test_both_ways_to_cut_the_stream_use_all_of_it(tmp_path: Path, name: str) -> None:
    folder = made(tmp_path, "--websocket")
    octets = (folder / f"{name}.stomp").stat().st_size
    assert sum(lengths(folder / f"{name}.ws")) == octets
    assert sum(lengths(folder / f"{name}.chunks")) == octets


def test_counts_are_those_of_the_stream(tmp_path: Path) -> None:
    folder = made(tmp_path, "--classes", "small")
    frames = (folder / "small.stomp").read_bytes().split(b"\0")[:-1]
    heads, bodies = zip(*(frame.lstrip(b"\n").split(b"\n\n", 1) for frame in frames), strict=True)
    meta = json.loads((folder / "small.meta.json").read_text())
    found = {
        "frames": len(frames),
        "headers": sum(head.count(b"\n") for head in heads),
        "body_bytes": sum(map(len, bodies)),
        "no_content_length_frames": sum(b"\ncontent-length:" not in head for head in heads),
        "escaped_frames": sum(b"\\" in head for head in heads),
    }
    assert {name: meta[name] for name in found} == found


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_length_takes_the_fewest_octets(length: int, head: bytes) -> None:
    assert make_corpus.text_frame(b"x" * length) == head + b"x" * length


def test_a_frame_counts_what_it_says() -> None:
    counts: Counter[str] = Counter()
    frame = make_corpus.Events(seed="any", changes=1).frame(counts)
    head, body = frame[:-1].split(b"\n\n", 1)
    assert (counts["frames"], counts["headers"]) == (1, head.count(b"\n"))
    assert counts["body_bytes"] == len(body)


OURS, PEER = programs.Subject("parse", "messages"), programs.Subject("parse", "plain")


def claim(
    *, floor: float | None = None, goal: float | None = None, most: bool = False
) -> claims.Claim:
    holds = operator.le if most else operator.ge
    return claims.Claim("speed", OURS, "mib_s", "×", PEER, floor, goal, holds)


@pytest.mark.parametrize(
    ("judged", "median", "said"),
    [
        (claim(floor=0.9, goal=1.5), 0.89, "below the floor"),
        (claim(floor=0.9, goal=1.5), 0.9, "floor held"),
        (claim(floor=0.9, goal=1.5), 1.5, "goal met"),
        (claim(floor=1), 1, "floor held"),
        (claim(goal=60), 59.9, "goal missed"),
        (claim(goal=12, most=True), 12, "goal met"),
        (claim(goal=12, most=True), 12.1, "goal missed"),
    ],
)
def test_a_figure_is_judged_by_its_bounds(judged: claims.Claim, median: float, said: str) -> None:
    assert claims.verdict(judged, median) == said


def test_a_ratio_is_that_of_the_same_round() -> None:
    results = {OURS: [{"mib_s": 10.0}, {"mib_s": 30.0}], PEER: [{"mib_s": 5.0}, {"mib_s": 10.0}]}
    assert claims.measured(claim(floor=1), results) == claims.Spread(2.5, 2, 3)


def test_what_was_not_run_is_not_judged() -> None:
    assert claims.measured(claim(floor=1), {OURS: [{"mib_s": 10.0}]}) is None


def test_a_parser_that_counts_wrong_is_no_measurement() -> None:
    with pytest.raises(programs.MeasurementError, match=r"\[3, 4\]"):
        programs.parse_figures('{"mib_s": 1, "frames_s": 1, "ok": false, "seen": [3, 4]}')


def entry(payload: bytes, *, sender: int = 1, first: int = 0x81) -> bytes:
    return raw_log.ENTRY.pack(7, len(payload), 1, sender, first) + payload


LOG = raw_log.MAGIC + bytes(16) + entry(b"one") + entry(b"three")


@pytest.mark.parametrize(
    ("log", "said_frames", "said_octets"),
    [
        (LOG, 1, 8),
        (LOG, 2, 7),
        (LOG + entry(b"!"), 2, 8),
        (LOG[:-1], 2, 8),
        (b"other" + LOG[5:], 2, 8),
        (raw_log.MAGIC + bytes(16) + entry(b"one") + entry(b"three", sender=0), 2, 8),
    ],
)
def test_a_logger_that_lost_something_is_no_measurement(
    tmp_path: Path, log: bytes, said_frames: int, said_octets: int
) -> None:
    file = tmp_path / "log"
    file.write_bytes(log)
    said = {"n": said_frames, "bytes": said_octets, "wall": 1, "cpu": 1, "rss_mib": 1}
    with pytest.raises((programs.MeasurementError, ValueError)):
        programs.log_figures(json.dumps(said), messages=2, octets=8, log=file)


def test_control_frames_may_stand_in_a_log(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(
        LOG + entry(b"\x03\xe8", first=0x88) + entry(b"\x03\xe8", sender=0, first=0x88)
    )
    said = {"n": 2, "bytes": 8, "wall": 0.5, "cpu": 0.001, "rss_mib": 9}
    figures = programs.log_figures(json.dumps(said), messages=2, octets=8, log=file)
    assert figures == {
        "mib_s": 16 / (1 << 20),
        "kframes_s": 0.004,
        "cpu_s_per_million": 500,
        "rss_mib": 9,
    }


def test_the_page_keeps_what_stands_outside_its_markers() -> None:
    written = page.with_measured(f"before\n{page.BEGIN}old\n{page.END}after\n", "new")
    assert written == f"before\n{page.BEGIN}\nnew\n{page.END}after\n"
    assert page.with_measured(written, "new") == written


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(page.MarkerError):
        page.with_measured("before\nafter\n", "new")


@pytest.mark.parametrize("axis", [plot.linear, plot.logarithmic])
def test_a_plot_is_well_formed_and_shows_each_row_inside(axis: object) -> None:
    rows = [
        plot.Row("fast & safe", "ours", claims.Spread(900, 800, 1100), "900"),
        plot.Row("slow", "peer", claims.Spread(3, 2, 4), "3.00"),
    ]
    drawn = ElementTree.fromstring(plot.draw("Speed", "MiB/s", axis(rows), rows))  # type: ignore[operator]
    dots = [float(dot.attrib["cx"]) for dot in drawn.iter("{http://www.w3.org/2000/svg}circle")]
    assert len(dots) == 2
    assert plot.WIDTH - plot.RIGHT > dots[0] > dots[1] >= plot.LEFT
