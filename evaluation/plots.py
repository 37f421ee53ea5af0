"""Plots as SVG that stands inside a page: text stays text, and every picture says in words what it shows."""

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evaluation.results import Confusion, Measure, Reliability

# Told apart by people who do not see every colour (Okabe and Ito).
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
_MOST_CONFUSED = 12


def bars(measures: Sequence[Measure], title: str) -> Markup:
    """One group of bars a group, one colour a subject, with the confidence intervals where there are any."""
    groups = list(dict.fromkeys(measure.group for measure in measures))
    subjects = list(dict.fromkeys(measure.subject for measure in measures))
    width = 0.8 / len(subjects)
    with _drawing(title, (max(4.0, 1.2 + 0.22 * len(groups) * (len(subjects) + 1)), 3.0)) as (axes, pictures):
        for number, subject in enumerate(subjects):
            own = {measure.group: measure for measure in measures if measure.subject == subject}
            places = [place + number * width for place, group in enumerate(groups) if group in own]
            shown = [own[group] for group in groups if group in own]
            axes.bar(
                places,
                [measure.value for measure in shown],
                width,
                label=subject,
                color=_COLOURS[number % len(_COLOURS)],
                yerr=[_below(shown), _above(shown)],
                error_kw={"elinewidth": 0.8},
            )
        axes.set_xticks([place + width * (len(subjects) - 1) / 2 for place in range(len(groups))], groups)
        axes.tick_params(axis="x", rotation=0 if max(map(len, groups)) < 8 else 30)
        if max(measure.value for measure in measures) <= 1:
            axes.set_ylim(0, 1)
        axes.legend(fontsize=7, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return pictures[0]


@dataclass(frozen=True, slots=True)
class Line:
    """Points (across, up) that belong together."""

    name: str
    points: tuple[tuple[float, float], ...]


def lines(drawn: Sequence[Line], title: str, across: str, up: str, limit: float | None = None) -> Markup:
    """Lines from zero up, with a dashed one at the limit; twice the limit is the highest that is shown."""
    with _drawing(title, (5.2, 3.2)) as (axes, pictures):
        for number, line in enumerate(drawn):
            xs, ys = zip(*line.points, strict=True)
            axes.plot(xs, ys, marker="o", markersize=3, label=line.name, color=_COLOURS[number % len(_COLOURS)])
        if limit is not None:
            axes.axhline(limit, linestyle="--", color="#777777", linewidth=0.8)
        highest = max(value for line in drawn for _, value in line.points)
        axes.set_ylim(0, min(1.1 * highest, 2 * limit) if limit is not None else 1.1 * highest)
        axes.set_xlim(left=0)
        axes.set_xlabel(across)
        axes.set_ylabel(up)
        axes.legend(fontsize=7, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return pictures[0]


def calibration(bins: Sequence[Reliability]) -> Markup:
    """How often first findings are right against how sure Roland is; on the dashed line it is as right as sure."""
    filled = [one for one in bins if one.questions]
    with _drawing("calibration: right against sure", (4.0, 3.4)) as (axes, pictures):
        axes.plot([0, 1], [0, 1], linestyle="--", color="#777777", linewidth=0.8)
        axes.plot([one.probability for one in filled], [one.right for one in filled], marker="o", color=_COLOURS[0])
        for one in filled:
            axes.annotate(str(one.questions), (one.probability, one.right), xytext=(4, -9), textcoords="offset points")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("probability of the first finding")
        axes.set_ylabel("share that is right")
    return pictures[0]


def confusion(confusions: Sequence[Confusion]) -> Markup:
    """What was meant (rows) against what was found (columns), the most frequent pairs."""
    shown = confusions[:_MOST_CONFUSED]
    meant = list(dict.fromkeys(one.meant for one in shown))
    found = list(dict.fromkeys(one.found for one in shown))
    counts = np.zeros((len(meant), len(found)))
    for one in shown:
        counts[meant.index(one.meant), found.index(one.found)] = one.times
    size = (3.2 + 0.42 * len(found), 2.2 + 0.3 * len(meant))
    with _drawing("taken for another: meant (rows), found (columns)", size) as (axes, pictures):
        axes.imshow(counts, cmap="Blues", aspect="auto")
        axes.set_xticks(range(len(found)), found, rotation=60, ha="right", fontsize=7)
        axes.set_yticks(range(len(meant)), meant, fontsize=7)
        for row, column in zip(*np.nonzero(counts), strict=True):
            times = counts[row, column]
            colour = "white" if times > counts.max() / 2 else "black"
            axes.text(column, row, str(int(times)), ha="center", va="center", fontsize=7, color=colour)
    return pictures[0]


@contextmanager
def _drawing(title: str, size: tuple[float, float]) -> Iterator[tuple[Axes, list[Markup]]]:
    """Axes to draw on; the finished picture stands in the list afterwards."""
    pictures: list[Markup] = []
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "roland", "text.parse_math": False}):
        drawn = Figure(figsize=size, layout="constrained")
        axes = drawn.subplots()
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(title, fontsize=9, loc="left")
        axes.tick_params(labelsize=7)
        yield axes, pictures
        file = io.StringIO()
        drawn.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    pictures.append(_embedded(file.getvalue(), title))


def _embedded(svg: str, title: str) -> Markup:
    """The drawing without the head of a file of its own, its ids made unlike those of every other drawing."""
    body = svg[svg.index("<svg") :]
    prefix = f"p{zlib.crc32(body.encode()):08x}-"
    body = re.sub(r'\b(id="|href="#|url\(#)', lambda found: found[1] + prefix, body)
    # matplotlib has escaped the texts of the drawing
    return Markup(body.replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1))  # noqa: S704


def _below(measures: Sequence[Measure]) -> list[float]:
    return [0.0 if measure.low is None else max(measure.value - measure.low, 0.0) for measure in measures]


def _above(measures: Sequence[Measure]) -> list[float]:
    return [0.0 if measure.high is None else max(measure.high - measure.value, 0.0) for measure in measures]
