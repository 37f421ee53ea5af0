"""Forms of a bundle are read strictly, say what is wrong where, and are told in each language as far as it goes."""

import json
import random
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import ImportFileError
from assistant.model import Language, Register
from assistant.model.form import (
    AcroForm,
    All,
    Attachment,
    Cardinality,
    Either,
    Equals,
    Field,
    FieldGroup,
    FieldKind,
    Filled,
    Form,
    FormElement,
    FormText,
    Limits,
    Not,
)
from knowledge.forms.bundle import read_bundled, read_form
from knowledge.forms.checking import faults_of
from knowledge.importers.schemas import validator
from knowledge.importers.yaml_source import read_yaml

FORMS = Path(__file__).parents[2] / "payloads" / "forms"
NAME = "hund-anmelden.yaml"
GERMAN = (FORMS / NAME).read_text("utf-8")
ENGLISH = (FORMS / "translations" / "en" / NAME).read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the sample form that a test may break."""
    return Path(shutil.copytree(FORMS, tmp_path / "forms"))


@pytest.fixture
def changed(folder: Path) -> Callable[[str, str], Path]:
    """The sample form with one text in it replaced by another."""

    def change(old: str, new: str) -> Path:
        assert old in GERMAN
        (folder / NAME).write_text(GERMAN.replace(old, new, 1), "utf-8")
        return folder / NAME

    return change


@pytest.fixture
def translated(folder: Path) -> Callable[..., tuple[Form, tuple[str, ...]]]:
    """The sample form with one text of its translation replaced, and what is wrong with that translation."""

    def change(old: str, new: str) -> tuple[Form, tuple[str, ...]]:
        assert old in ENGLISH
        (folder / "translations" / "en" / NAME).write_text(ENGLISH.replace(old, new), "utf-8")
        reading = read_bundled(folder / NAME)
        return reading.form, next(telling.faults for telling in reading.tellings if telling.key == "en")

    return change


def elements(form: Form) -> dict[str, FormElement]:
    """The elements of a form by path."""
    return {element.path: element for element in form.walk()}


def english(form: Form) -> FormText:
    """The form as it is told in English."""
    return form.text(Language.EN)


# ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reads_a_form() -> None:
    """What the head of the file says comes through."""
    form = read_form(FORMS / NAME)
    assert (form.id, form.edition, form.updated_on) == ("hund-anmelden", "2025", date(2025, 6, 1))
    assert (form.url, form.minutes, form.schema_id) == ("https://example.org/hund", 10, None)
    assert form.service_ids == ("hundesteuer", "hund-abmelden")
    assert form.legal_basis == ("§ 1 Mustergesetz",)
    assert form.acro_form == AcroForm(
        "https://example.org/hund.pdf", {"halter/name": "Name", "halter/wohnt=hier": "Kreuz1"}
    )
    assert form.attachments == (
        Attachment("wesenstest", Equals("hunde/gefaehrlich", frozenset({"yes"}))),
        Attachment("ausweis"),
    )


def test_reads_elements() -> None:
    """Groups and fields come in the file's order, by their paths, with kind, limits and what they depend on."""
    found = elements(read_form(FORMS / NAME))
    assert list(found)[:3] == ["halter", "halter/name", "halter/geboren"]
    name, born, lives = found["halter/name"], found["halter/geboren"], found["halter/wohnt"]
    assert name == Field(
        "halter/name", FieldKind.TEXT, number="1", limits=Limits(min_length=2, max_length=60, pattern="[A-Z][a-z]+")
    )
    assert born == Field(
        "halter/geboren",
        FieldKind.DATE,
        limits=Limits(earliest="1900-01-01", latest="today"),
        legal_basis=("§ 2 Mustergesetz",),
    )
    assert isinstance(lives, Field)
    assert lives.options == ("hier", "anderswo")
    weight, test = found["hunde/gewicht"], found["hunde/wesenstest"]
    assert isinstance(weight, Field)
    assert isinstance(test, Field)
    assert weight.limits == Limits(minimum=Decimal("0.5"), maximum=Decimal(90))
    assert test.attachments == ("wesenstest",)


def test_reads_how_often_an_element_occurs() -> None:
    """Once and required, if nothing else is said."""
    found = elements(read_form(FORMS / NAME))
    assert found["halter/name"].cardinality == Cardinality(1, 1)
    assert found["halter/seit"].cardinality == Cardinality(0, 1)
    assert found["hunde"].cardinality == Cardinality(1, 5)
    assert found["hunde/gewicht"].cardinality == Cardinality(0, 3)


