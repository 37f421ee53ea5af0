"""``roland lexicon``: mistakes are found before they are learned, matches are looked through and corrected."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CITY, Roland
from tests.knowledge.test_lexicon_checking import entry

pytestmark = pytest.mark.slow  # trains, indexes or reads large files


@pytest.fixture
def city(roland: Roland, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a city with a catalogue of one service and an entry of its own about it, in a folder of its own."""
    folder = tmp_path / "config"
    folder.mkdir()
    config = folder / "own.toml"
    config.write_text(
        f'{CITY}[storage]\ndata_dir = "{tmp_path / "data"}"\n[retrieval]\nlexicon_files = ["own.jsonl"]\n', "utf-8"
    )
    own = entry("bluebook") | {"leika_keys": []}
    for part, text in (("title", "Reisepass"), ("summary", "Reisepass für Reisen."), ("terms", ["Reisepass", "ePass"])):
        own[part]["de"] = text
    (folder / "own.jsonl").write_text(json.dumps(own), encoding="utf-8")
    monkeypatch.setenv("ROLAND_CONFIG", str(config))
    assert roland("catalogue", "import", bundle, "--no-index").exit_code == 0
    return config


def matched(roland: Roland) -> dict[str, dict[str, Any]]:
    """The entries of the report by key."""
    result = roland("lexicon", "match", "--json")
    assert result.exit_code == 0, result.output
    return {entry["key"]: entry for entry in json.loads(result.stdout)["entries"]}


def corrected_by(config: Path, text: str) -> None:
    """Names a file of corrections in the city's file and writes it beside."""
    (config.parent / "own.lexicon.toml").write_text(text, encoding="utf-8")
    with config.open("a", encoding="utf-8") as file:
        file.write('lexicon_matches = "own.lexicon.toml"\n')


def test_a_sound_file_is_counted(roland: Roland, tmp_path: Path) -> None:
    """Without a problem the command ends well, with a table by language."""
    (tmp_path / "mine.jsonl").write_text(json.dumps(entry()), encoding="utf-8")
    result = roland("lexicon", "validate", tmp_path / "mine.jsonl")
    assert result.exit_code == 0
    assert "1 entries, 0 problems" in result.stdout
    assert json.loads(roland("lexicon", "validate", tmp_path / "mine.jsonl", "--json").stdout)["questions"]["de"] == 12


def test_a_problem_is_told_with_file_and_line(roland: Roland, tmp_path: Path) -> None:
    """A mistake ends with exit code 1 and its place, for people and for machines."""
    wrong = entry()
    del wrong["title"]["fa"]
    path = tmp_path / "mine.jsonl"
    path.write_text(f"\n{json.dumps(wrong)}", encoding="utf-8")
    result = roland("lexicon", "validate", path)
    assert result.exit_code == 1
    assert f"{path}:2: hund: title: lacks 'fa'" in result.stdout
    told = roland("lexicon", "validate", path, "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["problems"] == [
        {"file": str(path), "line": 2, "key": "hund", "reason": "title: lacks 'fa'"}
    ]


@pytest.mark.slow
def test_the_citys_own_files_are_validated_with_the_bundled_ones(roland: Roland, city: Path) -> None:
    """Without files all that the city uses is checked, so that its own entries take no bundled key."""
    path = city.parent / "own.jsonl"
    taken = entry("reisepass-beantragen")
    path.write_text(json.dumps(taken), encoding="utf-8")
    result = roland("lexicon", "validate")
    assert result.exit_code == 1
    assert f"{path}:1: reisepass-beantragen: the key stands in " in result.stdout


def test_entries_are_matched_with_the_catalogue(roland: Roland, city: Path) -> None:
    """Bundled entries and the city's own, read beside its file, tell their services; others are absent."""
    entries = matched(roland)
    assert [service["id"] for service in entries["bluebook"]["services"]] == ["reisepass"]
    assert entries["bluebook"]["how"] == "name"
    assert entries["hundesteuer"]["how"] == "absent"
    assert "bluebook" in roland("lexicon", "match").stdout


def test_services_without_an_entry_are_listed(roland: Roland, city: Path) -> None:
    """A service that no entry speaks of is named, with its title."""
    keys = [key for key, entry in matched(roland).items() if entry["services"]]
    corrected_by(city, "".join(f"{key} = []\n" for key in keys))
    report = json.loads(roland("lexicon", "match", "--json").stdout)
    assert [service["id"] for service in report["uncovered"]] == ["reisepass"]
    assert "services without an entry" in roland("lexicon", "match").stdout


def test_corrections_win(roland: Roland, city: Path) -> None:
    """What stands in the file beside the city's own holds, and what it cannot mean is a warning."""
    corrected_by(city, 'bluebook = []\nhundesteuer = ["reisepass"]\nkatze = []\n')
    entries = matched(roland)
    assert (entries["bluebook"]["how"], entries["bluebook"]["services"]) == ("corrected", [])
    assert [service["id"] for service in entries["hundesteuer"]["services"]] == ["reisepass"]
    assert "katze: the lexicon has no such entry" in roland("lexicon", "match").stderr


def test_a_malformed_file_of_corrections_is_an_error(roland: Roland, city: Path) -> None:
    """It ends the command with its name and exit code 1, and the building of the index too."""
    corrected_by(city, "bluebook = 1\n")
    for command in (("lexicon", "match"), ("setup-data",)):
        result = roland(*command)
        assert result.exit_code == 1
        assert "own.lexicon.toml" in result.stderr


def test_a_report_to_correct_is_written(roland: Roland, city: Path, tmp_path: Path) -> None:
    """It holds the corrections in force and proposals as comments; configured before it is there, it is made."""
    path = city.parent / "own.lexicon.toml"
    corrected_by(city, "bluebook = []\n")
    path.unlink()
    first = roland("lexicon", "match", "--write", path)
    assert first.exit_code == 0
    assert "not there" in first.stderr
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {}
    proposal = '#bluebook = ["reisepass"]\n'
    assert proposal in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(proposal, "bluebook = []\n"), encoding="utf-8")
    assert roland("lexicon", "match", "--write", tmp_path / "next.toml").exit_code == 0
    assert tomllib.loads((tmp_path / "next.toml").read_text(encoding="utf-8")) == {"bluebook": []}


def test_a_file_that_is_there_is_not_overwritten(roland: Roland, city: Path, tmp_path: Path) -> None:
    """What somebody wrote is not lost: --write takes a new name only."""
    path = tmp_path / "mine.toml"
    path.write_text("# my own\n", encoding="utf-8")
    result = roland("lexicon", "match", "--write", path)
    assert result.exit_code == 2
    assert path.read_text(encoding="utf-8") == "# my own\n"
    assert roland("lexicon", "match", "--write", tmp_path / "nowhere" / "x.toml").exit_code == 2


def test_without_a_catalogue_there_is_nothing_to_match(roland: Roland) -> None:
    """An empty catalogue is an error that says what helps."""
    result = roland("lexicon", "match")
    assert result.exit_code == 1
    assert "roland catalogue import" in result.stderr
