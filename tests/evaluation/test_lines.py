"""Files of questions are read strictly: a line that would silently count for nothing is named."""

from pathlib import Path

import pytest

from assistant.model import SectionKind
from evaluation.dialogues import read_dialogues
from evaluation.lines import LineError, digest, section_named
from evaluation.omos import read_collection
from evaluation.questions import development_set, own_file, read_questions
from evaluation.scope import EXPECTED, read_scope


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"query": "a", "lang": "de", "gold": ["x"], "aspect": "colour"}', "2: 'colour' is neither"),
        ('{"query": "a", "lang": "de"}', "2: 'gold' is missing"),
        ('{"query": "a", "lang": "de", "gold": []}', "2: gold must be a list of at least one"),
        ('{"query": "a", "lang": "de", "gold": "x"}', "2: gold must be a list"),
        ('{"query": "a", "lang": "xx", "gold": ["x"]}', "2: 'xx' is not a valid Language"),
        ('{"query": "a", "lang": "de", "gold": ["x"], "sytle": "typo"}', "2: unknown keys: sytle"),
        ("[]", "2: "),
        ("{", "2: "),
    ],
)
def test_a_wrong_question_is_named_by_its_line(tmp_path: Path, line: str, reason: str) -> None:
    """The message says which line of which file is wrong, and why."""
    path = tmp_path / "questions.jsonl"
    path.write_text('{"query": "ok", "lang": "de", "gold": ["x"]}\n' + line, encoding="utf-8")
    with pytest.raises(LineError, match=f"questions.jsonl:{reason}"):
        read_questions(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """Nothing asked is nothing measured."""
    path = tmp_path / "empty.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(LineError, match="no line"):
        read_questions(path)


@pytest.mark.parametrize(
    ("name", "section"),
    [
        (None, None),
        ("fee", SectionKind.FEE),
        ("responsibility", SectionKind.RESPONSIBILITY),
        ("where", SectionKind.RESPONSIBILITY),
        ("opening_hours", SectionKind.RESPONSIBILITY),
        ("hours", SectionKind.RESPONSIBILITY),
        ("how", SectionKind.PROCEDURE),
        ("form", SectionKind.FORMS),
        ("legal", SectionKind.LEGAL_BASIS),
    ],
)
def test_sections_go_by_several_names(name: str | None, section: SectionKind | None) -> None:
    """Who labels questions may name what is asked as a section or as an aspect."""
    assert section_named(name) is section


@pytest.mark.parametrize("city", ["Bremen", "München"])
def test_development_questions_are_readable(city: str) -> None:
    """The published question sets parse, each question stands once, and all nine languages ask."""
    path = development_set(city)
    assert path is not None
    questions = read_questions(path)
    assert len({asked.query for asked in questions}) == len(questions) > 300
    assert len({asked.language for asked in questions}) == 9
    assert "asr" not in {asked.style for asked in questions}


def test_a_city_without_a_set_has_none() -> None:
    """The set of another city would measure nothing."""
    assert development_set("Musterstadt") is None


def test_the_scope_set_asks_everything_in_every_language() -> None:
    """Each language has questions to decline, small talk, wishes for a person and emergencies."""
    questions = read_scope(own_file("scope_dev.jsonl"))
    assert len({asked.query for asked in questions}) == len(questions) >= 180
    assert len({(asked.language, asked.expected) for asked in questions}) == 9 * len(EXPECTED)


def test_scope_knows_no_other_expectation(tmp_path: Path) -> None:
    """That a question is answered is for the other sets to say."""
    path = tmp_path / "scope.jsonl"
    path.write_text('{"query": "a", "lang": "de", "expected": "answered"}', encoding="utf-8")
    with pytest.raises(LineError, match=r"scope.jsonl:1: expected must be one of decline"):
        read_scope(path)


def test_the_dialogues_follow_up_in_every_language() -> None:
    """Each language has conversations, and every conversation goes on after its first turn."""
    dialogues = read_dialogues(own_file("dialogues_dev.jsonl"))
    assert len({dialogue.id for dialogue in dialogues}) == len(dialogues) >= 30
    assert len({dialogue.language for dialogue in dialogues}) == 9
    assert all(len(dialogue.turns) > 1 for dialogue in dialogues)


def test_a_digest_is_the_usual_one(tmp_path: Path) -> None:
    """Anybody can compare it with what sha256sum says."""
    path = tmp_path / "a"
    path.write_text("abc", encoding="utf-8")
    assert digest(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_folder_without_the_splits_is_refused(tmp_path: Path) -> None:
    """The message names what OMoS-QA would have there."""
    with pytest.raises(LineError, match=r"splits/dev_de\.jsonl"):
        read_collection(tmp_path, "dev")
