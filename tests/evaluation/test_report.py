"""Results are kept as they were measured, and the report says first what became worse."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evaluation.intervals import share
from evaluation.report import changes_between, chapters_of, regressions, render, write_page
from evaluation.results import Confusion, Measure, Reliability, Result, measure_of, read_all, write
from evaluation.tables import figure, tables

FIRST = Result(
    "retrieval",
    (
        Measure("roland", "all", "all", "recall_at_1", 0.8, 0.7, 0.9, 50),
        Measure("roland", "language", "tr", "recall_at_1", 0.6, 0.5, 0.7, 20),
        Measure("roland", "all", "all", "calibration_error", 0.05, better="less"),
        Measure("BM25 words", "all", "all", "recall_at_1", 0.5, 0.4, 0.6, 50),
    ),
    {"city": "Musterstadt", "index": "a"},
    {"q.jsonl": "1"},
    at="2026-11-20T10:00:00.000+00:00",
    calibration=(Reliability(0.0, 0.5, 4, 0.3, 0.5), Reliability(0.5, 1.0, 0, 0.0, 0.0)),
    confusions=(Confusion("pass", "reisepass <&>", 3), Confusion("hund", "katze", 1)),
    misses=("[tr] <script>alert(1)</script> → nothing",),
)


def later(changed: dict[str, float]) -> Result:
    """The same measured a day later, with other values for some metrics and subjects."""
    measures = tuple(
        replace(one, value=changed.get(f"{one.subject} {one.group} {one.metric}", one.value)) for one in FIRST.measures
    )
    return replace(FIRST, measures=measures, at="2026-11-21T10:00:00.000+00:00", about={**FIRST.about, "index": "b"})


WORSE = later(
    {
        "roland all recall_at_1": 0.75,
        "roland tr recall_at_1": 0.3,
        "roland all calibration_error": 0.04,
        "BM25 words all recall_at_1": 0.1,
    }
)


class Strict(HTMLParser):
    """Reads a page and fails where its elements do not close in order."""

    VOID = frozenset({"meta", "br", "hr", "img", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.ids += [str(given["id"])] if "id" in given else []
        self.loads += [str(given[name]) for name in ("src", "href", "xlink:href") if name in given]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Nothing of a measurement is lost on the way to the disk, and the oldest comes first."""
    written = write(WORSE, tmp_path)
    assert written.parent.name == "retrieval-20261121T100000000"
    write(FIRST, tmp_path)
    assert list(read_all(tmp_path)) == [FIRST, WORSE]


def test_an_estimate_becomes_a_measure() -> None:
    """The interval and the number of questions stay with the figure."""
    measure = measure_of(share(1, 4), "roland", "handled", "language", "de")
    assert (measure.key, measure.value, measure.count) == (("roland", "language", "de", "handled"), 0.25, 4)
    assert measure.low is not None
    assert measure.high is not None
    assert measure.low < 0.25 < measure.high


def test_gains_go_the_way_that_is_better() -> None:
    """Less error is a gain, and a change within the old interval may be chance."""
    changes = {(one.measure.group, one.measure.metric): one for one in changes_between("x", WORSE, FIRST)[:3]}
    assert changes["all", "calibration_error"].gain == pytest.approx(0.01)
    assert changes["all", "recall_at_1"].gain == pytest.approx(-0.05)
    assert not changes["all", "recall_at_1"].is_sure
    assert changes["tr", "recall_at_1"].is_sure


def test_regressions_are_roland_s_own_the_sure_ones_first() -> None:
    """A baseline that became worse is none."""
    worse = regressions(chapters_of([FIRST, WORSE]))
    assert [(one.measure.subject, one.measure.group) for one in worse] == [("roland", "tr"), ("roland", "all")]


@pytest.mark.slow
def test_other_questions_are_not_compared() -> None:
    """Harder questions do not make Roland worse; the run before is the last one on the same questions."""
    harder = replace(WORSE, data={"q.jsonl": "2"})
    assert regressions(chapters_of([FIRST, harder])) == []
    again = replace(FIRST, at="2026-11-22T10:00:00.000+00:00")
    (chapter,) = chapters_of([FIRST, harder, again])
    assert chapter.before == FIRST
    (chapter,) = chapters_of([FIRST, harder])
    assert "no run on the same questions" in chapter.note


@pytest.mark.slow
def test_the_page_stands_alone_and_names_what_became_worse(tmp_path: Path) -> None:
    """Well-formed, nothing loaded from elsewhere, every id once, texts of questions harmless, regressions on top."""
    for result in (FIRST, WORSE):
        write(result, tmp_path)
    page = tmp_path / "pages" / "report.html"
    assert write_page(tmp_path, page) == 1
    html = page.read_text(encoding="utf-8")
    parser = Strict()
    parser.feed(html)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    assert all(target.startswith(("#", "data:")) for target in parser.loads)
    assert "script" not in parser.tags
    # all by subject, by language, calibration, confusion
    assert parser.tags.count("svg") == 4
    assert html.index("What became worse") < html.index("language tr") < html.index("Measured 2026-11-21")
    assert "index (a → b)" in html
    assert "reisepass &lt;&amp;&gt;" in html


@pytest.mark.slow
def test_a_first_run_has_nothing_to_compare() -> None:
    """The page says so instead of showing nothing."""
    html = render(chapters_of([FIRST]))
    assert "Nothing that was measured twice became worse." in html
    assert "There is no run on the same questions before this one" in html


def test_tables_show_every_figure() -> None:
    """One table a grouping, one line a subject and group."""
    shown = list(tables(FIRST))
    assert [table.row_count for table in shown] == [2, 1]
    assert figure(FIRST.measures[0]) == "0.800 (0.70–0.90)"
    assert figure(FIRST.measures[2]) == "0.050"
