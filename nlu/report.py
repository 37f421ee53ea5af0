"""Shows an evaluation as tables."""

from collections.abc import Callable, Iterator, Sequence

from rich.table import Table

from nlu.evaluate import EngineReport, Evaluation


def tables(evaluation: Evaluation) -> Iterator[Table]:
    """The engines side by side: overall, by intent, and what is confused most."""
    yield _overall(evaluation)
    yield _by_intent(evaluation.engines)
    for report in evaluation.engines:
        yield _confusions(report)


def _overall(evaluation: Evaluation) -> Table:
    title = f"{evaluation.sentences} sentences, {evaluation.folds}-fold cross-validation; held-out sentences apart"
    table = Table("", *(report.engine for report in evaluation.engines), title=title)
    for name, value in _ROWS.items():
        table.add_row(name, *(value(report) for report in evaluation.engines))
    return table


def _by_intent(reports: Sequence[EngineReport]) -> Table:
    table = Table("intent", "sentences", *(f"F1 {report.engine}" for report in reports), title="F1 by intent")
    for intent, score in reports[0].cross_validated.by_intent.items():
        figures = (report.cross_validated.by_intent[intent].f1 for report in reports)
        table.add_row(intent, str(score.support), *(f"{figure:.2f}" for figure in figures))
    return table


def _confusions(report: EngineReport) -> Table:
    table = Table("meant", "understood", "times", title=f"{report.engine}: confused most")
    for confusion in report.cross_validated.confusions:
        table.add_row(confusion.meant, confusion.understood, str(confusion.count))
    return table


def _languages(figures: dict[str, float]) -> str:
    return "  ".join(f"{language} {share:.3f}" for language, share in figures.items())


_ROWS: dict[str, Callable[[EngineReport], str]] = {
    "accuracy": lambda report: f"{report.cross_validated.accuracy:.3f}",
    "  by language": lambda report: _languages(report.cross_validated.by_language),
    "macro F1": lambda report: f"{report.cross_validated.macro_f1:.3f}",
    "calibration error": lambda report: f"{report.cross_validated.calibration_error:.3f}",
    "entities F1": lambda report: "  ".join(
        f"{kind} {score.f1:.2f}" for kind, score in report.cross_validated.entities.items()
    ),
    "held-out accuracy": lambda report: f"{report.held_out.accuracy:.3f}",
    "  by language ": lambda report: _languages(report.held_out.by_language),
    "held-out calibration error": lambda report: f"{report.held_out.calibration_error:.3f}",
    "parse p50 / p95 (ms)": lambda report: (
        f"{report.cross_validated.parse_ms_p50:.2f} / {report.cross_validated.parse_ms_p95:.2f}"
    ),
    "training and start (s)": lambda report: f"{report.training_seconds:.0f}",
}
