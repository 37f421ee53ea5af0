"""Forms out of FIM schemas: structure, fields and texts."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.errors import ImportFileError
from assistant.model.form import Cardinality, Equals, Field, FieldGroup, FieldKind, Form, Limits
from knowledge.forms.xdatenfelder import read_schema, read_with_notes
from knowledge.forms.xdatenfelder_xml import is_schema
from tests.knowledge.forms.schemas import NAMESPACE, field, group, schema, written

PAYLOADS = Path(__file__).parents[2] / "payloads" / "xdatenfelder"


def fields(form: Form) -> dict[str, Field]:
    """The fields of a form by path."""
    return {element.path: element for element in form.walk() if isinstance(element, Field)}


# ── the three versions ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_schema_of_3_0_becomes_a_form() -> None:
    """Identity, date, title, legal basis and structure are those of the schema."""
    form = read_schema(PAYLOADS / "fahrradkeller-3.0.xml")
    assert (form.id, form.schema_id, form.edition) == ("S90000000001", "S90000000001", "1.2.0")
    assert form.updated_on == date(2026, 1, 2)
    assert form.legal_basis == ("[§ 3 Fahrradkellersatzung](https://www.example.org/satzung)",)
    assert form.texts[0].title == "Antrag auf einen Platz im Fahrradkeller"
    assert form.texts[0].names == ("Stellplatz Fahrradkeller Antrag",)
    assert form.texts[0].summary == "Wer sein Rad sicher abstellen will, beantragt hier einen Platz."
    assert [element.path for element in form.walk()] == [
        "G90000000001",
        "G90000000001/F90000000001",
        "G90000000001/F90000000002",
        "G90000000001/F90000000003",
        "G90000000001/G90000000002",
        "G90000000001/G90000000002/F90000000001",
        "F90000000009",
    ]


def test_elements_have_names_helps_and_legal_bases() -> None:
    """What people read is the name on the form and the help; notes among editors and technical references are not."""
    form = read_schema(PAYLOADS / "fahrradkeller-3.0.xml")
    text = form.texts[0]
    assert text.elements["G90000000001"].label == "Angaben zu Ihnen"
    assert text.elements["G90000000001"].about == ""
    name = text.elements["G90000000001/F90000000001"]
    assert (name.label, name.about) == ("Nachname", "Geben Sie den Nachnamen an, wie er im Ausweis steht.")
    assert text.elements["F90000000009"].about == "Der Schlüssel kostet ein Pfand."
    found = fields(form)["G90000000001/F90000000001"].legal_basis
    assert found == ("[§ 4 Fahrradkellersatzung](https://www.example.org/satzung#4)",)


def test_values_and_their_helps_stand_at_the_field() -> None:
    """The codes are the options, their names what people choose from, and a help on one value is told with its name."""
    form = read_schema(PAYLOADS / "fahrradkeller-3.0.xml")
    path = "G90000000001/F90000000002"
    assert fields(form)[path].kind is FieldKind.CHOICE
    assert fields(form)[path].options == ("001", "002")
    assert form.texts[0].options[path] == {"001": "klein", "002": "groß"}
    assert form.texts[0].elements[path].about == "klein: bis 20 Zoll"


def test_a_schema_of_2_0_becomes_a_form(tmp_path: Path) -> None:
    """Limits stand in JSON, lists of values in a file beside it, and rules have no words of their own."""
    for name in ("fahrradkeller-2.0.xml", "farbe_2.xml"):
        shutil.copy(PAYLOADS / name, tmp_path)
    form = read_schema(tmp_path / "fahrradkeller-2.0.xml")
    found = fields(form)
    assert (form.id, form.edition, form.updated_on) == ("S90000001", "1.0", date(2020, 11, 4))
    insurance = found["G90000001/F90000002"]
    assert insurance.limits == Limits(min_length=1, max_length=80, pattern="[A-Z].*")
    assert insurance.legal_basis == ("§ 5 Fahrradkellersatzung i.V.m. § 78 VVG", "§ 6 Fahrradkellersatzung")
    assert insurance.condition == Equals("G90000001/F90000001", frozenset({"yes"}))
    assert insurance.cardinality == Cardinality(0, 1)
    assert form.texts[0].elements["G90000001/F90000002"].about.startswith("Wie das Unternehmen heißt")
    worth = found["G90000001/F90000003"]
    assert (worth.kind, worth.limits.maximum) == (FieldKind.AMOUNT, Decimal("9999.50"))
    assert form.texts[0].options["G90000001/F90000004"] == {"01": "rot", "02": "blau"}
    assert form.unread_rules == ()


def test_a_schema_of_1_0_becomes_a_form() -> None:
    """Ids without a version, and lists that are only named: such a choice is free text and tells the list's name."""
    form = read_schema(PAYLOADS / "fahrradkeller-1.0.xml")
    assert (form.id, form.edition, form.updated_on) == ("S90000002", "0.1", date(2019, 4, 23))
    assert fields(form)["F90000005"].kind is FieldKind.TEXT
    assert "„Staaten“" in form.texts[0].elements["F90000005"].where


