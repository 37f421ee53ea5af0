"""The forms of a city are found, read once, and none is lost because another is broken."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from assistant.errors import ImportFileError
from assistant.model import Language
from assistant.model.form import ElementText, Field, FieldKind, Form, FormText
from assistant.ports import FormLibrary
from knowledge.forms.library import FileFormLibrary
from tests.knowledge.forms.test_bundle import EXPLAINED, FORMS, GERMAN, NAME

NAMESPACE = "urn:example:fields_"
SCHEMA = f'<s:schema xmlns:s="{NAMESPACE}3">S00000001</s:schema>'
CODES = '<list xmlns="urn:example:codes"/>'


def read_example_schema(path: Path) -> Form:
    """A schema of one field, with the id that the file has as its text."""
    text = path.read_text("utf-8")
    if "broken" in text:
        raise ImportFileError(f"{path}:1: broken")
    schema_id = text.partition(">")[2].partition("<")[0]
    field = Field("hunde/gefaehrlich", FieldKind.YES_NO)
    lives = Field("halter/wohnt", FieldKind.CHOICE, options=("hier",))
    name = Field("halter/name", FieldKind.TEXT)
    labels = {element.path: ElementText(f"{element.path} im Schema") for element in (field, lives, name)}
    german = FormText(Language.DE, f"Schema {schema_id}", elements=labels, options={"halter/wohnt": {"hier": "Hier"}})
    return Form(schema_id, (german,), (field, lives, name), schema_id=schema_id)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three forms: two of one service, one that explains a schema."""
    copied = Path(shutil.copytree(FORMS, tmp_path / "forms"))
    second = GERMAN.replace("id: hund-anmelden\n", "id: hund-abmelden\n").replace(
        "[hundesteuer, hund-abmelden]", "[hund-abmelden, hundesteuer]"
    )
    (copied / "hund-abmelden.yaml").write_text(second, "utf-8")
    (copied / "hund.yaml").write_text(EXPLAINED.replace("[hundesteuer]", "[dackelsteuer]"), "utf-8")
    return copied


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """A folder with two schemas and a code list, in folders of their own."""
    inner = tmp_path / "schemas" / "one"
    inner.mkdir(parents=True)
    (inner / "schema.xdf.xml").write_text(SCHEMA, "utf-8")
    (inner / "codes.xml").write_text(CODES, "utf-8")
    (tmp_path / "schemas" / "two.xml").write_text(SCHEMA.replace("S00000001", "S00000002"), "utf-8")
    return tmp_path / "schemas"


def library(*folders: Path, schemas: tuple[Path, ...] = ()) -> FileFormLibrary:
    """A library that can read the example's schemas."""
    return FileFormLibrary(folders, schemas, {NAMESPACE: read_example_schema})


def test_forms_are_found(folder: Path, schemas: Path) -> None:
    """All forms by id, those that explain a schema in that schema's place, and schemas nobody explains."""
    found: FormLibrary = library(folder, schemas=(schemas,))
    assert [form.id for form in found.forms()] == ["S00000002", "hund", "hund-abmelden", "hund-anmelden"]
    assert found.problems == {}
    form = found.form("hund-anmelden")
    assert form is not None
    assert form.text(Language.EN).title == "Register a dog"
    assert found.form("katze") is None
    assert found.form("S00000001") is None


def test_a_form_that_explains_a_schema_is_completed_by_it(folder: Path, schemas: Path) -> None:
    """The schema's elements and words, and the file's words over them."""
    form = library(folder, schemas=(schemas,)).form("hund")
    assert form is not None
    assert form.schema_id == "S00000001"
    text = form.text(Language.DE)
    assert (text.title, text.elements["halter/name"].label) == ("Dackel anmelden", "Familienname")
    assert text.elements["halter/wohnt"].label == "halter/wohnt im Schema"


def test_forms_of_a_service_begin_with_its_own(folder: Path) -> None:
    """The form whose main service it is comes before one that only belongs to it too."""
    found = library(folder)
    assert [form.id for form in found.of_service("hundesteuer")] == ["hund-anmelden", "hund-abmelden"]
    assert [form.id for form in found.of_service("hund-abmelden")] == ["hund-abmelden", "hund-anmelden"]
    assert found.of_service("reisepass") == ()


