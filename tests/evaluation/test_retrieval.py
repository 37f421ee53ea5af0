"""The measures of retrieval, on rankings whose scores are known by hand."""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest

from assistant.model import Finding, Language, Passage, SectionKind
from evaluation.retrieval import (
    LabelledQuestion,
    by_retriever,
    read_questions,
    reliability,
    score,
    score_by,
    section_accuracy,
)


class FixedRetriever:
    """Finds what it was told to, with falling probabilities."""

    name = "fixed"
    is_quick = True

    def __init__(self, found: dict[str, Sequence[str]]) -> None:
        self._found = found

    def search(self, question: str, language: Language, *, limit: int = 5) -> tuple[Finding, ...]:
        return tuple(Finding(found, 0.9 / (place + 1)) for place, found in enumerate(self._found[question][:limit]))

    def content_words(self, text: str, language: Language) -> tuple[str, ...]:
        return tuple(text.split())

    def rank_sections(self, question: str, language: Language, service_id: str) -> tuple[Passage, ...]:
        return (Passage(service_id, SectionKind.FEE, language, 1.0),)

    async def ping(self) -> None:
        """Always healthy."""


def question(query: str, *gold: str, style: str = "", aspect: SectionKind | None = None) -> LabelledQuestion:
    """A labelled German question."""
    return LabelledQuestion(query, Language.DE, frozenset(gold), style, aspect)


RETRIEVER = FixedRetriever({"a": ["x", "y"], "b": ["y", "z", "x"], "c": ["z"], "d": []})
QUESTIONS = (question("a", "x", style="1"), question("b", "x", style="1"), question("c", "x", style="2"))


def test_scores_count_the_place_of_the_first_right_service() -> None:
    """One question right at once, one at the third place, one not at all."""
    scores = score(QUESTIONS, by_retriever(RETRIEVER))
    assert scores.questions == 3
    assert scores.recall_at_1 == pytest.approx(1 / 3)
    assert scores.recall_at_3 == scores.recall_at_5 == pytest.approx(2 / 3)
    assert scores.mrr == pytest.approx((1 + 1 / 3) / 3)
    assert scores.ndcg_at_5 == pytest.approx((1 + 0.5) / 3)


def test_several_right_services_count_in_ndcg() -> None:
    """The ideal ranking of two right services has both in front."""
    scores = score((question("a", "x", "y"),), by_retriever(RETRIEVER))
    assert scores.ndcg_at_5 == pytest.approx(1)


def test_groups_are_scored_apart() -> None:
    """Each style has its own scores."""
    groups = score_by(QUESTIONS, by_retriever(RETRIEVER), lambda asked: asked.style)
    assert groups["1"].recall_at_1 == pytest.approx(0.5)
    assert groups["2"].recall_at_5 == 0


def test_sections_are_right_or_wrong() -> None:
    """Only questions with a known section count."""
    asked = (question("a", "x", aspect=SectionKind.FEE), question("b", "x", aspect=SectionKind.HINTS), QUESTIONS[2])
    assert section_accuracy(asked, RETRIEVER) == pytest.approx(0.5)


def test_reliability_compares_probability_with_truth() -> None:
    """First findings are counted by probability; a question that found nothing is none of them."""
    bins = reliability((*QUESTIONS, question("d")), RETRIEVER, bounds=(0, 0.5, 1.01))
    assert [found.questions for found in bins] == [0, 3]
    assert bins[1].probability == pytest.approx(0.9)
    assert bins[1].right == pytest.approx(1 / 3)


@pytest.mark.parametrize("name", ["retrieval_bremen_dev", "retrieval_munich_dev"])
def test_development_questions_are_readable(name: str) -> None:
    """The published question sets parse, each question stands once, and each has an answer."""
    path = Path(str(files("evaluation").joinpath("data", f"{name}.jsonl")))
    questions = read_questions(path)
    assert len({asked.query for asked in questions}) == len(questions) >= 80
    assert all(asked.gold for asked in questions)


def test_questions_of_other_languages_are_read(tmp_path: Path) -> None:
    """Optional fields may be left out."""
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps({"query": "pasaport", "lang": "tr", "gold": ["reisepass"]}), encoding="utf-8")
    assert read_questions(path) == (LabelledQuestion("pasaport", Language.TR, frozenset({"reisepass"})),)
