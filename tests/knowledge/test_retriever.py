"""Finding services and their sections in the small catalogue."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant.errors import IndexBuildError
from assistant.model import Language, SectionKind
from knowledge.index import current_index
from knowledge.retriever import IndexRetriever, open_retriever

pytestmark = pytest.mark.slow  # trains or indexes


@pytest.fixture(scope="module")
def retriever(built: Path) -> IndexRetriever:
    """The retriever over the small catalogue."""
    return open_retriever(built)


@pytest.mark.parametrize(
    ("question", "language", "service_id"),
    [
        ("Was kostet ein Reisepass?", Language.DE, "reisepass"),
        ("reisepas beantragn", Language.DE, "reisepass"),
        ("vorläufiger Reisepass", Language.DE, "vorlaeufiger-reisepass"),
        ("Wo melde ich meinen Hund an und was kostet das?", Language.DE, "hund-anmelden"),
        ("Welche Gebühren für den Welpen?", Language.DE, "hund-anmelden"),
        ("FUEHRE ICH HUNDESTEUER AB", Language.DE, "hund-anmelden"),
        ("bin umgezogen wo trag ich mich ein", Language.DE, "wohnsitz-anmelden"),
        ("yeni eve taşındık", Language.TR, "wohnsitz-anmelden"),
        ("where do i register my new flat", Language.EN, "wohnsitz-anmelden"),
    ],
)
def test_questions_find_their_service(
    retriever: IndexRetriever, question: str, language: Language, service_id: str
) -> None:
    """By name, with typos, in other words and in other languages the right service stands first."""
    assert retriever.search(question, language)[0].service_id == service_id


def test_aspect_words_do_not_pull_to_texts_full_of_them(retriever: IndexRetriever) -> None:
    """The words "Was kosten … Gebühren" lead to the thing named, not to the service that speaks of fees most."""
    found = retriever.search("Welche Kosten und Gebühren hat eine Trauung?", Language.DE)
    assert found[0].service_id == "eheschliessung"


def test_findings_are_ordered_probabilities(retriever: IndexRetriever) -> None:
    """Findings come most probable first, as many as wanted, and their probabilities are shares of one."""
    found = retriever.search("Reisepass oder Hundesteuer", Language.DE, limit=2)
    assert len(found) == 2
    assert found[0].probability >= found[1].probability > 0
    assert sum(finding.probability for finding in found) <= 1.001


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("brauche ich ein Foto?", SectionKind.DOCUMENTS),
        ("muss ich persönlich kommen", SectionKind.REPRESENTATION),
        ("was kostet das", SectionKind.FEE),
    ],
)
def test_sections_are_ranked_within_a_service(retriever: IndexRetriever, question: str, kind: SectionKind) -> None:
    """A follow-up question finds the section that answers it."""
    ranked = retriever.rank_sections(question, Language.DE, "reisepass")
    assert ranked[0].section is kind
    assert len(ranked) == 4


def test_a_follow_up_has_no_content_words(retriever: IndexRetriever) -> None:
    """What only asks for an aspect names nothing; what names something keeps its word."""
    assert retriever.content_words("Und was kostet das?", Language.DE) == ()
    assert retriever.content_words("Und was kostet der Hund?", Language.DE) == ("hund",)


def test_an_unknown_service_has_no_sections(retriever: IndexRetriever) -> None:
    """Asking for a service that is not in the index finds nothing."""
    assert retriever.rank_sections("was kostet das", Language.DE, "zzz") == ()


@pytest.mark.parametrize("question", ["", "   ", "?!…"])
def test_a_text_without_words_finds_nothing(retriever: IndexRetriever, question: str) -> None:
    """Where there is nothing to look for, nothing is found."""
    assert retriever.search(question, Language.DE) == ()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=3_000), language=st.sampled_from(Language))
def test_no_text_raises(retriever: IndexRetriever, text: str, language: Language) -> None:
    """Whatever people type, the search answers."""
    for finding in retriever.search(text, language):
        assert 0 < finding.probability <= 1
    retriever.rank_sections(text, language, "reisepass")


async def test_the_health_check_answers(retriever: IndexRetriever) -> None:
    """A loaded index is healthy."""
    await retriever.ping()


async def test_a_vanished_index_is_unhealthy(built: Path, tmp_path: Path) -> None:
    """When the directory is emptied under a running retriever, the health page says so, and answers go on."""
    directory = tmp_path / "data"
    shutil.copytree(built, directory)
    retriever = IndexRetriever(directory)
    shutil.rmtree(current_index(directory))
    with pytest.raises(IndexBuildError, match="vanished"):
        await retriever.ping()
    assert retriever.search("Reisepass", Language.DE)[0].service_id == "reisepass"
