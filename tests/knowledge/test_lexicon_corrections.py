"""A person's corrections win over what names and LeiKa keys say."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.model import Language
from knowledge.corpus import read_corpus
from knowledge.index import build_index
from knowledge.lexicon import LexiconEntry, Match, correct, read_corrections, report_matches, to_toml
from knowledge.lexicon.report import How, MatchedEntry, MatchReport
from knowledge.settings import RetrievalSettings
from tests.knowledge.conftest import SERVICES, ListCatalogue, make_service, no_progress

KEY = "99085001012000"


def entry(key: str, title: str, *leika_keys: str) -> LexiconEntry:
    """An entry with a German title."""
    return LexiconEntry(key, {Language.DE: title}, {}, {}, {}, leika_keys)


DOG, PASS, BUILD = entry("hund", "Hundesteuer"), entry("pass", "Grenzpapier", KEY), entry("bau", "Baugenehmigung")
KEYED = replace(make_service("p", "Grenzübertritt", (), "", {}), leika_key=KEY)
ALL = (*SERVICES, KEYED)
IDS = [service.id for service in ALL]


def by_key(report: MatchReport) -> dict[str, MatchedEntry]:
    """The entries of a report."""
    return {entry.key: entry for entry in report.entries}


def test_a_correction_replaces_what_was_matched() -> None:
    """The services a person names are meant alike, and nothing else is; other entries stay as they were."""
    matches = (Match(DOG, ("hund-anmelden",), 0.9, absent=False, shares=(1.0,)), Match(BUILD, (), 0.1, absent=True))
    corrected = correct(matches, {"hund": ("reisepass", "p")}, IDS)
    assert corrected.matches[0] == Match(DOG, ("reisepass", "p"), 0.9, absent=False, shares=(1.0, 1.0))
    assert corrected.matches[1] is matches[1]
    assert corrected.keys == {"hund"}
    assert corrected.warnings == ()


def test_an_empty_correction_says_that_there_is_none() -> None:
    """The entry then counts as one that the catalogue surely lacks."""
    matches = (Match(DOG, ("hund-anmelden",), 0.9, absent=False, shares=(1.0,)),)
    assert correct(matches, {"hund": ()}, IDS).matches == (Match(DOG, (), 0.9, absent=True),)


def test_what_is_not_known_is_told() -> None:
    """Unknown entries and services are warnings; a correction of which nothing is left changes nothing."""
    match = Match(DOG, ("hund-anmelden",), 0.9, absent=False, shares=(1.0,))
    some = correct((match,), {"hund": ("weg", "p"), "katze": ()}, IDS)
    assert some.matches[0].service_ids == ("p",)
    assert some.warnings == ("hund: the catalogue has no public service weg", "katze: the lexicon has no such entry")
    none = correct((match,), {"hund": ("weg",)}, IDS)
    assert none.matches == (match,)
    assert none.keys == frozenset()
    assert "as if it were not corrected" in none.warnings[0]


@pytest.mark.parametrize("text", ["hund = [", 'hund = "p"', "hund = [1]", "[hund]\nid = 1", "hund = []\nhund = []"])
def test_a_malformed_file_is_an_error(tmp_path: Path, text: str) -> None:
    """The error names the file."""
    path = tmp_path / "city.lexicon.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"city\.lexicon\.toml"):
        read_corrections(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A configured file that is not there is not passed over."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        read_corrections(tmp_path / "nowhere.toml")


def test_the_report_says_why() -> None:
    """Each entry tells how it got its services, a LeiKa key apart from names, and bare services are listed."""
    report = report_matches([DOG, PASS, BUILD], ALL, {"bau": ("wohnsitz-anmelden",)})
    found = by_key(report)
    assert (found["hund"].how, [one.id for one in found["hund"].services]) == (How.NAME, ["hund-anmelden"])
    assert (found["pass"].how, [one.how for one in found["pass"].services]) == (How.LEIKA, [How.LEIKA])
    assert (found["bau"].how, found["bau"].services[0].title) == (How.CORRECTED, "Wohnsitz anmelden oder ummelden")
    covered = {"hund-anmelden", "p", "wohnsitz-anmelden"}
    assert {service.id for service in report.uncovered} == set(IDS) - covered
    assert by_key(report_matches([BUILD], ALL, {}))["bau"].how is How.ABSENT


def test_doubtful_entries_come_before_sure_ones() -> None:
    """Behind those that are decided come the doubtful ones, then the sure ones, then those without a service."""
    order = [
        (entry.how is not How.CORRECTED, entry.how is How.ABSENT, not entry.doubtful)
        for entry in report_matches(
            [DOG, PASS, BUILD, entry("ehe", "Heiraten im Ausland und Ehe"), entry("x", "Feuerwerk")], ALL, {"x": ("p",)}
        ).entries
    ]
    assert order == sorted(order)
    assert order[0] == (False, False, True)


def test_an_unedited_file_corrects_nothing_but_what_was_corrected(tmp_path: Path) -> None:
    """What was found stands there as comments, so that it goes on to follow the catalogue."""
    path = tmp_path / "city.lexicon.toml"
    path.write_text(to_toml(report_matches([DOG, PASS, BUILD], ALL, {"bau": ("p",)})), encoding="utf-8")
    assert read_corrections(path) == {"bau": ("p",)}


def test_taking_the_marks_away_makes_corrections_of_all() -> None:
    """Every proposal is a line that holds as it stands, whatever letters an id or a title has."""
    odd = make_service('a"\\b', "Feuerwerk\nanmelden\x00", (), "", {})
    text = to_toml(report_matches([DOG, BUILD, entry("feuer", "Feuerwerk anmelden")], (*SERVICES, odd), {}))
    assert tomllib.loads(text) == {}
    uncommented = "\n".join(line.removeprefix("#") if not line.startswith("# ") else line for line in text.splitlines())
    assert tomllib.loads(uncommented) == {"hund": ["hund-anmelden"], "bau": [], "feuer": ['a"\\b']}


@pytest.mark.slow
def test_the_corpus_follows_corrections(caplog: pytest.LogCaptureFixture) -> None:
    """Entries go to the services a person named, the fingerprint changes, and what is unknown is logged."""
    plain = read_corpus(ListCatalogue(SERVICES), [DOG])
    corrected = read_corpus(ListCatalogue(SERVICES), [DOG], {"hund": ("reisepass",), "katze": ()})
    spoken_of = {
        service.id: [entry.key for entry in entries]
        for service, entries in zip(corrected.services, corrected.entries, strict=True)
    }
    assert spoken_of["reisepass"] == ["hund"]
    assert spoken_of["hund-anmelden"] == []
    assert corrected.fingerprint != plain.fingerprint
    assert "katze: the lexicon has no such entry" in caplog.text


@pytest.mark.slow
def test_another_correction_gives_another_index(
    built: Path, catalogue: ListCatalogue, settings: RetrievalSettings, tmp_path: Path
) -> None:
    """The index follows the file's content, not its place: an empty file needs no new index, a correction does."""
    path = tmp_path / "city.lexicon.toml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    corrected = replace(settings, lexicon_matches=path)
    unchanged = build_index(catalogue, built, settings, no_progress)
    assert build_index(catalogue, built, corrected, no_progress) == unchanged
    path.write_text("wohnung-anmelden = []\n", encoding="utf-8")
    assert build_index(catalogue, tmp_path, corrected, no_progress).name != unchanged.name
