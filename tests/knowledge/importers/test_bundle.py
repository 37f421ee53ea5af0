"""The bundle format is read strictly, and says what is wrong where."""

import json
import shutil
from datetime import date, time
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from assistant.errors import ImportFileError
from assistant.model import (
    ImportedEntry,
    ImportRecord,
    InvalidEntry,
    Language,
    LifeSituation,
    Office,
    OpeningHours,
    Register,
    SectionKind,
    Service,
    Weekday,
)
from knowledge.importers import IMPORTERS
from knowledge.importers.subset import problems
from knowledge.importers.yaml_source import parse_yaml

SCHEMAS = ("bundle", "service", "office", "life_situations", "translation", "form", "form-text")


@pytest.fixture
def bundle(payloads: Path, tmp_path: Path) -> Path:
    """A copy of the sample bundle that a test may break."""
    return Path(shutil.copytree(payloads / "bundle", tmp_path / "bundle"))


def read(*paths: Path) -> list[ImportRecord]:
    """All records of the paths."""
    return list(IMPORTERS["bundle"]().read(paths))


def entries(records: list[ImportRecord]) -> dict[str, Service | Office | LifeSituation]:
    """The entries among the records by id."""
    return {record.entry.id: record.entry for record in records if isinstance(record, ImportedEntry)}


def invalid(records: list[ImportRecord]) -> list[InvalidEntry]:
    """The invalid ones among the records."""
    return [record for record in records if isinstance(record, InvalidEntry)]


