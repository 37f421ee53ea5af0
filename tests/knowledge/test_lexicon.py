"""The lexicon's files and its matching to a catalogue."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from assistant.errors import IndexBuildError
from assistant.model import Language, Service
from knowledge.corpus import calibration_questions_of, questions_of
from knowledge.lexicon import LexiconEntry, bundled_lexicon, match_lexicon, read_lexicon
from knowledge.text import fold
from tests.knowledge.conftest import SERVICES, ListCatalogue, make_service


@pytest.fixture(scope="module")
def lexicon() -> tuple[LexiconEntry, ...]:
    """The lexicon that comes with Roland."""
    return bundled_lexicon()


@pytest.mark.slow
def test_every_entry_keeps_the_published_schema() -> None:
    """Each line of the lexicon's files validates."""
    folder = files("knowledge").joinpath("lexicon")
    validator = jsonschema.Draft202012Validator(
        json.loads(folder.joinpath("entry.schema.json").read_text(encoding="utf-8"))
    )
    for file in folder.iterdir():
        if file.name.endswith(".jsonl"):
            for line in file.read_text(encoding="utf-8").splitlines():
                validator.validate(json.loads(line))


def test_every_entry_speaks_every_language(lexicon: tuple[LexiconEntry, ...]) -> None:
    """No entry lacks a title, a term or a question in any language."""
    for entry in lexicon:
        for language in Language:
            assert entry.titles[language]
            assert entry.terms[language]
            assert entry.questions[language]


@pytest.mark.slow
def test_no_question_belongs_to_two_entries(lexicon: tuple[LexiconEntry, ...]) -> None:
    """A question teaches one meaning only."""
    seen: dict[str, str] = {}
    for entry in lexicon:
        for texts in entry.questions.values():
            for text in texts:
                assert seen.setdefault(fold(text), entry.key) == entry.key


def test_questions_are_learned_or_kept_for_calibration(lexicon: tuple[LexiconEntry, ...]) -> None:
    """No question does both, and about one in twelve calibrates."""
    learned = {text for entry in lexicon for _, text in questions_of(entry)}
    kept = {text for entry in lexicon for _, text in calibration_questions_of(entry)}
    assert not learned & kept
    assert 0.06 < len(kept) / len(learned | kept) < 0.11


def test_matching_finds_the_service_of_an_entry(lexicon: tuple[LexiconEntry, ...]) -> None:
    """Entries meet their services by their names, and entries about other things meet none."""
    matches = {match.entry.key: match for match in match_lexicon(lexicon, SERVICES)}
    assert matches["hundesteuer"].service_ids == ("hund-anmelden",)
    assert matches["reisepass-beantragen"].service_ids == ("reisepass",)
    assert matches["vorlaeufiger-reisepass"].service_ids == ("vorlaeufiger-reisepass",)
    assert matches["elterngeld"].service_ids == ()
    assert matches["elterngeld"].absent


def test_a_leika_key_in_common_decides_where_names_tell_nothing() -> None:
    """An entry belongs to the service that bears its key, though the two have no word in common."""
    entry = LexiconEntry("pass", {Language.DE: "Dokument fürs Ausland"}, {}, {}, {}, leika_keys=("99085001012000",))
    keyed = Service("p", make_service("p", "Grenzübertritt", (), "", {}).texts, leika_key="99085001012000")
    (match,) = match_lexicon([entry], (*SERVICES, keyed))
    assert match.service_ids == ("p",)


def test_services_that_share_a_leika_key_are_told_apart_by_their_names() -> None:
    """Where several services bear a key, it only leads into their field."""
    entry = LexiconEntry("zweitpass", {Language.DE: "Zweitpass"}, {}, {}, {}, leika_keys=("99085001012000",))
    first, second = (
        Service(service_id, make_service(service_id, title, (), "", {}).texts, leika_key="99085001012000")
        for service_id, title in (("p", "Reisepass abholen"), ("z", "Zweitpass beantragen"))
    )
    (match,) = match_lexicon([entry], (first, second))
    shares = dict(zip(match.service_ids, match.shares, strict=True))
    assert shares["z"] == 1
    assert shares.get("p", 0) < 0.6


def test_a_service_far_from_an_entry_counts_less() -> None:
    """The nearest service has the whole share."""
    entry = LexiconEntry("dog", {Language.DE: "Hundesteuer"}, {}, {}, {})
    services = [make_service("a", "Hundesteuer", (), "", {}), make_service("b", "Hundesteuer Befreiung", (), "", {})]
    (match,) = match_lexicon([entry], services)
    shares = dict(zip(match.service_ids, match.shares, strict=True))
    assert shares["a"] == 1
    assert shares.get("b", 0) < 1


def test_an_empty_catalogue_lacks_everything(lexicon: tuple[LexiconEntry, ...]) -> None:
    """Without services every entry is absent."""
    assert all(match.absent for match in match_lexicon(lexicon, tuple(ListCatalogue(()).services())))


@pytest.mark.parametrize("line", ["{", '{"key": "x"}', "[]", '{"key": "x", "title": {"xx": "a"}}'])
def test_a_broken_line_is_named(line: str, tmp_path: Path) -> None:
    """Who edits a lexicon is told file and line of the mistake."""
    path = tmp_path / "mine.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(IndexBuildError, match=r"mine\.jsonl:2"):
        read_lexicon([path])


def test_an_entry_needs_a_german_title(tmp_path: Path) -> None:
    """Without one it could not be matched with a German catalogue."""
    path = tmp_path / "mine.jsonl"
    path.write_text('{"key": "x", "title": {"en": "dog"}, "summary": {}, "terms": {}, "questions": {}}', "utf-8")
    with pytest.raises(IndexBuildError, match=r"mine\.jsonl:1.*German title"):
        read_lexicon([path])


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is missing, or in another encoding, is an error with its name."""
    with pytest.raises(IndexBuildError, match=r"nowhere\.jsonl"):
        read_lexicon([tmp_path / "nowhere.jsonl"])
    (tmp_path / "latin.jsonl").write_bytes("ö".encode("latin-1"))
    with pytest.raises(IndexBuildError, match=r"latin\.jsonl.*UTF-8"):
        read_lexicon([tmp_path / "latin.jsonl"])
