"""How well questions find their services: recall, MRR and nDCG of a retriever, beside plain baselines."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import bm25s
import numpy as np

from assistant.model import Language, SectionKind, Service
from assistant.ports import Catalogue, Retriever, TextEncoder

Ranking = Callable[["LabelledQuestion"], Sequence[str]]
"""Service ids for a question, best first; at least five where there are as many."""

_DEPTH = 5


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the ids of all services that answer it, and the section that does where that is known."""

    query: str
    language: Language
    gold: frozenset[str]
    style: str = ""
    aspect: SectionKind | None = None


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Means over questions, each 0–1; a gold service in the first place counts 1 in all of them."""

    questions: int
    recall_at_1: float
    recall_at_3: float
    recall_at_5: float
    mrr: float
    ndcg_at_5: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of the questions whose first finding has a probability in ``[low, high)``: how many, how sure, how many right."""

    low: float
    high: float
    questions: int
    probability: float
    right: float


def read_questions(path: Path) -> tuple[LabelledQuestion, ...]:
    """The questions of a JSON Lines file: ``{"query", "lang", "gold": [ids], "style"?, "aspect"?}``."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(
        LabelledQuestion(
            record["query"],
            Language(record["lang"]),
            frozenset(record["gold"]),
            record.get("style", ""),
            SectionKind(record["aspect"]) if record.get("aspect") else None,
        )
        for record in records
    )


def score(questions: Sequence[LabelledQuestion], ranking: Ranking) -> RetrievalScores:
    """The scores of one ranking over all questions."""
    places = [_places(question, ranking(question)) for question in questions]
    first = [min(own, default=_DEPTH) for own in places]
    count = len(questions)
    return RetrievalScores(
        questions=count,
        recall_at_1=sum(place < 1 for place in first) / count,
        recall_at_3=sum(place < 3 for place in first) / count,
        recall_at_5=sum(place < _DEPTH for place in first) / count,
        mrr=sum(1 / (place + 1) for place in first if place < _DEPTH) / count,
        ndcg_at_5=sum(_ndcg(own, len(question.gold)) for own, question in zip(places, questions, strict=True)) / count,
    )


def score_by(
    questions: Sequence[LabelledQuestion], ranking: Ranking, group: Callable[[LabelledQuestion], str]
) -> Mapping[str, RetrievalScores]:
    """The scores of each group of questions, e.g. by style or language."""
    groups: dict[str, list[LabelledQuestion]] = {}
    for question in questions:
        groups.setdefault(group(question), []).append(question)
    return {name: score(members, ranking) for name, members in sorted(groups.items())}


def section_accuracy(questions: Iterable[LabelledQuestion], retriever: Retriever) -> float:
    """The share of questions with a known section for which that section of the right service is ranked first."""
    asked = [question for question in questions if question.aspect]
    right = 0
    for question in asked:
        service_id = min(question.gold)
        ranked = retriever.rank_sections(question.query, question.language, service_id)
        sections = [passage.section for passage in ranked if passage.section]
        right += sections[:1] == [question.aspect]
    return right / len(asked) if asked else 0.0


def reliability(
    questions: Sequence[LabelledQuestion], retriever: Retriever, bounds: Sequence[float] = (0, 0.25, 0.6, 0.85, 1.01)
) -> tuple[Reliability, ...]:
    """Whether probabilities mean what they say: right answers among first findings, by their probability.

    Questions that the catalogue cannot answer (no gold) belong among them.
    """
    firsts: list[tuple[float, bool]] = []
    for question in questions:
        found = retriever.search(question.query, question.language, limit=1)
        if found:
            firsts.append((found[0].probability, found[0].service_id in question.gold))
    result = []
    for low, high in pairwise(bounds):
        own = [(probability, right) for probability, right in firsts if low <= probability < high]
        probability, right = (float(np.mean(column)) for column in zip(*own, strict=True)) if own else (0.0, 0.0)
        result.append(Reliability(low, high, len(own), probability, right))
    return tuple(result)


def by_retriever(retriever: Retriever) -> Ranking:
    """The ranking of a retriever."""
    return lambda question: [
        finding.service_id for finding in retriever.search(question.query, question.language, limit=_DEPTH)
    ]


def by_bm25_words(catalogue: Catalogue) -> Ranking:
    """Baseline: BM25 over the words of everything a service says."""
    return _by_bm25(list(catalogue.services()), lambda text: re.findall(r"\w+", text.lower()))


def by_bm25_ngrams(catalogue: Catalogue, size: int = 4) -> Ranking:
    """Baseline: BM25 over character n-grams, which find compounds and typos."""

    def ngrams(text: str) -> list[str]:
        words = " ".join(re.findall(r"\w+", text.lower()))
        folded = f" {words} "
        return [folded[start : start + size] for start in range(max(len(folded) - size + 1, 1))]

    return _by_bm25(list(catalogue.services()), ngrams)


def by_encoder(catalogue: Catalogue, encoder: TextEncoder) -> Ranking:
    """Baseline: the encoder alone, over title, synonyms and summary."""
    services = list(catalogue.services())
    frames = np.asarray(encoder.encode_passages([_frame(service) for service in services]))

    def rank(question: LabelledQuestion) -> Sequence[str]:
        similarities = frames @ np.asarray(encoder.encode_queries([question.query]))[0]
        return [services[int(row)].id for row in np.argsort(-similarities)[:_DEPTH]]

    return rank


def _by_bm25(services: Sequence[Service], tokens: Callable[[str], list[str]]) -> Ranking:
    index = bm25s.BM25()
    index.index([tokens(_whole_text(service)) for service in services], show_progress=False)

    def rank(question: LabelledQuestion) -> Sequence[str]:
        scores = index.get_scores(tokens(question.query))
        return [services[int(row)].id for row in np.argsort(-scores)[:_DEPTH]]

    return rank


def _frame(service: Service) -> str:
    return " ".join(". ".join((text.title, *text.synonyms, text.summary)) for text in service.texts)


def _whole_text(service: Service) -> str:
    sections = " ".join(section.text for text in service.texts for section in text.sections)
    return f"{_frame(service)} {sections}"


def _places(question: LabelledQuestion, ranked: Sequence[str]) -> list[int]:
    return [place for place, service_id in enumerate(ranked[:_DEPTH]) if service_id in question.gold]


def _ndcg(places: Sequence[int], relevant: int) -> float:
    ideal = sum(1 / math.log2(place + 2) for place in range(min(relevant, _DEPTH)))
    return sum(1 / math.log2(place + 2) for place in places) / ideal if ideal else 0.0