def test_reads_conditions() -> None:
    """Conditions of every kind, one within another."""
    found = elements(read_form(FORMS / NAME))
    lives_here = Equals("halter/wohnt", frozenset({"hier"}))
    assert found["halter/seit"].condition == lives_here
    assert found["ermaessigung"].condition == All((lives_here, Not(Filled("hunde/gewicht"))))
    assert found["ermaessigung/grund"].condition == Either((Filled("halter/seit"), Filled("hunde")))
    assert isinstance(found["ermaessigung"], FieldGroup)
    assert found["halter"].number == "A"


def test_reads_texts() -> None:
    """All that the file says in German."""
    text = read_form(FORMS / NAME).text(Language.DE)
    assert (text.title, text.names) == ("Hund anmelden", ("Hundeanmeldung",))
    assert text.elements["halter/name"].label == "Nachname"
    assert text.elements["halter/name"].where == "Im Ausweis."
    assert text.options["halter/wohnt"] == {"hier": "In Musterstadt", "anderswo": "Anderswo"}
    assert text.attachments["ausweis"] == "Ausweis"
    assert [term.words for term in text.terms] == [("Halter", "Hundehalter"), ("Wesenstest",)]
    assert text.german == frozenset()


def test_the_documented_example_is_a_form(tmp_path: Path) -> None:
    """What docs/forms.md shows can be read as it stands."""
    page = (Path(__file__).parents[3] / "docs" / "forms.md").read_text("utf-8")
    path = tmp_path / "hundesteuer.yaml"
    path.write_text(page.partition("```yaml\n")[2].partition("```")[0], "utf-8")
    assert read_form(path).text(Language.DE).title == "Anmeldung zur Hundesteuer"


