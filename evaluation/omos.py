"""OMoS-QA: questions in five languages against the German pages of municipal integration portals.

Every page of the split is a service with one German text; the index is built as for any catalogue, into a folder that
vanishes, and no question of OMoS-QA is learned from. A question's lines are sought on its own page (how well the
extraction works alone) and on the page that was found first (what a person would read).
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.model import ImportedEntry, Language, Section, SectionKind, Service, ServiceText
from assistant.storage.catalogue import SqlCatalogueStore
from evaluation.baselines import by_bm25_ngrams, by_bm25_words, by_encoder, by_retriever
from evaluation.intervals import ratio, share
from evaluation.lines import LineError, read_lines
from evaluation.omos_aids import LANGUAGES, Aid, split_files
from evaluation.questions import LabelledQuestion
from evaluation.results import ALL, ROLAND, Measure, Result, data_hashes, measure_of, versions
from evaluation.retrieval import Judged, judge, score_by
from knowledge.extraction import LineExtractor
from knowledge.index import build_index, current_index
from knowledge.retriever import open_retriever
from knowledge.settings import RetrievalSettings
from knowledge.snapshot import read_snapshot

Say = Callable[[str], None]

_SUMMARY_LINES = 3
# A passage's vector is the mean of its words; one of a whole page says little about any part of it.
_SECTION_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Page:
    """A German page; ``lines`` as the answers number them, the title first."""

    id: str
    lines: tuple[str, ...]

    def service(self) -> Service:
        """The page as a catalogue would hold it: title, summary, and its text in sections."""
        title, summary = self.lines[0], " ".join(self.lines[1 : 1 + _SUMMARY_LINES])
        sections = tuple(Section(SectionKind.OTHER, text) for text in _parts(self.lines))
        return Service(self.id, (ServiceText(Language.DE, title, summary, (), sections),))


@dataclass(frozen=True, slots=True)
class OmosQuestion:
    """A question in one language, its page, and the numbers of the lines that answer it; none where it has no answer.

    ``pages`` are the versions of the page, which differ by a word or two.
    """

    query: str
    language: Language
    page: str
    pages: frozenset[str]
    answers: frozenset[int]

    @property
    def labelled(self) -> LabelledQuestion:
        """The question with the page that answers it as its gold service."""
        return LabelledQuestion(self.query, self.language, self.pages)


@dataclass(frozen=True, slots=True)
class Collection:
    """The pages of a split by id, and its questions in every language."""

    pages: Mapping[str, Page]
    questions: tuple[OmosQuestion, ...]
    files: tuple[Path, ...]


def read_collection(folder: Path, split: str) -> Collection:
    """A split of OMoS-QA; raises LineError where a file is missing or has another shape."""
    files = split_files(folder, split)
    if missing := [path.name for path in files.values() if not path.exists()]:
        raise LineError(f"{folder} has no splits/{', splits/'.join(missing)}")
    german = {record["id"]: record for record in read_lines(files[Language.DE], _record)}
    versions_of: dict[tuple[str, int], dict[str, str]] = {}
    page_ids: dict[int, str] = {}
    for number, record in german.items():
        known = versions_of.setdefault((record["city"], record["pageId"]), {})
        suffix = f"-{len(known) + 1}" if known else ""
        page_ids[number] = known.setdefault(record["context"], f"{record['city']}-{record['pageId']}{suffix}")
    pages = {
        page_id: Page(page_id, tuple(context.split("\n")))
        for known in versions_of.values()
        for context, page_id in known.items()
    }
    questions = tuple(
        OmosQuestion(
            record["question"],
            language,
            page_ids[record["id"]],
            frozenset(versions_of[record["city"], record["pageId"]].values()),
            frozenset(record["answers"]),
        )
        for language, path in files.items()
        for record in read_lines(path, _record)
    )
    return Collection(pages, questions, tuple(files.values()))


def evaluate(
    folder: Path, split: str, say: Say, aids: Sequence[Aid] = (), settings: RetrievalSettings | None = None
) -> Result:
    """Build the index of a split's pages, ask every question, and take the lines that answer.

    For each aid an index is measured besides whose encoder has also read what the aid holds.
    """
    settings = settings or RetrievalSettings()
    collection = read_collection(folder, split)
    services = [page.service() for page in collection.pages.values()]
    rankings = {"BM25 words": by_bm25_words(services), "BM25 n-grams": by_bm25_ngrams(services)}
    answerable = [question for question in collection.questions if question.answers]
    measures: list[Measure] = []
    for name, ranking in rankings.items():
        measures += _retrieval(name, judge([question.labelled for question in answerable], ranking))
    files = list(collection.files)
    measures += _of_roland(ROLAND, collection, settings, say)
    for aid in aids:
        files += aid.files(folder, split)
        with tempfile.TemporaryDirectory(prefix="roland-omos-") as scratch:
            lexicon = Path(scratch) / "aid.jsonl"
            aid.write(folder, split, lexicon)
            aided = replace(settings, lexicon_files=(*settings.lexicon_files, lexicon))
            measures += _of_roland(f"{ROLAND}, {aid.name}", collection, aided, say)
    described = {"city": f"OMoS-QA {split}", "pages": str(len(collection.pages)), **versions()}
    return Result("omos", tuple(measures), described, data_hashes(files))


def _of_roland(subject: str, collection: Collection, settings: RetrievalSettings, say: Say) -> Iterator[Measure]:
    services = [page.service() for page in collection.pages.values()]
    with tempfile.TemporaryDirectory(prefix="roland-omos-") as scratch:
        say(f"{subject}: building the index of {len(collection.pages)} pages …")
        catalogue = SqlCatalogueStore(Path(scratch) / "catalogue.db")
        catalogue.replace([ImportedEntry(service, service.id) for service in services])
        build_index(catalogue, Path(scratch), settings, lambda *_: None)
        retriever = open_retriever(Path(scratch))
        encoder = read_snapshot(current_index(Path(scratch))).encoder
        labelled = [question.labelled for question in collection.questions if question.answers]
        yield from _retrieval(subject, judge(labelled, by_retriever(retriever)))
        if subject == ROLAND:
            yield from _retrieval("encoder alone", judge(labelled, by_encoder(services, encoder)))
        extractor = LineExtractor(encoder)
        ranking = by_retriever(retriever)
        found = [next(iter(ranking(question.labelled)), "") for question in collection.questions]
    own = [question.page for question in collection.questions]
    for prefix, places in (("lines_", own), ("found_lines_", found)):
        chosen = [
            Chosen(question, page, frozenset(_extracted(extractor, question, collection.pages.get(page))))
            for question, page in zip(collection.questions, places, strict=True)
        ]
        yield from line_measures(subject, prefix, chosen)


def _extracted(extractor: LineExtractor, question: OmosQuestion, page: Page | None) -> tuple[int, ...]:
    return extractor.extract(question.query, question.language, page.lines).lines if page else ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A question with the lines taken from a page."""

    question: OmosQuestion
    page: str
    lines: frozenset[int]

    @property
    def right(self) -> int:
        """How many of the lines answer; none where they stand on another page."""
        return len(self.lines & self.question.answers) if self.page in self.question.pages else 0


