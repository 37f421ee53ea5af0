"""One self-contained HTML page about the newest results: what became worse first, then every measurement with plots."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from evaluation import plots
from evaluation.results import ALL, ROLAND, Measure, Result, read_all
from evaluation.tables import figure

_TEMPLATE = "report.html"
_MOST_MISSES = 60
# The figure that stands for a kind in the plots; the first one a result has.
_HEADLINES = ("solved", "recall_at_1", "ndcg_at_5", "handled", "turn", "accuracy", "p50_ms")
_BY_LINES = "lines_f1"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure in two runs. ``gain`` is positive where it became better."""

    series: str
    measure: Measure
    before: Measure

    @property
    def gain(self) -> float:
        """The difference in the direction that is better."""
        difference = self.measure.value - self.before.value
        return difference if self.measure.better == "more" else -difference

    @property
    def is_sure(self) -> bool:
        """Whether the new figure lies outside of the interval of the old one; without an interval every change is."""
        low, high = self.before.low, self.before.high
        return self.gain != 0 if low is None or high is None else not low <= self.measure.value <= high


@dataclass(frozen=True, slots=True)
class Chapter:
    """One series: its newest result, the run before where there is one, and what changed between them."""

    name: str
    result: Result
    before: Result | None
    changes: tuple[Change, ...]
    pictures: tuple[Markup, ...]
    note: str

    @property
    def rows(self) -> list[tuple[Measure, str, Change | None]]:
        """Every measure with its figure as text, and how it changed."""
        changed = {change.measure.key: change for change in self.changes}
        return [(measure, figure(measure), changed.get(measure.key)) for measure in self.result.measures]

    @property
    def misses(self) -> Sequence[str]:
        """The first of what went wrong."""
        return self.result.misses[:_MOST_MISSES]


def write_page(results: Path, page: Path) -> int:
    """Write the page about the results in a folder; returns how many measurements it tells of."""
    chapters = chapters_of(read_all(results))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render(chapters), encoding="utf-8")
    return len(chapters)


def chapters_of(results: Iterable[Result]) -> tuple[Chapter, ...]:
    """One chapter a series, by name; ``results`` oldest first."""
    series: dict[tuple[str, ...], list[Result]] = {}
    for result in results:
        series.setdefault(result.series, []).append(result)
    return tuple(_chapter(runs) for _, runs in sorted(series.items()))


def changes_between(name: str, new: Result, old: Result) -> tuple[Change, ...]:
    """The figures that both runs have."""
    before = {measure.key: measure for measure in old.measures}
    return tuple(Change(name, measure, before[measure.key]) for measure in new.measures if measure.key in before)


def regressions(chapters: Iterable[Chapter]) -> list[Change]:
    """What became worse, the sure ones first, then the largest; Roland's own figures only, not the baselines'."""
    worse = [
        change
        for chapter in chapters
        for change in chapter.changes
        if change.gain < 0 and not _is_baseline(chapter.result, change.measure.subject)
    ]
    return sorted(worse, key=lambda change: (not change.is_sure, change.gain))


def render(chapters: Sequence[Chapter]) -> str:
    """The page; everything it shows is in it."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("evaluation").joinpath(_TEMPLATE).read_text(encoding="utf-8"))
    return template.render(chapters=chapters, regressions=regressions(chapters), figure=figure)


def _chapter(runs: Sequence[Result]) -> Chapter:
    """Figures on other questions are no change of Roland's: the run before is the last one on the same questions."""
    result = runs[-1]
    before = next((run for run in reversed(runs[:-1]) if run.data == result.data), None)
    name = " · ".join((result.kind, *filter(None, (result.about.get("city"),)), *sorted(result.data)[:2]))
    changes = changes_between(name, result, before) if before else ()
    return Chapter(name, result, before, changes, tuple(_pictures(result)), _note(result, before))


def _note(result: Result, before: Result | None) -> str:
    """What a reader must know before comparing the two runs."""
    if before is None:
        return "There is no run on the same questions before this one to compare with."
    others = _different(result.about, before.about)
    return f"Changed since the run before: {', '.join(others)}." if others else "Configuration as in the run before."


def _different(new: Mapping[str, str], old: Mapping[str, str]) -> list[str]:
    return [f"{name} ({old.get(name, '–')} → {value})" for name, value in new.items() if old.get(name) != value]


def _title(metric: str, grouping: str) -> str:
    words = metric.replace("_", " ")
    return words if grouping == ALL else f"{words} by {grouping}"


def _is_baseline(result: Result, subject: str) -> bool:
    subjects = {measure.subject for measure in result.measures}
    return ROLAND in subjects and not subject.startswith(ROLAND)


def _pictures(result: Result) -> Iterable[Markup]:
    for grouping in dict.fromkeys(measure.grouping for measure in result.measures):
        subjects = {measure.subject for measure in result.measures if measure.grouping == grouping}
        if grouping == ALL and len(subjects) == 1:
            continue  # one bar alone says no more than its figure
        metrics = {measure.metric for measure in result.measures if measure.grouping == grouping}
        headline = [metric for metric in _HEADLINES if metric in metrics][:1]
        for metric in [*headline, *(metric for metric in (_BY_LINES,) if metric in metrics)]:
            own = [one for one in result.measures if one.grouping == grouping and one.metric == metric]
            yield plots.bars(own, _title(metric, grouping))
    if result.calibration:
        yield plots.calibration(result.calibration)
    if result.confusions:
        yield plots.confusion(result.confusions)