# ── what is wrong, and where ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("id: hund-anmelden", "id: hund", 1, "$.id: 'hund' is not the name of the file"),
        ("kind: text, limits", "kind: words, limits", 15, "$.groups[0].fields[0].kind: 'words' is not one of"),
        ("- {id: rasse, kind: text}", "- {id: rasse}", 22, "$.groups[1].fields[0]: 'kind' is a required property"),
        ("is: [hier]}}\n", "is: hier}}\n", 18, "$.groups[0].fields[3].when.is: 'hier' is not of type 'array'"),
        ("options: [hier, anderswo]", "required: true", 17, "'options' is a required property"),
        ("edition: ", "ausgabe: ", 1, "$: Additional properties are not allowed ('ausgabe' was unexpected)"),
        ("2025-06-01", "1. Juni", 3, "$.updated_on: '1. Juni' is not a 'date'"),
        ("url: https://example.org/hund\n", "url: https://[\n", 4, "$.url: link to 'https://[' leads nowhere"),
        ("url: https://example.org/hund.pdf", "url: 'https://'", 9, "$.pdf.url: link to 'https://' leads nowhere"),
        ("halter/name: Name", "halter/nam: Name", 10, "$.pdf.fields.halter/nam: there is no such field"),
        ("halter/wohnt=hier", "halter/wohnt=da", 10, "$.pdf.fields.halter/wohnt=da: there is no such field"),
        ("  - id: hunde\n", "  - id: halter\n", 19, "$.groups[1].id: a second one of this id"),
        ("{id: geboren,", "{id: name,", 16, "$.groups[0].fields[1].id: a second one of this id"),
        ("  - {id: ausweis}", "  - {id: wesenstest}", 32, "$.attachments[1].id: a second one of this id"),
        ("{field: halter/wohnt, is: [hier]}}", "{field: wohnt, is: [hier]}}", 18, "there is no 'wohnt' to look at"),
        ("{filled: hunde}", "{filled: katze}", 29, "there is no 'katze' to look at"),
        ("{filled: hunde}", "{field: hunde, is: ['yes']}", 29, "'hunde' is a group and has no value"),
        ("{filled: hunde}", "{filled: hunde/wesenstest}", 29, "is a file and never has a value"),
        ("{filled: hunde}", "{field: hunde/rasse, is: [dog]}", 29, "'hunde/rasse' is a text: only yes_no and choice"),
        ("is: [hier]}}\n", "is: [da]}}\n", 18, "'halter/wohnt' never is 'da', but one of anderswo, hier"),
        ('is: ["yes"]}, attach', "is: [ja]}, attach", 24, "'hunde/gefaehrlich' never is 'ja', but one of no, yes"),
        ('is: ["yes"]}}', "is: [ja]}}", 31, "$.attachments[0].when: 'hunde/gefaehrlich' never is 'ja'"),
        ("attachments: [wesenstest]", "attachments: [test]", 24, "attachments: there is no attachment 'test'"),
        ("at_least: 1, at_most: 5", "at_least: 7, at_most: 5", 20, "repeat: at least 7, but at most 5"),
        ("maximum: 90", "maximum: 0.1", 25, "limits: the minimum 0.5 is more than the maximum 0.1"),
        ("min_length: 2", "min_length: 99", 15, "limits: the shortest length 99 is more than the longest, 60"),
        ("latest: today", "latest: 1890-01-01", 16, "limits: the earliest day 1900-01-01 is after the latest"),
        ("latest: today", "latest: 2020-13-01", 16, "limits: there is no day '2020-13-01'"),
        ("kind: number, required", "kind: text, required", 25, "minimum and maximum are for numbers, not for text"),
        ("kind: date, limits", "kind: text, limits", 16, "earliest and latest are for dates, not for text"),
        ("[A-Z][a-z]+", "[A-Z", 15, "limits: the pattern cannot be used: unterminated character set"),
        ("[A-Z][a-z]+", "[[A-Z]+", 15, "limits: the pattern cannot be used: Possible nested set"),
        ("      halter/seit: {label", "      halter/sei: {label", 44, "elements.halter/sei: there is no such element"),
        ("      halter/seit: {label", "      halter/sei: {label", 40, "no text for 'halter/seit'"),
        ("hier: In Musterstadt", "da: In Musterstadt", 53, "options.halter/wohnt.da: there is no such option"),
        ("hier: In Musterstadt", "da: In Musterstadt", 53, "no label for 'hier' of 'halter/wohnt'"),
        ("ausweis: Ausweis", "pass: Ausweis", 54, "attachments.pass: there is no such attachment"),
        ("ausweis: Ausweis", "pass: Ausweis", 54, "no text for 'ausweis'"),
        ("label: Grund", "label: ' '", 51, "no text for 'ermaessigung/grund'"),
        ("**14 Tagen**", "<b>14 Tagen</b>", 38, "$.texts.de.hand_in: HTML is not allowed"),
        ("Geben Sie das Formular ab.", "'# Ab'", 61, "$.texts.de-plain.hand_in: heading is not allowed"),
        ("halter/geboren: {label: Geburtstag}", "x: {label: X}", 65, "texts.de-plain.elements.x: there is no such"),
        ("minutes: 10", "minutes: [", 8, "expected"),
    ],
)
def test_tells_what_is_wrong_where(
    changed: Callable[[str, str], Path], old: str, new: str, line: int, reason: str
) -> None:
    """Whatever is wrong with a form, the error names file, line, place in the data and reason."""
    path = changed(old, new)
    with pytest.raises(ImportFileError) as error:
        read_form(path)
    lines = str(error.value).splitlines()
    assert [told for told in lines if told.startswith(f"{path}:{line}: ") and reason in told], lines


@pytest.mark.parametrize(
    ("old", "new", "circle"),
    [
        ("{field: halter/wohnt, is: [hier]}}\n", "{filled: halter/seit}}\n", "halter/seit → halter/seit"),
        ("{not: {filled: hunde/gewicht}}", "{filled: ermaessigung/grund}", "ermaessigung/grund"),
        ("kind: yes_no}", "kind: yes_no, when: {filled: ermaessigung/grund}}", "hunde/gefaehrlich"),
        ("{id: name,", "{id: name, when: {filled: halter/seit},", None),
        ("{id: rasse, kind: text}", "{id: rasse, kind: text, when: {filled: ermaessigung/grund}}", "hunde/rasse"),
    ],
)
def test_a_condition_must_not_depend_on_itself(
    changed: Callable[[str, str], Path], old: str, new: str, circle: str | None
) -> None:
    """Neither directly nor from inside its group nor by way of others; looking at a later field is no circle."""
    path = changed(old, new)
    faults = [fault for fault in _faults(path) if "depends on itself" in fault]
    assert len(faults) == (1 if circle else 0)
    assert all(str(circle) in fault for fault in faults)