def line_measures(subject: str, prefix: str, chosen: Sequence[Chosen]) -> Iterator[Measure]:
    """Precision, recall and F1 over all lines of all questions of a language, unanswerable questions included."""
    for grouping, group, members in _by_language(chosen):
        right = [float(one.right) for one in members]
        taken = [float(len(one.lines)) for one in members]
        wanted = [float(len(one.question.answers)) for one in members]
        both = [a + b for a, b in zip(taken, wanted, strict=True)]
        yield measure_of(ratio(right, taken), subject, f"{prefix}precision", grouping, group)
        yield measure_of(ratio(right, wanted), subject, f"{prefix}recall", grouping, group)
        yield measure_of(ratio([2 * one for one in right], both), subject, f"{prefix}f1", grouping, group)
        if silent := [not one.lines for one in members if not one.question.answers]:
            yield measure_of(share(sum(silent), len(silent)), subject, f"{prefix}no_answer_told", grouping, group)


def _by_language(chosen: Sequence[Chosen]) -> Iterator[tuple[str, str, list[Chosen]]]:
    yield ALL, ALL, list(chosen)
    for language in LANGUAGES:
        if members := [one for one in chosen if one.question.language is language]:
            yield "language", language, members


def _retrieval(subject: str, judged: Sequence[Judged]) -> Iterator[Measure]:
    for group, scores in score_by(judged, lambda question: question.language).items():
        yield measure_of(scores.ndcg_at_5, subject, "ndcg_at_5", "language", group)
        yield measure_of(scores.recall_at_5, subject, "recall_at_5", "language", group)


def _record(record: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(record["context"], str) or not isinstance(record["answers"], list):
        raise TypeError("context must be a text and answers a list of line numbers")
    return {key: record[key] for key in ("id", "question", "answers", "context", "city", "pageId")}


def _parts(lines: Sequence[str]) -> Iterator[str]:
    part: list[str] = []
    for line in lines[1:]:
        if part and sum(len(one) for one in part) + len(line) > _SECTION_CHARACTERS:
            yield "\n".join(part)
            part = []
        part.append(line)
    if part:
        yield "\n".join(part)
