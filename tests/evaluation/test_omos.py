"""OMoS-QA's shape, on sentences of the project's own; the real data where it is at hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.model import Language
from evaluation.lines import LineError
from evaluation.omos import Chosen, OmosQuestion, evaluate, line_measures, read_collection
from evaluation.omos_aids import AIDS, LANGUAGES, AidName
from knowledge.encoder.recipe import TrainingSettings
from knowledge.lexicon import read_lexicon
from knowledge.settings import EncoderSettings, RetrievalSettings

DOG = "Hund anmelden\nHund anmelden\nWer einen Hund hält, meldet ihn an.\nDie Steuer beträgt 150 Euro."
PASS = "Reisepass\nReisepass\nEin Reisepass kostet 70 Euro."
RECORDS: tuple[tuple[int, str, list[int], str, int], ...] = (
    (1, "Wie hoch ist die Steuer für einen Hund?", [3], DOG, 7),
    (2, "Wie alt werden Hunde?", [], DOG.replace("Die Steuer", "Die Hundesteuer"), 7),
    (3, "Was kostet ein Pass?", [2], PASS, 8),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder like OMoS-QA's with three questions about two pages, one of which has two versions."""
    splits = tmp_path / "splits"
    splits.mkdir()
    for language in LANGUAGES:
        lines = (record(language, *fields) for fields in RECORDS)
        (splits / f"dev_{language}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (tmp_path / "derived_multilingual_titles.tsv").write_text(
        "city\tde_page_id\tde_title\tlang\ttranslated_title_from_slug\n"
        "stadt\t7\tHund anmelden\ten\tregister a dog\n"
        "stadt\t7\tHund anmelden\tti\tይመዝገቡ\n"
        'stadt\t9\tDas "Amt"\tuk\tвідомство\n',
        encoding="utf-8",
    )
    return tmp_path


def record(
    language: Language, number: int, question: str, answers: list[int], context: str, page: int
) -> dict[str, Any]:
    """A line of a split; the context is German only in the German file."""
    return {
        "id": number,
        "question": question if language is Language.DE else f"{language} {question}",
        "answers": answers,
        "context": context if language is Language.DE else "translated\n" * context.count("\n"),
        "city": "stadt",
        "language": str(language),
        "jaccard": 1.0,
        "sourceLanguage": None,
        "pageId": page,
    }


def test_questions_of_every_language_ask_the_german_pages(folder: Path) -> None:
    """The pages are those of the German file, each version once; either version of a page answers."""
    collection = read_collection(folder, "dev")
    assert {page: len(text.lines) for page, text in collection.pages.items()} == {
        "stadt-7": 4,
        "stadt-7-2": 4,
        "stadt-8": 3,
    }
    assert len(collection.questions) == 3 * len(LANGUAGES)
    arabic = [question for question in collection.questions if question.language is Language.AR]
    assert arabic[0] == OmosQuestion(
        "ar Wie hoch ist die Steuer für einen Hund?",
        Language.AR,
        "stadt-7",
        frozenset({"stadt-7", "stadt-7-2"}),
        frozenset({3}),
    )
    assert arabic[1].answers == frozenset()


def test_a_page_becomes_a_service(folder: Path) -> None:
    """Title, summary and text stand where a catalogue has them, and no line is lost."""
    text = read_collection(folder, "dev").pages["stadt-7"].service().texts[0]
    assert text.title == "Hund anmelden"
    assert "\n".join((text.title, *(section.text for section in text.sections))) == DOG


def test_another_shape_is_refused(folder: Path) -> None:
    """A file that is not OMoS-QA is named with its line."""
    (folder / "splits" / "dev_uk.jsonl").write_text('{"question": "a"}', encoding="utf-8")
    with pytest.raises(LineError, match=r"dev_uk.jsonl:1: 'context' is missing"):
        read_collection(folder, "dev")


def test_lines_are_counted_over_all_questions() -> None:
    """Two right of three taken, two of four wanted; lines of another page are wrong, silence is right once."""

    def chosen(page: str, answers: set[int], lines: set[int]) -> Chosen:
        question = OmosQuestion("a", Language.DE, "p", frozenset({"p", "p-2"}), frozenset(answers))
        return Chosen(question, page, frozenset(lines))

    answers = [chosen("p-2", {1, 2, 3}, {1, 2}), chosen("q", {5}, {5}), chosen("p", set(), set())]
    measures = {one.metric: one.value for one in line_measures("roland", "", answers) if one.group == "all"}
    assert measures["precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert measures["recall"] == pytest.approx(2 / 4)
    assert measures["f1"] == pytest.approx(4 / 7, abs=1e-4)
    assert measures["no_answer_told"] == 1.0


def test_translated_titles_become_a_lexicon(folder: Path, tmp_path: Path) -> None:
    """Languages that Roland speaks are taken, quotes are no quoting."""
    path = tmp_path / "lexicon.jsonl"
    AIDS[AidName.TITLES].write(folder, "dev", path)
    assert [entry.titles for entry in read_lexicon([path])] == [
        {Language.DE: "Hund anmelden", Language.EN: "register a dog"},
        {Language.DE: 'Das "Amt"', Language.UK: "відомство"},
    ]


def test_pages_that_are_asked_are_no_aid(folder: Path, tmp_path: Path) -> None:
    """Only the other split's pages are read, line by line, and none of them that is asked too."""
    for language in LANGUAGES:
        other = record(language, 9, "?", [], "Amt\nDas Amt hat montags offen.", 99)
        asked = record(language, 1, "?", [], DOG, 7)
        other["context"] = f"{language}\n{language} eins zwei drei"
        (folder / "splits" / f"train_{language}.jsonl").write_text(
            "\n".join(map(json.dumps, (other, asked))), encoding="utf-8"
        )
    path = tmp_path / "lexicon.jsonl"
    AIDS[AidName.PAGES].write(folder, "dev", path)
    (entry,) = read_lexicon([path])
    assert entry.titles == {language: f"{language} eins zwei drei" for language in LANGUAGES}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_everything_is_measured_in_one_run(folder: Path, tmp_path: Path) -> None:
    """Baselines and Roland, found pages and taken lines, in every language, with the files that were asked."""
    no_lexicon = tmp_path / "lexicon.jsonl"
    no_lexicon.touch()
    encoder = EncoderSettings(training=TrainingSettings(steps=2))
    quick = RetrievalSettings(encoder=encoder, lexicon=(no_lexicon,), bundled_translations=False)
    result = evaluate(folder, "dev", lambda _: None, [AIDS[AidName.TITLES]], quick)
    subjects = {"BM25 words", "BM25 n-grams", "roland", "encoder alone", "roland, translated titles"}
    assert {measure.subject for measure in result.measures} == subjects
    assert result.value("BM25 n-grams", "ndcg_at_5", "language", "de") == 1
    for language in LANGUAGES:
        for metric in ("ndcg_at_5", "recall_at_5", "lines_f1", "found_lines_f1"):
            assert result.value("roland", metric, "language", language) is not None
    assert len(result.data) == len(LANGUAGES) + 1


SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "omos-qa"


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.exists(), reason="OMoS-QA is not at hand")
def test_the_real_data_is_read() -> None:
    """193 questions in five languages about 134 versions of 133 pages, 38 of them without an answer."""
    collection = read_collection(SHARED, "dev")
    german = [question for question in collection.questions if question.language is Language.DE]
    assert (len(german), len(collection.questions), len(collection.pages)) == (193, 965, 134)
    assert sum(not question.answers for question in german) == 38
    assert all(max(one.answers, default=0) < len(collection.pages[one.page].lines) for one in collection.questions)
