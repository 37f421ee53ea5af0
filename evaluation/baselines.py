"""Rankings to measure: Roland's own search, and the plain ones it stands beside."""

import re
from collections.abc import Callable, Iterable, Sequence

import bm25s
import numpy as np

from assistant.model import Service
from assistant.ports import Retriever, TextEncoder
from evaluation.questions import LabelledQuestion

Ranking = Callable[[LabelledQuestion], Sequence[str]]
"""Service ids for a question, best first; at least five where there are as many."""

DEPTH = 5


def by_retriever(retriever: Retriever) -> Ranking:
    """The ranking of a retriever."""
    return lambda question: [
        finding.service_id for finding in retriever.search(question.query, question.language, limit=DEPTH)
    ]


def by_bm25_words(services: Iterable[Service]) -> Ranking:
    """Baseline: BM25 over the words of everything a service says."""
    return _by_bm25(list(services), lambda text: re.findall(r"\w+", text.lower()))


def by_bm25_ngrams(services: Iterable[Service], size: int = 4) -> Ranking:
    """Baseline: BM25 over character n-grams, which find compounds and typos."""

    def ngrams(text: str) -> list[str]:
        words = " ".join(re.findall(r"\w+", text.lower()))
        folded = f" {words} "
        return [folded[start : start + size] for start in range(max(len(folded) - size + 1, 1))]

    return _by_bm25(list(services), ngrams)


def by_encoder(services: Iterable[Service], encoder: TextEncoder) -> Ranking:
    """Baseline: an encoder alone, over title, synonyms and summary."""
    known = list(services)
    frames = np.asarray(encoder.encode_passages([_frame(service) for service in known]))

    def rank(question: LabelledQuestion) -> Sequence[str]:
        similarities = frames @ np.asarray(encoder.encode_queries([question.query]))[0]
        return [known[int(row)].id for row in np.argsort(-similarities)[:DEPTH]]

    return rank


def _by_bm25(services: Sequence[Service], tokens: Callable[[str], list[str]]) -> Ranking:
    index = bm25s.BM25()
    index.index([tokens(_whole_text(service)) for service in services], show_progress=False)

    def rank(question: LabelledQuestion) -> Sequence[str]:
        scores = index.get_scores(tokens(question.query))
        return [services[int(row)].id for row in np.argsort(-scores)[:DEPTH]]

    return rank


def _frame(service: Service) -> str:
    return " ".join(". ".join((text.title, *text.synonyms, text.summary)) for text in service.texts)


def _whole_text(service: Service) -> str:
    sections = " ".join(section.text for text in service.texts for section in text.sections)
    return f"{_frame(service)} {sections}"