def test_a_message_with_a_single_group_becomes_a_form(tmp_path: Path) -> None:
    """Elements are exchanged alone, too."""
    text = (
        f'<x:xdatenfelder.datenfeldgruppe.0103 xmlns:x="{NAMESPACE}"><x:datenfeldgruppe>'
        "<x:identifikation><x:id>G1</x:id><x:version>2.0.0</x:version></x:identifikation><x:name>Anschrift</x:name>"
        f"{field('F1', name='Ort')}</x:datenfeldgruppe></x:xdatenfelder.datenfeldgruppe.0103>"
    )
    form = read_schema(written(tmp_path, text))
    assert (form.id, form.edition, form.texts[0].title) == ("G1", "2.0.0", "Anschrift")
    assert [element.path for element in form.walk()] == ["G1", "G1/F1"]


def test_a_schema_is_known_by_its_beginning(tmp_path: Path) -> None:
    """Whether a file is one is told without reading it."""
    assert is_schema(PAYLOADS / "fahrradkeller-1.0.xml")
    assert not is_schema(PAYLOADS / "farbe_2.xml")
    assert not is_schema(tmp_path / "absent.xml")
    assert not is_schema(Path(__file__))


# ── structure ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("occurs", "expected"),
    [
        ("1:1", Cardinality()),
        ("0:1", Cardinality(0, 1)),
        ("0:*", Cardinality(0, None)),
        ("1:*", Cardinality(1, None)),
        ("2:5", Cardinality(2, 5)),
        ("", Cardinality()),
    ],
)
def test_cardinalities(occurs: str, expected: Cardinality, tmp_path: Path) -> None:
    """How often an element occurs is taken over, once where nothing is said."""
    form = read_schema(written(tmp_path, schema(field("F1", occurs=occurs), group("G1", field("F1"), occurs=occurs))))
    assert [element.cardinality for element in form.elements] == [expected, expected]


def test_one_id_in_several_places(tmp_path: Path) -> None:
    """The same group under two parents is two elements; the second of an id under one parent is numbered."""
    address = group("G2", field("F1"))
    form = read_schema(written(tmp_path, schema(group("G1", address, address), group("G3", address))))
    assert [element.path for element in form.walk() if isinstance(element, FieldGroup)] == [
        "G1",
        "G1/G2",
        "G1/G2~2",
        "G3",
        "G3/G2",
    ]


def test_what_is_not_to_be_filled_in_is_left_out(tmp_path: Path) -> None:
    """What occurs 0:0, and what is hidden, is not there, and that is noted."""
    text = schema(field("F1"), group("G1", field("F2"), occurs="0:0"), field("F3", art="hidden"))
    reading = read_with_notes(written(tmp_path, text))
    assert [element.path for element in reading.form.walk()] == ["F1"]
    assert [note.partition(": ")[2].partition(":")[0] for note in reading.notes] == ["G1", "F3"]


def test_a_group_within_itself_is_cut_where_it_may_be_missing(tmp_path: Path) -> None:
    """A person with children with children ends somewhere."""
    inner = group("G1", field("F1"), group("G2", group("G1", field("F1")), occurs="0:1"))
    text = schema(group("G1", field("F1"), group("G2", inner, occurs="0:1")))
    reading = read_with_notes(written(tmp_path, text))
    assert [element.path for element in reading.form.walk()] == ["G1", "G1/F1", "G1/G2", "G1/G2/G1", "G1/G2/G1/F1"]
    assert reading.notes[0].endswith("G1/G2/G1/G2: contains itself: cut here")


def test_a_group_within_itself_that_must_be_there_is_an_error(tmp_path: Path) -> None:
    """The cycle is named."""
    path = written(tmp_path, schema(group("G1", group("G2", group("G1", field("F1"))))))
    with pytest.raises(ImportFileError, match=r"schema\.xml:1: .*contains itself without end: G1 > G2 > G1"):
        read_schema(path)


