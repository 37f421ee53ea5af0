"""The filled form as PDF: all that was entered can be read in it, in any script, and it says what it is."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, FloatObject, NameObject, TextStringObject

from assistant.forms.filled import fill
from assistant.forms.official import fill_official
from assistant.forms.pdf import draw
from assistant.messages import TomlMessages
from assistant.model import AcroForm, Field, FieldKind, Form, Language, Walk, WalkMode
from knowledge.forms.library import FileFormLibrary

TODAY = date(2026, 11, 21)
MESSAGES = TomlMessages()
NAMES = (
    "Größmann-Öztürk", "Łukasz Żółć", "Nguyễn Thị Ánh", "Олена Їжакевич", "Дмитрий Щукин", "أحمد العلي السلام",
    "عبد الله الخطيب", "علی رضا پژمان گلچین",
)  # fmt: skip
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no poppler-utils on this machine")


@pytest.fixture
def landlord(sample_forms: FileFormLibrary) -> Form:
    """The landlord's confirmation."""
    form = sample_forms.form("wohnungsgeberbestaetigung")
    assert form is not None
    return form


def filling(form: Form, answers: Mapping[str, str], rounds: Mapping[str, int] | None = None) -> Walk:
    """A walk on which this was entered."""
    return Walk(form.id, form.edition, WalkMode.FILL, answers=answers, rounds=rounds or {})


def sheet(form: Form, walk: Walk, language: Language = Language.DE) -> bytes:
    """The sheet of a walk."""
    return draw(fill(form, walk, MESSAGES, language), MESSAGES, TODAY)


def read(pdf: bytes) -> str:
    """The text of a PDF as pypdf reads it."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def seen(pdf: bytes, folder: Path) -> str:
    """The text of a PDF as poppler shows it, without marks of direction."""
    path = folder / "sheet.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return _MARKS.sub("", done.stdout)


def test_what_the_sheet_says(landlord: Form) -> None:
    """Title, edition, parts, German labels with values as one writes them in German, what is open, and what it is."""
    walk = filling(
        landlord,
        {
            "wohnung/einzug-am": "2026-03-01",
            "wohnung/strasse": "Beispielstraße 12a",
            "personen/nachname#1": "Muster",
            "personen/nachname#2": "Beispiel",
            "wohnungsgeber/ist-eigentuemer": "no",
        },
        {"personen": 2},
    )
    text = read(sheet(landlord, walk))
    for part in (
        "Wohnungsgeberbestätigung", "§ 19 BMG, seit November 2016", "Ausgefüllt mit Roland am 21.11.2026",
        "Ausfüllhilfe, kein amtliches Formular", str(landlord.url), "Tag des Einzugs", "01.03.2026",
        "Eingezogene Personen (2)", "Beispiel", "Nein", "Name des Eigentümers",
        "(noch offen)", "(keine Angabe)", "Ort, Datum, Unterschrift", "Seite 1 von 2",
    ):  # fmt: skip
        assert part in text, part
    assert "Name der beauftragten Person" not in text, "nobody knows yet whether that is needed"


def test_labels_in_both_languages(landlord: Form) -> None:
    """Who reads Ukrainian finds the field's name in it below the German one that the office reads."""
    text = read(sheet(landlord, filling(landlord, {"wohnung/plz": "28195"}), Language.UK))
    assert text.index("Postleitzahl") < text.index("Поштовий індекс") < text.index("28195")


@pytest.mark.slow
def test_what_is_to_be_enclosed(sample_forms: FileFormLibrary) -> None:
    """What certainly belongs to it stands apart from what perhaps does, each with a box to tick."""
    form = sample_forms.form("wohngeld-mietzuschuss")
    assert form is not None
    text = read(sheet(form, filling(form, {})))
    sure, perhaps = text.split("Beizulegen, wenn es zutrifft")
    assert "☐ Mietvertrag" in sure.split("Beizulegen")[1]
    assert "☐" in perhaps


@needs_poppler
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_names_in_every_script(landlord: Form, tmp_path: Path, name: str) -> None:
    """Poppler finds a name letter by letter in its logical order, ligatures and all."""
    pdf = sheet(landlord, filling(landlord, {"wohnungsgeber/name": name}))
    assert name in seen(pdf, tmp_path)
    assert name in _MARKS.sub("", read(pdf))


@needs_poppler
@pytest.mark.slow
def test_it_can_be_read_aloud(landlord: Form, tmp_path: Path) -> None:
    """Tagged with headings and paragraphs in reading order, with title and language; fonts are embedded in part."""
    pdf = sheet(landlord, filling(landlord, {"wohnung/plz": "28195"}), Language.AR)
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdfinfo", "-struct-text", str(path)], capture_output=True, text=True, check=True).stdout
    order = [told.index(part) for part in ("H1 (block)", '"Wohnungsgeber', "H2 (block)", '"Postleitzahl"', '"28195"')]
    assert order == sorted(order)
    assert "Figure" not in told
    reader = PdfReader(BytesIO(pdf))
    assert str(reader.root_object["/Lang"]) == "de"
    assert "/MarkInfo" in reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == "Wohnungsgeberbestätigung"
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)
    assert len(pdf) < 200_000