def _faults(path: Path) -> list[str]:
    try:
        read_form(path)
    except ImportFileError as error:
        return str(error).splitlines()
    return []


def test_every_fault_is_told_at_once(changed: Callable[[str, str], Path], folder: Path) -> None:
    """An editor need not read a form ten times; of very many faults the first twenty are told, and how many more."""
    path = changed("    elements:\n", "    elements:\n" + "".join(f"      x{n}: {{label: X}}\n" for n in range(30)))
    faults = _faults(path)
    assert len(faults) == 21
    assert faults[-1].endswith("… and 10 more")


@pytest.mark.parametrize("text", ["", "[]", "hund", "- a\n- b\n", "id: hund-anmelden\n"])
def test_what_is_no_form_is_refused(folder: Path, text: str) -> None:
    """A file with something else in it is an error with its name."""
    (folder / NAME).write_text(text, "utf-8")
    with pytest.raises(ImportFileError, match=NAME):
        read_form(folder / NAME)


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    """The error names the file and the reason."""
    with pytest.raises(ImportFileError, match=r"katze\.yaml: No such file"):
        read_form(folder / "katze.yaml")


def test_the_published_schemas_refer_to_one_another() -> None:
    """A form's texts are checked by the schema that its translations have too."""
    data: dict[str, Any] = read_yaml(FORMS / NAME).data
    assert validator("form").is_valid(data)
    del data["texts"]["de"]["title"]
    assert [error.message for error in validator("form").iter_errors(data)] == ["'title' is a required property"]


# ── other languages ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_faithful_translation_comes_in_whole() -> None:
    """Everything is told in English, and nothing is noted."""
    reading = read_bundled(FORMS / NAME)
    text = english(reading.form)
    assert (text.language, text.title, text.names) == (Language.EN, "Register a dog", ("Dog registration",))
    assert text.elements["hunde/rasse"].about == "Both, for a crossbreed."
    assert text.options["halter/wohnt"]["anderswo"] == "Elsewhere"
    assert text.terms[0].words == ("owner",)
    assert text.german == frozenset()
    assert [telling.is_whole for telling in reading.tellings if telling.key == "en"] == [True]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("older than 3 months", "older than 4 months", "$.elements.hunde.about: left out: missing 3, added 4"),
        ("since 2020", "since 2021", "$.elements.halter/wohnt.why: left out: missing 2020, added 2021"),
        ("1 March", "1 May", "$.terms[1].text: left out: missing month 3, added month 5"),
        ("**14 days**", "**15 days**", "$.hand_in: left out: missing 14, added 15"),
        ("example.org/hund", "example.org/dog", "$.hand_in: left out: missing https://example.org/hund, added"),
        ("**14 days**", "<b>14 days</b>", "$.hand_in: left out: HTML is not allowed"),
        ("hier: In Musterstadt", "hier: In district 7", "$.options.halter/wohnt.hier: left out: added 7"),
        ("ausweis: Identity card", "ausweis: 2 identity cards", "$.attachments.ausweis: left out: added 2"),
        ("summary: With", "summary: In 5 minutes,", "$.summary: left out: added 5"),
        ("about: Why you pay less.", "about: Why., mistake: None.", "grund.mistake: left out: the German has no such"),
        ("halter/seit: {", "seit: {", "$.elements.seit.label: left out: the German has no such text"),
    ],
)
def test_what_differs_from_the_german_is_left_out(
    translated: Callable[..., tuple[Form, tuple[str, ...]]], old: str, new: str, reason: str
) -> None:
    """Figures, months, links and what the German does not have are never told; the note names place and difference."""
    form, faults = translated(old, new)
    assert [fault for fault in faults if f"{NAME}:" in fault and reason in fault], faults
    said = json.dumps([english(form).summary, english(form).hand_in], ensure_ascii=False)
    assert new not in said


def test_a_gap_is_filled_with_the_german_and_named(translated: Callable[..., tuple[Form, tuple[str, ...]]]) -> None:
    """An element without an explanation of its own is German as a whole, so is an option, an attachment, a term."""
    form, _ = translated("older than 3 months", "older than 4 months")
    assert english(form).elements["hunde"] == form.text(Language.DE).elements["hunde"]
    assert english(form).german == {"hunde"}
    form, _ = translated("hier: In Musterstadt, ", "")
    assert english(form).options["halter/wohnt"] == {"hier": "In Musterstadt", "anderswo": "Elsewhere"}
    assert english(form).german == {"halter/wohnt=hier"}
    form, _ = translated(", ausweis: Identity card", "")
    assert english(form).german == {"attachment:ausweis"}
    form, _ = translated("1 March", "1 May")
    assert english(form).german == {"term:Wesenstest"}
    form, _ = translated("**14 days**", "**15 days**")
    assert english(form).german == {":hand_in"}
    assert list(english(form).elements) == list(form.text(Language.DE).elements)