# ── fields ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("art", "datatype", "kind"),
    [
        ("input", "text", FieldKind.TEXT),
        ("input", "text_latin", FieldKind.TEXT),
        ("input", "num_int", FieldKind.INTEGER),
        ("input", "num", FieldKind.NUMBER),
        ("input", "num_currency", FieldKind.AMOUNT),
        ("input", "date", FieldKind.DATE),
        ("input", "datetime", FieldKind.TEXT),
        ("input", "bool", FieldKind.YES_NO),
        ("input", "file", FieldKind.FILE),
        ("input", "obj", FieldKind.NOTE),
        ("input", "unheard-of", FieldKind.TEXT),
        ("select", "text", FieldKind.TEXT),
        ("select", "bool", FieldKind.YES_NO),
        ("label", "text", FieldKind.NOTE),
        ("locked", "num", FieldKind.NOTE),
    ],
)
def test_kinds(art: str, datatype: str, kind: FieldKind, tmp_path: Path) -> None:
    """What is entered follows from the kind of field and the kind of data."""
    form = read_schema(written(tmp_path, schema(field("F1", datatype, art=art))))
    assert fields(form)["F1"].kind is kind


@pytest.mark.parametrize(
    ("name", "limits", "kind"),
    [
        ("Postleitzahl", {"pattern": "([0]{1}[1-9]{1}|[1-9]{1}[0-9]{1})[0-9]{3}"}, FieldKind.POSTCODE),
        ("Postleitzahl", {"minLength": "5", "maxLength": "5"}, FieldKind.POSTCODE),
        ("Postleitzahl", {"maxLength": "10"}, FieldKind.TEXT),
        ("Aktenzeichen", {"pattern": "[0-9]{5}"}, FieldKind.TEXT),
        ("E-Mail", {"pattern": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{1,63}$"}, FieldKind.EMAIL),
        ("E-Mail", {}, FieldKind.TEXT),
        ("E-Mail", {"pattern": ".+"}, FieldKind.TEXT),
        ("Telefon", {"pattern": r"\+?[0-9 /()-]{3,}"}, FieldKind.PHONE),
        ("IBAN", {"pattern": "DE[0-9]{20}"}, FieldKind.IBAN),
    ],
)
def test_certain_kinds(name: str, limits: dict[str, str], kind: FieldKind, tmp_path: Path) -> None:
    """A text is a postcode or the like only where both its name and its pattern say so."""
    form = read_schema(written(tmp_path, schema(field("F1", name=name, limits=limits))))
    assert fields(form)["F1"].kind is kind


@pytest.mark.parametrize(
    ("datatype", "limits", "expected"),
    [
        ("text", {"minLength": "1", "maxLength": "9"}, Limits(min_length=1, max_length=9)),
        ("num_int", {"minValue": "-3", "maxValue": "12"}, Limits(minimum=Decimal(-3), maximum=Decimal(12))),
        ("num", {"minValue": "0,5"}, Limits(minimum=Decimal("0.5"))),
        ("date", {"minValue": "1900-01-01"}, Limits(earliest="1900-01-01")),
        ("bool", {"maxLength": "1"}, Limits()),
    ],
)
def test_limits(datatype: str, limits: dict[str, str], expected: Limits, tmp_path: Path) -> None:
    """What a value must keep to is taken over."""
    reading = read_with_notes(written(tmp_path, schema(field("F1", datatype, limits=limits))))
    assert fields(reading.form)["F1"].limits == expected
    assert reading.notes == ()


@pytest.mark.parametrize(
    ("datatype", "limits", "reason"),
    [
        ("text", {"pattern": r"\p{Lu}+"}, "a pattern that cannot be used"),
        ("text", {"pattern": "([a-z"}, "a pattern that cannot be used"),
        ("text", {"pattern": "a{2,1}"}, "a pattern that cannot be used"),
        ("text", {"pattern": "[[a]"}, "a pattern that cannot be used"),
        ("text", {"pattern": "a" * 2000}, "too long"),
        ("text", {"maxLength": "viel"}, "maxLength is no length"),
        ("text", {"maxLength": "99999999999999"}, "maxLength is no length"),
        ("text", {"minLength": "9", "maxLength": "1"}, "limits that nothing can keep to"),
        ("num", {"minValue": "unendlich"}, "no number"),
        ("num", {"minValue": "Infinity"}, "no number"),
        ("num", {"minValue": "1E999999"}, "no number"),
        ("date", {"minValue": "31.12.1999"}, "no date"),
    ],
)
def test_limits_that_cannot_be_kept_to(datatype: str, limits: dict[str, str], reason: str, tmp_path: Path) -> None:
    """A limit that makes no sense is left out, which is noted with the place."""
    reading = read_with_notes(written(tmp_path, schema(field("F1", datatype, limits=limits))))
    assert fields(reading.form)["F1"].limits == Limits()
    assert len(reading.notes) == 1
    assert reading.notes[0].startswith(f"{tmp_path / 'schema.xml'}:1: F1: ")
    assert reason in reading.notes[0]


@pytest.mark.parametrize("stated", ["{", "[1]", "Anrede", '{"maxLength": {}}'])
def test_limits_of_2_0_in_other_words(stated: str, tmp_path: Path) -> None:
    """What is no JSON object of limits is no limit."""
    text = schema(field("F1")).replace("<x:praezisierung />", f"<x:praezisierung>{stated}</x:praezisierung>")
    assert fields(read_schema(written(tmp_path, text)))["F1"].limits == Limits()


# ── lists of values ────────────────────────────────────────────────────────────────────────────────────────────────

REFERENCE = (
    "<x:codelisteReferenz><x:canonicalIdentification>{uri}</x:canonicalIdentification>"
    "<x:version>{version}</x:version></x:codelisteReferenz>{keys}"
)
FARBE = "urn:de:example:codeliste:farbe"


def with_list(uri: str = FARBE, version: str = "2", keys: str = "") -> str:
    """A schema with one choice from a list."""
    reference = REFERENCE.format(uri=uri, version=version, keys=keys)
    return schema(field("F1", art="select", more=reference))


@pytest.mark.parametrize(
    ("version", "keys", "expected"),
    [
        ("2", "", {"01": "rot", "02": "blau"}),
        ("", "", {"01": "rot", "02": "blau"}),
        ("2", "<x:codeKey>bezeichnung</x:codeKey><x:nameKey>hex</x:nameKey>", {"rot": "f00", "blau": "00f"}),
    ],
)
def test_a_list_in_a_file_beside_the_schema(version: str, keys: str, expected: dict[str, str], tmp_path: Path) -> None:
    """The values are found by the list's address and version, in the columns that the field names."""
    shutil.copy(PAYLOADS / "farbe_2.xml", tmp_path / "anything.xml")
    form = read_schema(written(tmp_path, with_list(version=version, keys=keys)))
    assert form.texts[0].options["F1"] == expected
    assert fields(form)["F1"].options == tuple(expected)


def test_a_list_within_the_schema(tmp_path: Path) -> None:
    """A list may be part of the file."""
    embedded = (PAYLOADS / "farbe_2.xml").read_text("utf-8").partition("?>")[2]
    form = read_schema(
        written(
            tmp_path,
            schema(field("F1", art="select", more=REFERENCE.format(uri=FARBE, version="2", keys="")), more=embedded),
        )
    )
    assert fields(form)["F1"].options == ("01", "02")


def test_a_list_in_another_version_is_not_used(tmp_path: Path) -> None:
    """Values may have changed: the field is free text, and it is noted what was there."""
    shutil.copy(PAYLOADS / "farbe_2.xml", tmp_path)
    reading = read_with_notes(written(tmp_path, with_list(version="3")))
    assert fields(reading.form)["F1"].kind is FieldKind.TEXT
    assert any("only version 2 is there, not 3" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("urn:de:example:schluessel:staatsangehoerigkeit", "Staatsangehörigkeiten"),
        ("urn:de:example:art-des-dokuments", "Art des dokuments"),
    ],
)
def test_a_list_that_is_not_at_hand_is_told_by_name(uri: str, told: str, tmp_path: Path) -> None:
    """People learn from which list a value comes."""
    form = read_schema(written(tmp_path, with_list(uri)))
    assert f"„{told}“" in form.texts[0].elements["F1"].where


def test_a_broken_list_costs_itself_only(tmp_path: Path) -> None:
    """The schema is read, and the fault noted."""
    (tmp_path / "list.xml").write_text("<CodeList><Identification>", encoding="utf-8")
    (tmp_path / "other.xml").write_text("<Something>CodeList</Something>", encoding="utf-8")
    reading = read_with_notes(written(tmp_path, with_list()))
    assert fields(reading.form)["F1"].kind is FieldKind.TEXT
    assert any("list.xml:1: no XML" in note for note in reading.notes)
    assert any("other.xml:1: no genericode" in note for note in reading.notes)


# ── texts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("texts", "about"),
    [
        ({"hilfetextEingabe": "Geben Sie A an.", "definition": "B"}, "Geben Sie A an."),
        ({"hilfetextEingabe": "-", "definition": "Was B ist."}, "Was B ist."),
        ({"definition": "-", "beschreibung": "Was C ist."}, "Was C ist."),
        ({"definition": "Siehe XInneres.Person", "beschreibung": "Was C ist."}, "Was C ist."),
        ({"beschreibung": "Was C ist. Originalwerte der XDF2-Datei: ID: F1"}, "Was C ist."),
        ({"definition": "Dieses Datenfeld ist abstrakt."}, ""),
        ({"definition": "F1."}, ""),
        ({}, ""),
    ],
)
def test_what_is_told_about_a_field(texts: dict[str, str], about: str, tmp_path: Path) -> None:
    """The help, else the definition, else the description, if it speaks to people and says more than the name."""
    more = "".join(f"<x:{name}>{text}</x:{name}>" for name, text in texts.items())
    form = read_schema(written(tmp_path, schema(field("F1", more=more))))
    assert form.texts[0].elements["F1"].about == about


