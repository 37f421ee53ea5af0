"""Figures that say how well an engine understands."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.model import EntityKind, Intent, Understanding
from nlu.calibration import calibration_error
from nlu.training_data import Example

_CONFUSIONS = 20


@dataclass(frozen=True, slots=True)
class Prediction:
    """What an engine understood of a sentence, and how long it took."""

    example: Example
    understood: Understanding
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether the intent is the one meant."""
        return self.understood.intent is self.example.intent


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean (all 0–1) over ``support`` cases."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """So many sentences of one intent were taken for another."""

    meant: Intent
    understood: Intent
    count: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """How well an engine did on some sentences.

    ``calibration_error`` is the expected one over ten bins, ``parse_ms`` the time for one sentence in milliseconds. An
    entity counts as found where kind, start and end are right.
    """

    accuracy: float
    macro_f1: float
    by_language: dict[str, float]
    by_intent: dict[str, Score]
    entities: dict[str, Score]
    calibration_error: float
    confusions: tuple[Confusion, ...]
    parse_ms_p50: float
    parse_ms_p95: float


def measure(predictions: Sequence[Prediction]) -> Measurement:
    """The figures of one engine on some sentences."""
    by_intent = _intent_scores(predictions)
    times = [1000 * prediction.seconds for prediction in predictions]
    return Measurement(
        accuracy=_share(prediction.is_right for prediction in predictions),
        macro_f1=statistics.fmean(score.f1 for score in by_intent.values()),
        by_language=_by_language(predictions),
        by_intent=by_intent,
        entities=_entity_scores(predictions),
        calibration_error=calibration_error(
            [prediction.understood.confidence for prediction in predictions],
            [prediction.is_right for prediction in predictions],
        ),
        confusions=_confusions(predictions),
        parse_ms_p50=statistics.median(times),
        parse_ms_p95=statistics.quantiles(times, n=20)[-1],
    )


def _by_language(predictions: Sequence[Prediction]) -> dict[str, float]:
    languages = sorted({prediction.example.language for prediction in predictions})
    return {
        language.value: _share(p.is_right for p in predictions if p.example.language is language)
        for language in languages
    }


def _intent_scores(predictions: Sequence[Prediction]) -> dict[str, Score]:
    meant = Counter(prediction.example.intent for prediction in predictions)
    said = Counter(prediction.understood.intent for prediction in predictions)
    right = Counter(prediction.example.intent for prediction in predictions if prediction.is_right)
    return {intent.value: _score(right[intent], said[intent], meant[intent]) for intent in sorted(meant)}


def _entity_scores(predictions: Sequence[Prediction]) -> dict[str, Score]:
    counts: dict[EntityKind, Counter[str]] = defaultdict(Counter)
    for prediction in predictions:
        marked = {(span.kind, span.start, span.end) for span in prediction.example.spans}
        found = {(entity.kind, entity.start, entity.end) for entity in prediction.understood.entities}
        for name, spans in (("marked", marked), ("found", found), ("right", marked & found)):
            for kind, _, _ in spans:
                counts[kind][name] += 1
    return {kind.value: _score(c["right"], c["found"], c["marked"]) for kind, c in sorted(counts.items())}


def _confusions(predictions: Sequence[Prediction]) -> tuple[Confusion, ...]:
    pairs = Counter((p.example.intent, p.understood.intent) for p in predictions if not p.is_right)
    return tuple(Confusion(meant, said, count) for (meant, said), count in pairs.most_common(_CONFUSIONS))


def _score(right: int, said: int, meant: int) -> Score:
    precision, recall = right / said if said else 0.0, right / meant if meant else 0.0
    return Score(precision, recall, 2 * right / (said + meant) if said + meant else 0.0, meant)


def _share(outcomes: Iterable[bool]) -> float:
    listed = list(outcomes)
    return sum(listed) / len(listed) if listed else 0.0
