"""How well questions find their services: recall, MRR and nDCG of rankings, with confidence intervals."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from assistant import bootstrap
from assistant.config import Settings
from assistant.ports import Retriever
from evaluation.baselines import DEPTH, Ranking, by_bm25_ngrams, by_bm25_words, by_encoder, by_retriever
from evaluation.intervals import Estimate, mean, share
from evaluation.questions import LabelledQuestion, read_questions
from evaluation.results import ALL, ROLAND, Confusion, Measure, Reliability, Result, about, data_hashes, measure_of
from knowledge.encoder.encoders import EncoderModel, open_encoder
from knowledge.index import current_index
from knowledge.retriever import IndexRetriever
from knowledge.snapshot import read_snapshot

_TENTHS = (*(tenth / 10 for tenth in range(10)), 1.01)
_MOST_CONFUSIONS = 25


@dataclass(frozen=True, slots=True)
class Judged:
    """A question and the places (from 0) of its gold services among the first five findings."""

    question: LabelledQuestion
    found: tuple[str, ...]
    places: tuple[int, ...]

    @property
    def first(self) -> int:
        """The place of the first right service; five where there is none."""
        return min(self.places, default=DEPTH)

    @property
    def ndcg(self) -> float:
        """The discounted gain of the right services over that of the best possible ranking."""
        ideal = sum(1 / math.log2(place + 2) for place in range(min(len(self.question.gold), DEPTH)))
        return sum(1 / math.log2(place + 2) for place in self.places) / ideal


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Over some questions, each 0–1; a gold service in the first place counts 1 in all of them."""

    recall_at_1: Estimate
    recall_at_3: Estimate
    recall_at_5: Estimate
    mrr: Estimate
    ndcg_at_5: Estimate


def judge(questions: Iterable[LabelledQuestion], ranking: Ranking) -> tuple[Judged, ...]:
    """The questions with where a ranking puts what answers them."""
    judged = []
    for question in questions:
        found = tuple(ranking(question)[:DEPTH])
        places = tuple(place for place, service_id in enumerate(found) if service_id in question.gold)
        judged.append(Judged(question, found, places))
    return tuple(judged)


def score(judged: Sequence[Judged]) -> RetrievalScores:
    """The scores over questions, at least one."""
    firsts = [one.first for one in judged]
    recall = {most: share(sum(first < most for first in firsts), len(firsts)) for most in (1, 3, DEPTH)}
    return RetrievalScores(
        recall_at_1=recall[1],
        recall_at_3=recall[3],
        recall_at_5=recall[DEPTH],
        mrr=mean([1 / (first + 1) if first < DEPTH else 0.0 for first in firsts]),
        ndcg_at_5=mean([one.ndcg for one in judged]),
    )


def score_by(judged: Sequence[Judged], group: Callable[[LabelledQuestion], str]) -> Mapping[str, RetrievalScores]:
    """The scores of each group of questions, e.g. by style or language; a question without a group is in none."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        if name := group(one.question):
            groups.setdefault(name, []).append(one)
    return {name: score(members) for name, members in sorted(groups.items())}


def section_accuracy(questions: Iterable[LabelledQuestion], retriever: Retriever) -> Estimate | None:
    """The share of questions with a known section for which that section of the right service is ranked first."""
    asked = [question for question in questions if question.aspect]
    right = 0
    for question in asked:
        ranked = retriever.rank_sections(question.query, question.language, min(question.gold))
        sections = [passage.section for passage in ranked if passage.section]
        right += sections[:1] == [question.aspect]
    return share(right, len(asked)) if asked else None


def reliability(
    questions: Sequence[LabelledQuestion], retriever: Retriever, bounds: Sequence[float] = _TENTHS
) -> tuple[Reliability, ...]:
    """Whether probabilities mean what they say: right answers among first findings, by their probability."""
    firsts: list[tuple[float, bool]] = []
    for question in questions:
        found = retriever.search(question.query, question.language, limit=1)
        if found:
            firsts.append((found[0].probability, found[0].service_id in question.gold))
    result = []
    for low, high in pairwise(bounds):
        own = [(probability, right) for probability, right in firsts if low <= probability < high]
        probability, right = (float(np.mean(column)) for column in zip(*own, strict=True)) if own else (0.0, 0.0)
        result.append(Reliability(low, min(high, 1.0), len(own), probability, right))
    return tuple(result)


def calibration_error(bins: Sequence[Reliability]) -> float:
    """How far probability and truth lie apart on average (expected calibration error, 0–1)."""
    questions = sum(one.questions for one in bins)
    return sum(one.questions * abs(one.probability - one.right) for one in bins) / max(questions, 1)


def confusions(judged: Sequence[Judged]) -> tuple[Confusion, ...]:
    """Which services are found first in place of the right ones, the most frequent pairs first."""
    pairs = Counter((min(one.question.gold), one.found[0]) for one in judged if one.found and one.first > 0)
    return tuple(Confusion(meant, found, times) for (meant, found), times in pairs.most_common(_MOST_CONFUSIONS))


def measures_of(subject: str, judged: Sequence[Judged]) -> Iterator[Measure]:
    """All scores of one ranking: over all questions, by language and by style."""
    groupings = {
        ALL: {ALL: score(judged)},
        "language": score_by(judged, lambda question: question.language),
        "style": score_by(judged, lambda question: question.style),
    }
    for grouping, groups in groupings.items():
        for group, scores in groups.items():
            for metric in asdict(scores):
                yield measure_of(getattr(scores, metric), subject, metric, grouping, group)


def evaluate(settings: Settings, path: Path, model: Path | None = None) -> Result:
    """Ask a city's index, and the baselines over its catalogue; ``model`` is a sentence-transformers model besides."""
    questions = read_questions(path)
    services = list(bootstrap.open_catalogue(settings).services())
    retriever = IndexRetriever(settings.storage.data_dir)
    encoder = read_snapshot(current_index(settings.storage.data_dir)).encoder
    own = judge(questions, by_retriever(retriever))
    rankings = {
        "BM25 words": by_bm25_words(services),
        "BM25 n-grams": by_bm25_ngrams(services),
        "encoder alone": by_encoder(services, encoder),
    }
    if model is not None:
        configured = settings.retrieval
        other = EncoderModel(model, configured.query_prefix, configured.passage_prefix)
        rankings[model.resolve().name] = by_encoder(services, open_encoder(other))
    measures = [*measures_of(ROLAND, own)]
    for name, ranking in rankings.items():
        measures += measures_of(name, judge(questions, ranking))
    if (sections := section_accuracy(questions, retriever)) is not None:
        measures.append(measure_of(sections, ROLAND, "section"))
    calibration = reliability(questions, retriever)
    error = calibration_error(calibration)
    measures.append(Measure(ROLAND, ALL, ALL, "calibration_error", error, count=len(questions), better="less"))
    return Result(
        "retrieval",
        tuple(measures),
        about(settings),
        data_hashes([path]),
        calibration=calibration,
        confusions=confusions(own),
        misses=tuple(_miss(one) for one in own if one.first > 0),
    )


def _miss(one: Judged) -> str:
    wanted = " or ".join(sorted(one.question.gold))
    return f"[{one.question.language}] {one.question.query} → {', '.join(one.found[:3]) or 'nothing'}; wanted {wanted}"