def change(path: Path, old: str, new: str) -> None:
    """Replaces a text that stands in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_reads_a_service(bundle: Path) -> None:
    """Every field of a service comes through."""
    service = entries(read(bundle))["reisepass"]
    assert isinstance(service, Service)
    assert (service.leika_key, service.url) == ("99085001012000", "https://example.org/reisepass")
    assert (service.updated_on, service.valid_until) == (date(2025, 9, 1), date(2027, 12, 31))
    assert (service.life_situations, service.office_ids) == (("reisen",), ("passstelle",))
    assert [online.requires for online in service.online_services] == [("eid",), ()]
    assert service.forms[0].title == "Zustimmung"
    text = service.text(Language.DE)
    assert (text.title, text.synonyms) == ("Reisepass beantragen", ("Pass", "ePass"))
    fee = text.section(SectionKind.FEE)
    assert fee is not None
    assert fee.text.endswith("| unter 24 Jahren | 37,50 Euro |")
    assert (fee.title, fee.url, fee.updated_on) == (
        "Was kostet es?",
        "https://example.org/gebuehren",
        date(2025, 8, 1),
    )
    assert service.text(Language.DE, Register.PLAIN).title == "Einen Pass bekommen"


def test_reads_offices_and_situations(bundle: Path) -> None:
    """Offices come with structured hours, life situations with their order."""
    found = entries(read(bundle))
    office, situation = found["passstelle"], found["umzug"]
    assert isinstance(office, Office)
    assert isinstance(situation, LifeSituation)
    assert office.opening_hours == (
        OpeningHours((Weekday.MO, Weekday.WE), time(7, 30), time(15)),
        OpeningHours((Weekday.TU,), time(12), time(18), "nur mit Termin"),
    )
    assert office.address is not None
    assert office.address.line == "Beispielstraße 1, 28195 Bremen"
    assert (situation.order, situation.title(Language.EN)) == (10, "Umzug")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("kind: fee", "kind: price", 17, "$.texts.de.sections[1].kind: 'price' is not one of"),
        ("kind: fee", "kind: overview", 17, "$.texts.de.sections[1].kind: a second section"),
        ("[reisen]", "[reisen, mond]", 6, "$.life_situations[1]: 'mond' does not exist"),
        ("[passstelle]", "[rathaus]", 7, "$.offices[0]: 'rathaus' does not exist"),
        ("id: reisepass", "id: pass", 1, "$.id: 'pass' is not the name of the file"),
        ("2025-09-01", "1. September", 5, "$.updated_on: '1. September' is not a 'date'"),
        ('"99085001012000"', "99085001012000", 2, "$.leika_key: 99085001012000 is not of type 'string', 'null'"),
        ("**zehn Jahre**", "<b>zehn</b>", 15, "$.texts.de.sections[0].text: HTML is not allowed"),
        ("          Der Pass", "          # Pass\n          Der Pass", 15, "text: heading is not allowed"),
        ("(https://example.org)", "(seite.html)", 15, "text: link to 'seite.html' leads nowhere"),
        ("title: Reisepass beantragen", "titel: Reisepass", 10, "'titel' was unexpected"),
        ("url: https://example.org/reisepass", "url: javascript:alert(1)", 4, "$.url: 'javascript:alert(1)' does not"),
    ],
)
def test_tells_what_is_wrong_where(bundle: Path, old: str, new: str, line: int, reason: str) -> None:
    """A broken service is not taken over; the report names file, line, path in the data, reason and id."""
    path = bundle / "services" / "reisepass.yaml"
    change(path, old, new)
    records = read(bundle)
    assert "reisepass" not in entries(records)
    assert "passstelle" in entries(records)
    found = invalid(records)
    assert any(reason in problem.reason and problem.place == f"{path}:{line}" for problem in found), found
    assert {problem.entry_id for problem in found} <= {"reisepass", "pass"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id: a\nid: b", "the key 'id' stands twice"),
        ("id: &a x\nname: *a", "anchors and aliases are not allowed"),
        ("id: &a x\nname: y", "anchors and aliases are not allowed"),
        ("id: !!str x", "tags are not allowed"),
        ("id: x\n---\nid: y", "only one document a file"),
        ("id: " + "[" * 100_000, "nested deeper than 40 levels"),
        ("id: [a", "expected"),
        ("? [a]\n: b", "a key must be a word"),
        ("", "neither a service nor an office"),
        ("just words", "neither a service nor an office"),
    ],
)
def test_bad_yaml_costs_one_entry(bundle: Path, text: str, reason: str) -> None:
    """A file that is no proper YAML is reported, and the others are read."""
    (bundle / "offices" / "kaputt.yaml").write_text(text)
    records = read(bundle)
    assert [(problem.entry_id, reason in problem.reason) for problem in invalid(records)] == [("kaputt", True)]
    assert {"passstelle", "reisepass"} <= entries(records).keys()


def test_words_that_yaml_takes_for_something_else_stay_words(bundle: Path) -> None:
    """``no`` is a word, a date is a date, and a time in quotes is a time."""
    path = bundle / "services" / "reisepass.yaml"
    change(path, "[Pass, ePass]", "[no, on, 1_000]")
    service = entries(read(bundle))["reisepass"]
    assert isinstance(service, Service)
    assert service.texts[0].synonyms == ("no", "on", "1_000")


def test_a_broken_situation_leaves_the_others(bundle: Path) -> None:
    """Of several life situations only the broken one is left out."""
    change(bundle / "life_situations.yaml", "{de: Umzug}", "{de: Umzug, Haus}")
    records = read(bundle)
    assert "reisen" in entries(records)
    assert "umzug" not in entries(records)
    assert [problem.entry_id for problem in invalid(records)] == ["umzug"]


def test_single_file_is_recognised_by_its_content(bundle: Path) -> None:
    """One file alone is read without the rest of its bundle, so references are not followed."""
    records = read(bundle / "services" / "reisepass.yaml", bundle / "life_situations.yaml")
    assert set(entries(records)) == {"reisepass", "reisen", "umzug"}


@pytest.mark.parametrize(("old", "new"), [("format: 1", "format: 2"), ("licence: EUPL-1.2\n", ""), ("format: 1", "[")])
def test_bad_manifest_stops_the_import(bundle: Path, old: str, new: str) -> None:
    """A folder that is no bundle of this version is not read at all."""
    change(bundle / "bundle.yaml", old, new)
    with pytest.raises(ImportFileError, match=r"bundle\.yaml"):
        read(bundle)


def test_missing_paths_are_errors(tmp_path: Path) -> None:
    """A path that is not there, or a folder without a manifest, is named."""
    for path in (tmp_path, tmp_path / "nichts.yaml"):
        with pytest.raises(ImportFileError, match="No such file"):
            read(path)


@pytest.mark.parametrize("name", SCHEMAS)
def test_published_schemas_are_valid(name: str) -> None:
    """Each published JSON Schema is itself valid."""
    schema = json.loads((files("knowledge") / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)


def test_schema_knows_every_kind_of_section() -> None:
    """The published schema lists all kinds of sections but the one for what fits nowhere."""
    schema = json.loads((files("knowledge") / "schemas" / "service.schema.json").read_text("utf-8"))
    assert set(schema["$defs"]["section"]["properties"]["kind"]["enum"]) == set(SectionKind) - {SectionKind.OTHER}


@pytest.mark.parametrize(
    "text", ["a\n\n- b\n- **c**", "1. a\n2. b", "| a | b |\n| --- | --- |\n| c | d |", "[a](https://x.de) *b*  \nc", ""]
)
def test_subset_accepts(text: str) -> None:
    """Paragraphs, lists, tables, links, emphasis and line breaks belong to the subset."""
    assert problems(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "# a",
        "a\n===",
        "<b>a</b>",
        "<!-- a -->",
        "![a](https://x.de/b.png)",
        "```\na\n```",
        "> a",
        "---",
        "`a`",
        "    a",
    ],
)
def test_subset_refuses(text: str) -> None:
    """Headings, HTML, images, code, quotations and rules do not."""
    assert len(problems(text)) == 1


def test_a_number_longer_than_any_that_is_meant_stays_text() -> None:
    """A run of digits without end is no number, and no error of the reader."""
    long = "9" * 5000
    data = parse_yaml(f"a: 115\nb: {long}\nc: 0.5\nd: {long}.0\n", "x").data
    assert data == {"a": 115, "b": long, "c": 0.5, "d": f"{long}.0"}