def test_only_what_differs_is_left_out_of_an_element(translated: Callable[..., tuple[Form, tuple[str, ...]]]) -> None:
    """A reason or a hint may be missing; a missing example is the German one, which is what people write."""
    form, _ = translated("since 2020", "since 2021")
    assert english(form).elements["halter/wohnt"].label == "Where do you live?"
    assert english(form).elements["halter/wohnt"].why == ""
    form, _ = translated('example: "8,5"', 'example: "9,5"')
    assert english(form).elements["hunde/gewicht"].label == "Weight"
    assert english(form).elements["hunde/gewicht"].example == "8,5"
    assert english(form).german == frozenset()


def test_a_term_is_held_against_the_german_one_that_shares_its_word(
    translated: Callable[..., tuple[Form, tuple[str, ...]]],
) -> None:
    """In whatever order they stand; one that is missing is told in German, one that the German lacks is left out."""
    own = "  - {words: [Wesenstest, temperament test], text: A test from 1 March on.}\n"
    form, faults = translated(ENGLISH.partition("terms:\n")[2], own)
    assert faults == ()
    assert [term.words[0] for term in english(form).terms] == ["Halter", "Wesenstest"]
    assert english(form).terms[1].text == "A test from 1 March on."
    assert english(form).german == {"term:Halter"}
    form, faults = translated(ENGLISH.partition("terms:\n")[2], own + "  - {words: [Katze], text: A cat.}\n" * 2)
    assert ["left out: the German has no such text" in fault for fault in faults] == [True, True]
    assert len(english(form).terms) == 2


def test_what_is_missing_is_told(folder: Path) -> None:
    """Each text that every language must have, by its place; a reason, a hint or where to look may be left out."""
    path = folder / "translations" / "en" / NAME
    shorter = ENGLISH.replace(", why: We have asked this since 2020.", "").replace(
        ", where: In your identity card.", ""
    )
    path.write_text(shorter, "utf-8")
    assert read_bundled(folder / NAME).tellings[1].is_whole
    for gone in ("names: [Dog registration]\n", ', example: "8,5"', "about: Who owns the dog.", "anderswo: Elsewhere"):
        shorter = shorter.replace(gone, "")
    path.write_text(shorter.partition("terms:")[0], "utf-8")
    telling = read_bundled(folder / NAME).tellings[1]
    assert telling.missing == (
        "names",
        "elements.halter.about",
        "elements.hunde/gewicht.example",
        "options.halter/wohnt.anderswo",
        "terms.Halter.text",
        "terms.Wesenstest.text",
    )
    assert (telling.faults, telling.is_whole) == ((), False)


def test_an_outdated_translation_is_told_with_its_day(
    folder: Path, translated: Callable[..., tuple[Form, tuple[str, ...]]]
) -> None:
    """It is shown all the same, as far as it says what the German says."""
    form, faults = translated("of: 2025-06-01", "of: 2025-01-01")
    assert (faults, english(form).title) == ((), "Register a dog")
    telling = read_bundled(folder / NAME).tellings[1]
    assert (telling.of, telling.is_whole) == (date(2025, 1, 1), False)


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("en", "title: [", "expected"),
        ("en", "title: Dog\n", "'summary' is a required property"),
        ("en", ENGLISH.removeprefix("of: 2025-06-01\n"), "'of' is missing"),
        ("en", ENGLISH.replace("of: 2025-06-01", "of: June"), "$.of: 'June' is not a 'date'"),
        ("es", ENGLISH, "Roland does not speak 'es'"),
        ("de-plain", ENGLISH, "the German stands in the form's own file"),
    ],
)
def test_a_translation_that_cannot_be_read_takes_nothing_else_away(
    folder: Path, key: str, text: str, reason: str
) -> None:
    """The form is told in German, and the reason names the file."""
    shutil.rmtree(folder / "translations" / "en")
    (folder / "translations" / key).mkdir()
    (folder / "translations" / key / NAME).write_text(text, "utf-8")
    reading = read_bundled(folder / NAME)
    assert english(reading.form).language is Language.DE
    (telling,) = (one for one in reading.tellings if one.path.parent.name == key)
    assert telling.text is None
    assert f"{key}/{NAME}" in telling.faults[0]
    assert reason in telling.faults[0]