@pytest.mark.slow
def test_the_longest_values_are_there_to_the_end(landlord: Form) -> None:
    """However much was written, nothing is cut off and no field is torn over two pages."""
    paths = [one.path for one in landlord.walk() if isinstance(one, Field) and one.kind is FieldKind.TEXT]
    values = {path: f"Anfang{number} {'Wort ' * 90}Ende{number}" for number, path in enumerate(paths)}
    keys = {path: f"{path}#1" if path.startswith("personen/") else path for path in paths}
    walk = filling(landlord, {keys[path]: text for path, text in values.items()})
    pages = [page.extract_text() for page in PdfReader(BytesIO(sheet(landlord, walk))).pages]
    assert len(pages) > 2
    asked = [number for number in range(len(paths)) if any(f"Anfang{number} " in page for page in pages)]
    assert len(asked) >= len(paths) - 2
    for number in asked:
        assert any(f"Anfang{number} " in page and f"Ende{number}" in page for page in pages)


# ── the official PDF ───────────────────────────────────────────────────────────────────────────────────────────────


def official() -> bytes:
    """An official PDF with two text fields, two boxes for yes and no, and one box."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=12)
    paper.cell(0, 10, "Amtliche Wohnungsgeberbestätigung")
    writer = PdfWriter(clone_from=BytesIO(bytes(paper.output())))
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
    )
    fields = [_text("name", 700), _text("strasse", 670), _box("ja", 640), _box("nein", 620)]
    references = ArrayObject(writer._add_object(field) for field in fields)
    writer.pages[0][NameObject("/Annots")] = references
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/Fields"): references,
            NameObject("/DA"): TextStringObject("/Helv 0 Tf 0 g"),
            NameObject("/DR"): DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/Helv"): font})}),
            NameObject("/NeedAppearances"): BooleanObject(False),
        }
    )
    with BytesIO() as made:
        writer.write(made)
        return made.getvalue()


def _widget(name: str, kind: str, bottom: int, width: int) -> DictionaryObject:
    corners = (100, bottom, 100 + width, bottom + 18)
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject(kind),
            NameObject("/T"): TextStringObject(name),
            NameObject("/Rect"): ArrayObject(map(FloatObject, corners)),
        }
    )


def _text(name: str, bottom: int) -> DictionaryObject:
    field = _widget(name, "/Tx", bottom, 300)
    field[NameObject("/DA")] = TextStringObject("/Helv 10 Tf 0 g")
    return field


def _box(name: str, bottom: int) -> DictionaryObject:
    box = _widget(name, "/Btn", bottom, 18)
    states = DictionaryObject({NameObject(state): DictionaryObject() for state in ("/An", "/Off")})
    box[NameObject("/AP")] = DictionaryObject({NameObject("/N"): states})
    box[NameObject("/AS")] = NameObject("/Off")
    return box


@pytest.fixture
def with_official(landlord: Form) -> Form:
    """The form with the names of the official PDF's fields."""
    fields = {
        "wohnungsgeber/name": "name",
        "wohnung/strasse": "strasse",
        "wohnungsgeber/ist-eigentuemer=yes": "ja",
        "wohnungsgeber/ist-eigentuemer=no": "nein",
    }
    return replace(landlord, acro_form=AcroForm("https://example.org/form.pdf", fields))


def test_the_official_pdf_is_filled_in(with_official: Form) -> None:
    """Texts and boxes hold what was entered; viewers are asked to draw them anew."""
    walk = filling(
        with_official,
        {
            "wohnungsgeber/name": "Олена Їжак",
            "wohnung/strasse": "Größe 1",
            "wohnungsgeber/ist-eigentuemer": "no",
        },
    )
    reader = PdfReader(BytesIO(fill_official(with_official, walk, MESSAGES, official(), sheet(with_official, walk))))
    fields = reader.get_fields()
    assert fields is not None
    assert (fields["name"].value, fields["strasse"].value) == ("Олена Їжак", "Größe 1")
    assert (fields["nein"].value, fields["ja"].get("/V", "/Off")) == ("/An", "/Off")
    acro_form = reader.root_object["/AcroForm"].get_object()
    assert isinstance(acro_form, DictionaryObject)
    assert acro_form["/NeedAppearances"].get_object() == BooleanObject(True)
    assert len(reader.pages) == 1
    boxes = {str(one["/T"]): one for one in (ref.get_object() for ref in reader.pages[0]["/Annots"])}  # type: ignore[attr-defined]
    assert boxes["nein"]["/AS"] == "/An"
    assert "/N" in boxes["strasse"]["/AP"]


def test_what_the_official_pdf_has_no_field_for_stands_behind_it(with_official: Form) -> None:
    """Nothing that was entered is lost: the sheet follows where a value found no place."""
    walk = filling(with_official, {"wohnung/plz": "28195", "wohnungsgeber/name": "Muster"})
    filled = fill_official(with_official, walk, MESSAGES, official(), sheet(with_official, walk))
    text = read(filled)
    assert len(PdfReader(BytesIO(filled)).pages) > 1
    assert "28195" in text
    assert "Ausfüllhilfe" in text