def test_a_city_may_have_no_forms() -> None:
    """Nothing configured is nothing wrong."""
    assert (library().forms(), dict(library().problems)) == ((), {})


def _add(path: str, text: str) -> Callable[[Path, Path], Path]:
    def broken(folder: Path, schemas: Path) -> Path:
        file = (folder.parent / path).resolve()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    return broken


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (_add("forms/katze.yaml", "id: ["), "did not find expected"),
        (_add("forms/katze.yaml", "id: katze\n"), "'edition' is a required property"),
        (
            _add("forms/katze.yaml", EXPLAINED.replace("id: hund", "id: katze").replace("01\n", "09\n")),
            "S00000009 is not at hand",
        ),
        (_add("forms/translations/tr/hund-anmelden.yaml", "title: ["), "did not find expected"),
        (_add("forms/translations/tr/katze.yaml", "title: Kedi\n"), "there is no form of that name"),
        (_add("schemas/three.xml", "schema"), "no XML"),
        (_add("schemas/three.xml", ""), "no XML"),
        (_add("schemas/three.xml", SCHEMA.replace("S00000001", "broken")), "broken"),
        (_add("schemas/zz.xml", SCHEMA), "the form S00000001 is in"),
    ],
)
def test_a_broken_file_takes_nothing_else_away(
    folder: Path, schemas: Path, break_it: Callable[[Path, Path], Path], reason: str
) -> None:
    """The other forms are there, and the problem names the file."""
    file = break_it(folder, schemas)
    found = library(folder, schemas=(schemas,))
    assert {form.id for form in found.forms()} == {"S00000002", "hund", "hund-abmelden", "hund-anmelden"}
    assert list(found.problems) == [str(file)]
    assert str(file) in found.problems[str(file)]
    assert reason in found.problems[str(file)]


def test_of_two_forms_with_one_id_the_first_stays(folder: Path, tmp_path: Path) -> None:
    """Folders count in the order in which they are configured; the second file is a problem that names the first."""
    own = tmp_path / "own"
    own.mkdir()
    (own / NAME).write_text(GERMAN.replace("title: Hund anmelden", "title: Unser Hund", 1), "utf-8")
    found = library(own, folder)
    form = found.form("hund-anmelden")
    assert form is not None
    assert form.text(Language.DE).title == "Unser Hund"
    assert f"is in {own / NAME} already" in found.problems[str(folder / NAME)]


def test_places_that_lead_nowhere_are_told(folder: Path, tmp_path: Path) -> None:
    """A folder or file that is not there, a folder without schemas, a file that is no schema."""
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "codes.xml").write_text(CODES, "utf-8")
    places = (tmp_path / "codes", tmp_path / "codes" / "codes.xml", tmp_path / "nowhere.xml")
    found = library(tmp_path / "nowhere", schemas=places)
    reasons = ("no FIM schema in this folder", "no FIM schema that Roland can read", "No such file", "no such folder")
    told = [found.problems[str(place)] for place in (*places, tmp_path / "nowhere")]
    assert all(reason in problem for reason, problem in zip(reasons, told, strict=True)), told


def test_many_may_ask_at_once(schemas: Path) -> None:
    """Files are read once, however many threads ask first."""
    reads: list[Path] = []

    def counted(path: Path) -> Form:
        reads.append(path)
        return read_example_schema(path)

    found = FileFormLibrary((), (schemas,), {NAMESPACE: counted})
    start = Barrier(8)

    def ask(_: int) -> tuple[Form, ...]:
        start.wait(60)
        return found.forms()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len(reads) == 2


def test_any_file_can_be_looked_at(folder: Path, schemas: Path) -> None:
    """Files and whole folders, of the city or not; a translation is looked at with its form, and each form once."""
    found = library(schemas=(schemas,))
    check = found.look_at([folder / "translations" / "en" / NAME, folder, schemas])
    assert [reading.form.id for reading in check.readings] == [
        "hund-anmelden",
        "hund-abmelden",
        "hund",
        "S00000001",
        "S00000002",
    ]
    assert check.problems == {}
    (folder / NAME).write_text("id: [", "utf-8")
    check = found.look_at([folder / NAME])
    assert (check.readings, list(check.problems)) == ((), [str(folder / NAME)])
