"""``roland form``: those who write forms see what they wrote, and what is wrong with it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Roland

NAME = "hund-anmelden.yaml"


@pytest.fixture
def forms(roland: Roland, tmp_path: Path) -> Path:
    """The folder of the city's forms, beside its configuration; it holds one, in German and English."""
    with (tmp_path / "city.toml").open("a", encoding="utf-8") as file:
        file.write('[forms]\nfolders = ["forms"]\n')
    return Path(shutil.copytree(ROOT / "tests" / "payloads" / "forms", tmp_path / "forms"))


def change(path: Path, old: str, new: str) -> None:
    """Replaces a text that stands in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def findings(roland: Roland) -> dict[str, dict[str, Any]]:
    """What the doctor says, by part."""
    return {finding["part"]: finding for finding in json.loads(roland("doctor", "--json").stdout)}


def test_forms_are_listed(roland: Roland, forms: Path) -> None:
    """For people as a table, for machines as JSON; what cannot be read is a warning beside it."""
    assert "Hund anmelden" in roland("form", "list").stdout
    (row,) = json.loads(roland("form", "list", "--json").stdout)
    assert row == {
        "id": "hund-anmelden",
        "title": "Hund anmelden",
        "edition": "2025",
        "services": ["hundesteuer", "hund-abmelden"],
        "fields": 9,
        "languages": ["de", "de-plain", "en"],
    }
    (forms / "katze.yaml").write_text("id: [", "utf-8")
    result = roland("form", "list")
    assert (result.exit_code, "1 files with problems" in result.stderr) == (0, True)


def test_sound_forms_are_counted(roland: Roland, forms: Path) -> None:
    """Without files the city's own are checked; each language says how much it lacks, and --missing says what."""
    result = roland("form", "check")
    assert result.exit_code == 0
    assert "1 forms, 9 fields, 0 files with problems" in result.stdout
    assert "elements.halter/name.example" not in result.stdout
    assert f"{forms / NAME}: de-plain: elements.halter/name.example" in roland("form", "check", "--missing").stdout
    (form,) = json.loads(roland("form", "check", forms / NAME, "--json").stdout)["forms"]
    assert form["languages"]["en"] == {"missing": [], "of": None, "problems": []}
    assert "elements.halter/name.example" in form["languages"]["de-plain"]["missing"]


def test_an_outdated_translation_is_told(roland: Roland, forms: Path) -> None:
    """It is no mistake in the file, but stands in the table."""
    change(forms / "translations" / "en" / NAME, "of: 2025-06-01", "of: 2025-01-01")
    result = roland("form", "check", forms)
    assert (result.exit_code, " old " in result.stdout) == (0, True)
    (form,) = json.loads(roland("form", "check", forms, "--json").stdout)["forms"]
    assert form["languages"]["en"]["of"] == "2025-01-01"


def test_every_problem_is_told_with_its_place(roland: Roland, forms: Path) -> None:
    """What is wrong with form or translation ends with exit code 1, file, line and reason."""
    english = forms / "translations" / "en" / NAME
    change(english, "3 months", "4 months")
    result = roland("form", "check", english)
    assert result.exit_code == 1
    assert f"problem {english}:12: $.elements.hunde.about: left out: missing 3, added 4\n" in result.stdout
    change(forms / NAME, "{filled: hunde}", "{filled: [katze]}")
    result = roland("form", "check")
    assert result.exit_code == 1
    assert f"problem {forms / NAME}:29: $.groups[2].fields[0].when" in result.stdout
    report = json.loads(roland("form", "check", "--json").stdout)
    assert (report["forms"], list(report["problems"])) == ([], [str(forms / NAME)])


