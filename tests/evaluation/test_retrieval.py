"""The measures of retrieval, on rankings whose scores are known by hand."""

from collections.abc import Sequence

import pytest

from assistant.model import Finding, Language, Passage, SectionKind, Service, ServiceText
from evaluation.baselines import by_bm25_ngrams, by_bm25_words, by_retriever
from evaluation.questions import LabelledQuestion
from evaluation.results import Confusion, Reliability
from evaluation.retrieval import (
    calibration_error,
    confusions,
    judge,
    measures_of,
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
JUDGED = judge(QUESTIONS, by_retriever(RETRIEVER))


def test_scores_count_the_place_of_the_first_right_service() -> None:
    """One question right at once, one at the third place, one not at all."""
    scores = score(JUDGED)
    assert scores.recall_at_1.value == pytest.approx(1 / 3)
    assert scores.recall_at_3.value == scores.recall_at_5.value == pytest.approx(2 / 3)
    assert scores.mrr.value == pytest.approx((1 + 1 / 3) / 3)
    assert scores.ndcg_at_5.value == pytest.approx((1 + 0.5) / 3)
    assert {scores.recall_at_1.count, scores.mrr.count} == {3}


def test_several_right_services_count_in_ndcg() -> None:
    """The ideal ranking of two right services has both in front."""
    assert score(judge((question("a", "x", "y"),), by_retriever(RETRIEVER))).ndcg_at_5.value == pytest.approx(1)


def test_groups_are_scored_apart() -> None:
    """Each style has its own scores, and a question without one is in none."""
    groups = score_by((*JUDGED, *judge((question("d", "x"),), by_retriever(RETRIEVER))), lambda asked: asked.style)
    assert set(groups) == {"1", "2"}
    assert groups["1"].recall_at_1.value == pytest.approx(0.5)
    assert groups["2"].recall_at_5.value == 0


def test_measures_name_subject_and_group() -> None:
    """Every score stands there over all, by language and by style."""
    measures = {measure.key: measure.value for measure in measures_of("fixed", JUDGED)}
    assert measures["fixed", "all", "all", "recall_at_1"] == pytest.approx(1 / 3, abs=1e-4)
    assert measures["fixed", "language", "de", "recall_at_3"] == pytest.approx(2 / 3, abs=1e-4)
    assert measures["fixed", "style", "2", "mrr"] == 0
    assert len(measures) == 5 * (1 + 1 + 2)


def test_sections_are_right_or_wrong() -> None:
    """Only questions with a known section count; where there is none, there is no figure."""
    asked = (question("a", "x", aspect=SectionKind.FEE), question("b", "x", aspect=SectionKind.HINTS), QUESTIONS[2])
    found = section_accuracy(asked, RETRIEVER)
    assert found is not None
    assert (found.value, found.count) == (0.5, 2)
    assert section_accuracy(QUESTIONS, RETRIEVER) is None


def test_reliability_compares_probability_with_truth() -> None:
    """First findings are counted by probability; a question that found nothing is none of them."""
    bins = reliability((*QUESTIONS, question("d", "x")), RETRIEVER, bounds=(0, 0.5, 1.01))
    assert [found.questions for found in bins] == [0, 3]
    assert bins[1].probability == pytest.approx(0.9)
    assert bins[1].right == pytest.approx(1 / 3)
    assert bins[1].high == 1.0


def test_calibration_error_weighs_bins_by_their_questions() -> None:
    """One question off by a half among four is an error of an eighth."""
    bins = (Reliability(0, 0.5, 3, 0.2, 0.2), Reliability(0.5, 1, 1, 1.0, 0.5), Reliability(0, 0, 0, 0, 0))
    assert calibration_error(bins) == pytest.approx(0.125)


def test_confusions_are_wrong_first_findings() -> None:
    """What was found first in place of the right service, right answers and empty findings left out."""
    judged = (*JUDGED, *judge((question("d", "x"),), by_retriever(RETRIEVER)))
    assert set(confusions(judged)) == {Confusion("x", "y", 1), Confusion("x", "z", 1)}


@pytest.mark.parametrize("baseline", [by_bm25_words, by_bm25_ngrams])
def test_baselines_rank_by_the_words_they_share(baseline: object) -> None:
    """The plain rankings find a service by its name."""
    services = [
        Service(name, (ServiceText(Language.DE, title, "Auskunft."),))
        for name, title in (("hund", "Hund anmelden"), ("pass", "Reisepass beantragen"), ("kfz", "Auto zulassen"))
    ]
    assert callable(baseline)
    assert baseline(services)(question("reisepass", "pass"))[0] == "pass"


def test_n_grams_find_parts_of_compounds() -> None:
    """Where words find nothing in common, n-grams do."""
    services = [Service(name, (ServiceText(Language.DE, name, "Auskunft."),)) for name in ("Hundesteuer", "Reisepass")]
    assert by_bm25_ngrams(services)(question("reisepässe"))[0] == "Reisepass"
