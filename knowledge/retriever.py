"""Finding the services a question is about, in the index that is current at that moment."""

import asyncio
import logging
import threading
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import IndexBuildError
from assistant.model import Finding, Language, Passage
from knowledge.index import current_index, pointer_version
from knowledge.questions import Question, read_question
from knowledge.snapshot import Snapshot, read_snapshot

Floats = npt.NDArray[np.float32]

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 1.0
# Longer questions say nothing more about their topic, only cost more.
_LONGEST_QUESTION = 1_000
# A section that was asked for by its own words comes before one that merely reads alike.
_ASKED, _ALIKE, _WORDS = 1.0, 0.6, 0.4
_LEAST_PROBABILITY = 0.01


def open_retriever(directory: Path) -> "IndexRetriever":
    """A retriever over the current index in ``directory``; raises IndexBuildError where there is none."""
    return IndexRetriever(directory)


class IndexRetriever:
    """The Retriever over built indexes; takes up a newly published one without a restart."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._version = pointer_version(directory)
        self._snapshot = read_snapshot(current_index(directory))
        self._looked_at = time.monotonic()
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        return "search index"

    @property
    def is_quick(self) -> bool:
        return self._snapshot.encoder.is_quick

    async def ping(self) -> None:
        await asyncio.to_thread(self._check)

    def search(self, question: str, language: Language, *, limit: int = 5) -> tuple[Finding, ...]:
        self._look_for_new_index()
        snapshot = self._snapshot
        asked = read_question(question[:_LONGEST_QUESTION], language)
        if not asked.folded or limit < 1:
            return ()
        query = np.asarray(snapshot.encoder.encode_queries([asked.said]))[0]
        candidates = snapshot.evidence.candidates(asked, query)
        probabilities = snapshot.fusion.probabilities(candidates)
        order = np.argsort(-probabilities, kind="stable")[:limit]
        return tuple(
            Finding(
                service_id=snapshot.evidence.service_ids[int(candidates.services[row])],
                probability=round(float(probabilities[row]), 4),
                lexical=candidates.lexical(int(row)),
                dense=candidates.dense(int(row)),
            )
            for row in order
            if probabilities[row] >= _LEAST_PROBABILITY
        )

    def content_words(self, text: str, language: Language) -> tuple[str, ...]:
        return tuple(read_question(text, language).matter.split())

    def rank_sections(self, question: str, language: Language, service_id: str) -> tuple[Passage, ...]:
        self._look_for_new_index()
        snapshot = self._snapshot
        number = snapshot.evidence.number_of(service_id)
        if number is None:
            return ()
        asked = read_question(question[:_LONGEST_QUESTION], language)
        query = np.asarray(snapshot.encoder.encode_queries([asked.said]))[0]
        return _passages(snapshot, number, asked, query)

    def _check(self) -> None:
        """What is in memory answers even so, but the next start would fail."""
        if not current_index(self._directory).is_dir():
            raise IndexBuildError(f"the search index has vanished from {self._directory}")

    def _look_for_new_index(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < _LOOK_EVERY_S:
            return
        self._looked_at = now
        version = pointer_version(self._directory)
        if version not in (None, self._version) and self._loading.acquire(blocking=False):
            threading.Thread(target=self._load, args=(version,), name="index-reload", daemon=True).start()

    def _load(self, version: tuple[int, int]) -> None:
        """Load the new index beside the old one, which answers meanwhile."""
        try:
            self._snapshot = read_snapshot(current_index(self._directory))
            self._version = version
            _log.info("new search index in use")
        except IndexBuildError:
            _log.exception("the new search index cannot be read; the old one stays in use")
        finally:
            self._loading.release()


def _passages(snapshot: Snapshot, number: int, asked: Question, query: Floats) -> tuple[Passage, ...]:
    """The passages of one service in the best language at hand, by closeness to the question."""
    rows = snapshot.evidence.passages
    start, end = int(rows.starts[number]), int(rows.starts[number + 1])
    own = _in_one_language(snapshot, range(start, end), asked.language)
    alike = np.asarray(rows.vectors[start:end]) @ query
    service_id = snapshot.evidence.service_ids[number]
    shares = snapshot.passages.shares(start, end, asked.tokens)
    passages = []
    for row in own:
        kind = snapshot.passages.kind(row)
        score = _ALIKE * float(alike[row - start]) + _WORDS * float(shares[row - start])
        score += _ASKED * asked.sections.get(kind, 0.0) if kind else 0.0
        passages.append(Passage(service_id, kind, snapshot.passages.language(row), round(score, 4)))
    return tuple(sorted(passages, key=lambda passage: -passage.score))


def _in_one_language(snapshot: Snapshot, rows: range, language: Language) -> list[int]:
    for wanted in (language, Language.DE):
        own = [row for row in rows if snapshot.passages.language(row) is wanted]
        if own:
            return own
    return list(rows)