def test_an_element_without_a_name_has_its_id_for_one(tmp_path: Path) -> None:
    """A form is read even so."""
    form = read_schema(written(tmp_path, schema(field("F1", name="-"))))
    assert form.texts[0].elements["F1"].label == "F1"


def test_links_of_legal_bases_do_not_break_the_text(tmp_path: Path) -> None:
    """Brackets, and marks for a browser's search, are not taken over; what is no address is no link."""
    more = (
        '<x:bezug link="https://example.org/a(1)#:~:text=x">§ 1 [neu] HundeG</x:bezug>'
        '<x:bezug link="javascript:alert(1)">§ 2 HundeG</x:bezug>'
    )
    form = read_schema(written(tmp_path, schema(field("F1", more=more))))
    assert fields(form)["F1"].legal_basis == ("[§ 1 (neu) HundeG](https://example.org/a%281%29)", "§ 2 HundeG")


# ── broken files ───────────────────────────────────────────────────────────────────────────────────────────────────

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no XML"),
        ("Hallo", "no XML"),
        (schema(field("F1"))[:300], "no XML"),
        ("<a/>", "no XDatenfelder schema: the root element is a"),
        ("<x:a/>", "no XDatenfelder schema: the root element is x:a"),
        (schema(field("F1")).replace("_3.0.0", "_4"), "no XDatenfelder schema"),
        (schema(field("F1")).replace("stammdatenschema.0102", "regel.0102"), "no XDatenfelder schema"),
        (f'<x:xdatenfelder.stammdatenschema.0102 xmlns:x="{NAMESPACE}"/>', "no schema in"),
        (LAUGHS + schema(field("F1")), "a document type"),
        (schema(), "neither a group nor a field"),
        (schema(field("")), "datenfeld: no id"),
        (schema(field("a/b")), "'a/b' is no id"),
        (schema(field("F1~2")), "'F1~2' is no id"),
        (schema(field("F1", occurs="5:2")), "'5:2' is no cardinality"),
        (schema(field("F1", occurs="oft")), "'oft' is no cardinality"),
    ],
)
def test_a_broken_file_is_refused_with_place_and_reason(text: str, reason: str, tmp_path: Path) -> None:
    """Never a stack trace: whoever put the file there learns what is wrong with it."""
    path = written(tmp_path, text)
    with pytest.raises(ImportFileError) as caught:
        read_schema(path)
    assert str(caught.value).startswith(f"{path}:")
    assert reason in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The same for a file or folder that cannot be opened."""
    for path in (tmp_path / "absent.xml", tmp_path):
        with pytest.raises(ImportFileError, match=str(path)):
            read_schema(path)


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Depth, size and number of elements are bounded."""
    deep = field("F1")
    for number in range(100):
        deep = group(f"G{number}", deep)
    with pytest.raises(ImportFileError, match=r"schema\.xml:1: no XML: .*depth"):
        read_schema(written(tmp_path, schema(deep)))
    monkeypatch.setattr("knowledge.forms.xdatenfelder._MAX_ELEMENTS", 10)
    with pytest.raises(ImportFileError, match="more than 10 elements"):
        read_schema(written(tmp_path, schema(*(field(f"F{number}") for number in range(20)))))
    monkeypatch.setattr("knowledge.forms.xdatenfelder_xml.MAX_BYTES", 1_000)
    with pytest.raises(ImportFileError, match="larger than any real one"):
        read_schema(written(tmp_path, schema(*(field(f"F{number}") for number in range(20)))))
