"""The measurements that stand elsewhere, as results beside the rest: understanding and latency."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant import bootstrap
from assistant.config import Settings
from evaluation.bench.report import Report
from evaluation.bench.run import QUICK, Bench
from evaluation.results import ALL, Confusion, Measure, Result, about, data_hashes, versions
from nlu.evaluate import EngineReport, Evaluation

Say = Callable[[str], None]


def evaluate_nlu(engines: Sequence[str], held_out: Sequence[Path], folds: int, say: Say) -> Result:
    """Intents, entities and calibration of the engines, as ``roland nlu evaluate`` measures them."""
    measured = asyncio.run(bootstrap.evaluate_nlu(engines, held_out, folds, say))
    return Result(
        "nlu",
        tuple(measure for report in measured.engines for measure in engine_measures(report)),
        {"folds": str(folds), "sentences": str(measured.sentences), **versions()},
        data_hashes(held_out),
        confusions=_confusions(measured),
    )


def engine_measures(report: EngineReport) -> Iterator[Measure]:
    """The figures of one engine; those on held-out sentences are named so."""
    for prefix, figures in (("", report.cross_validated), ("held_out_", report.held_out)):
        yield Measure(report.engine, ALL, ALL, f"{prefix}accuracy", figures.accuracy)
        yield Measure(report.engine, ALL, ALL, f"{prefix}macro_f1", figures.macro_f1)
        yield Measure(report.engine, ALL, ALL, f"{prefix}calibration_error", figures.calibration_error, better="less")
        for language, accuracy in figures.by_language.items():
            yield Measure(report.engine, "language", language, f"{prefix}accuracy", accuracy)
    for intent, score in report.cross_validated.by_intent.items():
        yield Measure(report.engine, "intent", intent, "f1", score.f1, count=score.support)
    for kind, score in report.cross_validated.entities.items():
        yield Measure(report.engine, "entity", kind, "f1", score.f1, count=score.support)
    yield Measure(report.engine, ALL, ALL, "parse_ms_p50", report.cross_validated.parse_ms_p50, better="less")


def _confusions(evaluation: Evaluation) -> tuple[Confusion, ...]:
    first = evaluation.engines[0].cross_validated.confusions if evaluation.engines else ()
    return tuple(Confusion(one.meant, one.understood, one.count) for one in first)


def evaluate_latency(settings: Settings, config: Path, say: Say) -> Result:
    """The quick benchmark. Raises ValueError where turns failed, for figures beside a failure are worth nothing."""
    report = Bench(settings, config, QUICK, say).run()
    if report.failures:
        raise ValueError(f"{report.failures} turns failed, so that the figures mean nothing")
    return Result("latency", tuple(latency_measures(report)), {**about(settings), **report.machine}, {})


def latency_measures(report: Report) -> Iterator[Measure]:
    """The rows of a benchmark as figures, by the way in and the number of clients."""
    for row in report.rows:
        group = f"{row.way}, clients: {row.clients}"
        yield Measure(row.subject, "way", group, "p50_ms", row.pace.p50_ms, count=row.pace.count, better="less")
        yield Measure(row.subject, "way", group, "p95_ms", row.pace.p95_ms, count=row.pace.count, better="less")
        yield Measure(row.subject, "way", group, "turns_per_second", row.pace.per_second, count=row.pace.count)
    for size in report.growths:
        group = f"{size.services} services"
        yield Measure("search index", "size", group, "p50_ms", size.query.p50_ms, count=size.query.count, better="less")
        yield Measure("search index", "size", group, "build_seconds", size.build_seconds, better="less")