def test_plain_german_falls_back_to_standard_german() -> None:
    """What plain language does not say is told in standard German; reasons and hints it may leave out."""
    reading = read_bundled(FORMS / NAME)
    plain = reading.form.text(Language.DE, Register.PLAIN)
    assert plain.register is Register.PLAIN
    assert plain.elements["halter/name"].label == "Nachname"
    assert plain.elements["halter/name"].about == "Wie heißen Sie?"
    assert plain.elements["halter/geboren"].label == "Geburtsdatum"
    assert [term.text for term in plain.terms] == ["Wer den Hund bei sich hat.", "Der Hund wird geprüft."]
    assert {"halter/geboren", "term:Halter", "halter/wohnt=hier"} <= plain.german
    assert "halter/name" not in plain.german
    missing = reading.tellings[0].missing
    assert "elements.halter/name.example" in missing
    assert "elements.halter/name.where" not in missing


# ── FIM schemas that a form explains ───────────────────────────────────────────────────────────────────────────────

SCHEMA = Form(
    id="S00000001",
    schema_id="S00000001",
    texts=(read_form(FORMS / NAME).text(Language.DE),),
    elements=read_form(FORMS / NAME).elements,
    legal_basis=("§ 9 Schemagesetz",),
    unread_rules=("Das Datum muss stimmen.",),
)
EXPLAINED = """\
id: hund
edition: "2025"
updated_on: 2025-06-01
url: https://example.org/hund
services: [hundesteuer]
schema: S00000001
attachments:
  - {id: wesenstest, when: {field: hunde/gefaehrlich, is: ["yes"]}}
texts:
  de:
    title: Dackel anmelden
    summary: Für Dackel.
    hand_in: Am Schalter.
    elements:
      halter/name: {label: Familienname}
    options:
      halter/wohnt: {hier: In der Stadt}
    attachments: {wesenstest: Wesenstest}
    terms:
      - {words: [Dackel], text: Ein kleiner Hund.}
  de-plain:
    title: Dackel anmelden
    summary: Für Dackel.
    hand_in: Am Schalter.
    elements:
      halter/name: {label: Ihr Name, about: Wie heißen Sie?}
"""


@pytest.fixture
def explained(tmp_path: Path) -> Path:
    """A form that explains a FIM schema."""
    path = tmp_path / "hund.yaml"
    path.write_text(EXPLAINED, "utf-8")
    return path


def test_a_schema_is_explained(explained: Path) -> None:
    """The schema gives the elements and what is not said anew; the file's own words go first."""
    form = read_bundled(explained, {"S00000001": SCHEMA}.get).form
    assert (form.id, form.schema_id, form.service_ids) == ("hund", "S00000001", ("hundesteuer",))
    assert form.elements == SCHEMA.elements
    assert (form.legal_basis, form.unread_rules) == (SCHEMA.legal_basis, SCHEMA.unread_rules)
    assert [attachment.id for attachment in form.attachments] == ["wesenstest"]
    text = form.text(Language.DE)
    assert (text.title, text.names) == ("Dackel anmelden", ("Hundeanmeldung",))
    assert text.elements["halter/name"].label == "Familienname"
    assert text.elements["halter/name"].about == "Wie im Ausweis."
    assert text.elements["hunde/rasse"].label == "Rasse"
    assert text.options["halter/wohnt"] == {"hier": "In der Stadt", "anderswo": "Anderswo"}
    assert [term.words[0] for term in text.terms] == ["Dackel", "Halter", "Wesenstest"]
    plain = form.text(Language.DE, Register.PLAIN)
    assert plain.elements["halter/name"].label == "Ihr Name"
    assert plain.elements["hunde/rasse"].label == "Rasse"


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("S00000001", "S00000002", 6, "$.schema: the FIM schema S00000002 is not at hand"),
        ("schema: S00000001\n", "", 1, "$: either 'groups' or the 'schema' that has them"),
        ("hunde/gefaehrlich", "hunde/klein", 8, "$.attachments[0].when: there is no 'hunde/klein' to look at"),
        ("halter/name: {label: Familienname", "name: {label: Familienname", 15, "elements.name: there is no such"),
        ("{hier: In der Stadt}", "{dort: In der Stadt}", 17, "options.halter/wohnt.dort: there is no such option"),
    ],
)
def test_what_does_not_fit_the_schema_is_told(explained: Path, old: str, new: str, line: int, reason: str) -> None:
    """A form speaks only of what its schema has."""
    explained.write_text(EXPLAINED.replace(old, new, 1), "utf-8")
    with pytest.raises(ImportFileError) as error:
        read_bundled(explained, {"S00000001": SCHEMA}.get)
    assert f"hund.yaml:{line}: " in str(error.value)
    assert reason in str(error.value)


