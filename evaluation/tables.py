"""A result as tables on the terminal."""

from collections.abc import Iterator

from rich.box import SIMPLE
from rich.table import Table

from evaluation.results import Measure, Result


def tables(result: Result) -> Iterator[Table]:
    """One table a grouping: a line for each subject and group, a column for each metric."""
    groupings = dict.fromkeys(measure.grouping for measure in result.measures)
    for grouping in groupings:
        yield _table(grouping, [measure for measure in result.measures if measure.grouping == grouping])


def figure(measure: Measure) -> str:
    """A figure with its interval."""
    digits = 1 if measure.value >= 10 else 3
    if measure.low is None or measure.high is None:
        return f"{measure.value:.{digits}f}"
    return f"{measure.value:.{digits}f} ({measure.low:.2f}–{measure.high:.2f})"


def _table(grouping: str, measures: list[Measure]) -> Table:
    metrics = list(dict.fromkeys(measure.metric for measure in measures))
    table = Table(grouping, "subject", "count", title_justify="left", box=SIMPLE)
    for metric in metrics:
        table.add_column(metric.replace("_", " "), justify="right")
    rows: dict[tuple[str, str], dict[str, Measure]] = {}
    for measure in measures:
        rows.setdefault((measure.group, measure.subject), {})[measure.metric] = measure
    for (group, subject), own in rows.items():
        count = max(measure.count for measure in own.values())
        figures = (figure(own[metric]) if metric in own else "" for metric in metrics)
        table.add_row(group, subject, str(count or ""), *figures)
    return table