def test_a_form_is_shown_whole(roland: Roland, forms: Path) -> None:
    """Elements with their conditions in words, texts, options, attachments and terms."""
    shown = roland("form", "show", "hund-anmelden").stdout
    for told in (
        "A Halter halter group",
        "1 Nachname halter/name text, at least 2 characters, at most 60 characters, like [A-Z][a-z]+",
        "Geburtsdatum halter/geboren date, not before 1900-01-01, not after today",
        "Gewicht hunde/gewicht number, optional, repeated, at least 0, at most 3, not below 0.5, not above 90",
        "only if “Wo wohnen Sie?” is In Musterstadt and not (“Gewicht” is filled in)",
        "only if “Seit wann?” is filled in or “Hunde” is filled in",
        "only if “Ist der Hund gefährlich?” is yes",
        "In der Stadt oder anderswo.",
        "often wrong Welpen werden leicht vergessen.",
        "◦ In Musterstadt hier",
        "to enclose Wesenstest des Hundes",
        "Halter, Hundehalter Wer den Hund bei sich hat.",
    ):
        assert told in shown, told


def test_a_form_is_shown_in_a_language(roland: Roland, forms: Path) -> None:
    """As a reader of that language is told it; what is German for want of a translation is marked."""
    change(forms / "translations" / "en" / NAME, "hunde/rasse: {label: Breed", "rasse: {label: Breed")
    shown = roland("form", "show", forms / NAME, "--lang", "en").stdout
    assert "Surname halter/name" in shown
    assert "(de) Rasse hunde/rasse" in shown
    assert "Wem gehört der Hund?" in roland("form", "show", "hund-anmelden", "--plain").stdout


def test_brackets_are_shown_letter_by_letter(roland: Roland, forms: Path) -> None:
    """What an editor writes is no command to the terminal."""
    change(forms / NAME, "label: Rasse", "label: 'Rasse [/alt]'")
    assert "Rasse [/alt] hunde/rasse" in roland("form", "show", "hund-anmelden").stdout


def test_an_unknown_form_is_an_error(roland: Roland, forms: Path) -> None:
    """Neither an id nor a file: exit code 1, and what was looked for."""
    result = roland("form", "show", "katze")
    assert result.exit_code == 1
    assert "'katze'" in result.stderr


def test_the_doctor_looks_at_the_forms(roland: Roland, tmp_path: Path) -> None:
    """A city without forms hears nothing; then how many there are, and that a file has problems."""
    assert "forms" not in findings(roland)
    (tmp_path / "forms").mkdir()
    shutil.copy(ROOT / "tests" / "payloads" / "forms" / NAME, tmp_path / "forms")
    with (tmp_path / "city.toml").open("a", encoding="utf-8") as file:
        file.write('[forms]\nfolders = ["forms"]\n')
    assert findings(roland)["forms"] == {"part": "forms", "ok": True, "required": False, "detail": "1 forms"}
    (tmp_path / "forms" / "katze.yaml").write_text("id: [", "utf-8")
    assert findings(roland)["forms"]["detail"] == "1 forms, 1 files with problems: roland form check"
    assert not findings(roland)["forms"]["ok"]


def test_a_form_is_walked_through(roland: Roland, forms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor goes from the overview to the checklist, or stops at any step."""

    def walked(*typed: str, arguments: tuple[object, ...] = ()) -> str:
        lines = iter(typed)
        monkeypatch.setattr("builtins.input", lambda _prompt: next(lines))
        return roland("form", "walk", *arguments).stdout

    told = walked(*[""] * 40, arguments=("hund-anmelden",))
    assert told.count("Schritt 1 von") == 1
    assert "Geschafft!" in told
    told = walked("weiter", "zurück", "abbrechen", arguments=(forms / NAME, "--fill"))
    assert told.count("Schritt 1 von") == 1
    assert "Geschafft!" not in told


def test_a_wrong_value_is_told_on_the_way(roland: Roland, forms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Filling in, the editor sees what people are told of a value that cannot be right."""
    lines = iter(["", *["vielleicht 30.02.2020"] * 9, "abbrechen"])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(lines))
    assert "\n! " in roland("form", "walk", "hund-anmelden", "--fill").stdout