# ── whatever people write ──────────────────────────────────────────────────────────────────────────────────────────

PIECES = st.sampled_from([*"{}[]:-#'\"\n ,|>&*!?x7§", "\n  ", "when: ", "{filled: halter}", "null", "1e9", "[[a", "\t"])


def broken_texts() -> st.SearchStrategy[str]:
    """The sample file with pieces cut out and others put in."""

    def broken(cuts: list[tuple[int, int, str]]) -> str:
        text = GERMAN
        for place, length, piece in cuts:
            at = place % (len(text) + 1)
            text = text[:at] + piece + text[at + length :]
        return text

    cut = st.tuples(st.integers(0, len(GERMAN)), st.integers(0, 40), PIECES)
    return st.lists(cut, min_size=1, max_size=4).map(broken)


def broken_data() -> st.SearchStrategy[str]:
    """The data of the sample file with values moved, removed or replaced; JSON is YAML too."""
    scalars: st.SearchStrategy[Any] = st.sampled_from(
        [None, True, 0, -7, 10**17, 0.5, "", "x", "halter", "halter/wohnt", "today", [], {}]
    )

    def broken(draws: list[tuple[int, Any]]) -> str:
        data = read_yaml(FORMS / NAME).data
        for seed, value in draws:
            chance = random.Random(seed)
            places = [(owner, key) for owner, key in _places(data)]
            if not places:
                break
            owner, key = chance.choice(places)
            match chance.randrange(3):
                case 0:
                    del owner[key]
                case 1:
                    owner[key] = value
                case _:
                    other, taken = chance.choice(places)
                    owner[key] = json.loads(json.dumps(other[taken]))
        return json.dumps(data, ensure_ascii=False)

    return st.lists(st.tuples(st.integers(0, 2**32), scalars), min_size=1, max_size=3).map(broken)


def _places(data: Any) -> list[tuple[Any, Any]]:
    if not isinstance(data, dict | list):
        return []
    keys = list(data) if isinstance(data, dict) else list(range(len(data)))
    return [place for key in keys for place in ((data, key), *_places(data[key]))]


@pytest.mark.slow
@given(text=st.one_of(broken_texts(), broken_data()))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_a_form_or_an_error(tmp_path: Path, text: str) -> None:
    """A broken file is an ImportFileError and nothing else; what is read has a text for everything and no fault."""
    path = tmp_path / NAME
    path.write_text(text, "utf-8")
    try:
        form = read_form(path)
    except ImportFileError:
        return
    assert list(faults_of(form)) == []
    german = form.text(Language.DE)
    for element in form.walk():
        assert german.elements[element.path].label
        if isinstance(element, Field):
            assert all(german.options[element.path][code] for code in element.options)


@pytest.mark.slow
@given(text=st.lists(st.tuples(st.integers(0, len(ENGLISH)), st.integers(0, 40), PIECES), min_size=1, max_size=4))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_translated_leaves_the_form_whole(tmp_path: Path, text: list[tuple[int, int, str]]) -> None:
    """A broken translation never hinders the form, and every element is told in one language or the other."""
    broken = ENGLISH
    for place, length, piece in text:
        broken = broken[: place % (len(broken) + 1)] + piece + broken[place % (len(broken) + 1) + length :]
    folder = tmp_path / "translations" / "en"
    folder.mkdir(parents=True, exist_ok=True)
    (tmp_path / NAME).write_text(GERMAN, "utf-8")
    (folder / NAME).write_text(broken, "utf-8")
    form = read_form(tmp_path / NAME)
    told = english(form)
    german = form.text(Language.DE)
    assert set(told.elements) == set(german.elements)
    assert all(element.label for element in told.elements.values())
    assert len(told.terms) == len(german.terms)
