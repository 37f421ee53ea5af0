"""The wait for an answer against the number of calls at once."""

from markupsafe import Markup

from evaluation.bench.voice.figures import FIXED, ROLAND
from evaluation.bench.voice.report import MOST_WAIT_MS, Report
from evaluation.plots import Line, lines


def picture(report: Report) -> Markup:
    """An SVG of Roland's median and 95th percentile, the floor's median beside them."""
    drawn = [
        Line("Roland, p95", tuple((one.calls, one.answer.p95_ms or 0.0) for one in report.of(ROLAND))),
        Line("Roland, p50", tuple((one.calls, one.answer.p50_ms or 0.0) for one in report.of(ROLAND))),
        Line("one fixed sentence, p50", tuple((one.calls, one.answer.p50_ms or 0.0) for one in report.of(FIXED))),
    ]
    shown = [line for line in drawn if line.points]
    return lines(shown, "end of speech to first sound of the answer", "calls at once", "ms", limit=MOST_WAIT_MS)
