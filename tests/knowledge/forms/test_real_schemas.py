"""Real schemas of the federation and the states are read as a whole."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.model.form import Equals, Field, FieldGroup, Not, paths_of
from knowledge.forms.rules import RuleStatus
from knowledge.forms.xdatenfelder import SchemaReading, read_with_notes

pytestmark = pytest.mark.shared_data


class Counts(NamedTuple):
    """How much a schema holds; ``read``, ``unread`` and ``checks`` are rules at all their places."""

    groups: int
    fields: int
    options: int
    conditions: int
    read: int
    unread: int
    checks: int


EXPECTED = {
    "fim-xdf3/S00000000362/schema.xdf.xml": Counts(26, 65, 9, 11, 11, 0, 8),
    "fim-xdf3/S00000000366/schema.xdf.xml": Counts(8, 23, 0, 1, 1, 0, 0),
    "fim-xdf3/S00000000373/schema.xdf.xml": Counts(5, 15, 4, 2, 1, 0, 0),
    "fim-xdf3/S00000000374/schema.xdf.xml": Counts(58, 147, 21, 31, 23, 0, 16),
    "fim-xdf3/S00000000380/schema.xdf.xml": Counts(32, 75, 14, 14, 14, 0, 8),
    "fim-xdf3/S00000000389/schema.xdf.xml": Counts(31, 74, 11, 14, 14, 0, 8),
    "fim-xdf3/S02000000112/schema.xdf.xml": Counts(21, 86, 2, 0, 0, 0, 8),
    "fim-xdf3/S05000001299/schema.xdf.xml": Counts(20, 82, 17, 16, 14, 0, 9),
    "fim-xdf3/S07000000200/schema.xdf.xml": Counts(7, 17, 2, 2, 2, 1, 2),
    "fim-xdf3/S07000000248/schema.xdf.xml": Counts(17, 44, 10, 3, 3, 0, 2),
    "xdatenfelder-2/BlaueKarte.xml": Counts(29, 88, 0, 9, 3, 0, 0),
    "xdatenfelder-2/WaBeKa.xml": Counts(18, 46, 0, 0, 0, 0, 0),
    "xdatenfelder-2/flxbe-v3-samples/v2-data_data-field-rule.xml": Counts(0, 1, 0, 0, 0, 0, 1),
    "xdatenfelder-2/flxbe-v3-samples/v2-data_data-group-rule.xml": Counts(1, 0, 0, 0, 0, 0, 1),
    "xdatenfelder-2/flxbe-v3-samples/v2-data_select.xml": Counts(0, 1, 0, 0, 0, 0, 0),
    "xdatenfelder-2/flxbe-v3-samples/v2-data_simple.xml": Counts(1, 1, 0, 0, 0, 0, 1),
    "xdatenfelder-2/flxbe-v3-samples/v3-data_input.xml": Counts(1, 1, 0, 0, 0, 0, 0),
    "xdatenfelder-2/flxbe-v3-samples/v3-data_simple.xml": Counts(2, 1, 0, 0, 0, 0, 2),
}


@pytest.fixture(scope="session")
def readings(shared_data: Path) -> dict[str, SchemaReading]:
    """Every real schema there is, read once."""
    files = [*shared_data.glob("fim-xdf3/*/*.xml"), *shared_data.glob("xdatenfelder-2/**/*.xml")]
    return {str(path.relative_to(shared_data)): read_with_notes(path) for path in files}


def counts(reading: SchemaReading) -> Counts:
    """The counts of a schema as it was read."""
    elements = list(reading.form.walk())
    fields = [element for element in elements if isinstance(element, Field)]
    rules = Counter(one.status for one in reading.rules.readings)
    return Counts(
        groups=sum(isinstance(element, FieldGroup) for element in elements),
        fields=len(fields),
        options=sum(len(field.options) for field in fields),
        conditions=sum(element.condition is not None for element in elements),
        read=rules[RuleStatus.READ],
        unread=rules[RuleStatus.UNREAD] + rules[RuleStatus.PARTLY],
        checks=rules[RuleStatus.CHECK],
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_all_of_a_schema_is_read(readings: dict[str, SchemaReading], name: str) -> None:
    """Groups, fields, options and rules are as many as the file holds."""
    assert counts(readings[name]) == EXPECTED[name]


def test_no_schema_is_left_out(readings: dict[str, SchemaReading]) -> None:
    """A schema that is added must be counted."""
    assert set(readings) == set(EXPECTED)


def test_every_element_is_named_and_every_condition_leads_somewhere(readings: dict[str, SchemaReading]) -> None:
    """Each element has a name, each option a label, and conditions look at fields of the same form."""
    for reading in readings.values():
        text = reading.form.texts[0]
        paths = {element.path for element in reading.form.walk()}
        assert set(text.elements) == paths
        for element in reading.form.walk():
            assert text.elements[element.path].label
            if isinstance(element, Field) and element.options:
                assert all(text.options[element.path][code] for code in element.options)
            if element.condition:
                assert set(paths_of(element.condition)) <= paths


def test_a_condition_of_each_kind(readings: dict[str, SchemaReading]) -> None:
    """Samples, checked by hand against the words of the rules."""
    conditions = {
        (name.split("/")[1], element.path): element.condition
        for name, reading in readings.items()
        for element in reading.form.walk()
    }
    purpose = "G00000002183/F00000003381"
    assert conditions["S00000000374", "G00000002144/F00000002931"] == Equals(purpose, frozenset({"003", "005"}))
    assert conditions["S00000000374", "G00000002132"] == Equals(purpose, frozenset({"004"}))
    kind = "G00000002237/F00000003430"
    assert conditions["S00000000373", "G00000002237/F00000003540"] == Not(Equals(kind, frozenset({"001"})))
    assert conditions["BlaueKarte.xml", "G00000638/F00000008"] == Equals("G00000638/F00001041", frozenset({"yes"}))
    measles = conditions["S05000001299", "G05000011696/G05000012392"]
    assert measles is not None
    assert set(paths_of(measles)) == {
        "G05000011684/G60000000083/F60000000233",
        "G05000011701/G60000000083/F60000000233",
        "G05000011697/G05000011702/G60000000083/F60000000233",
    }


def test_most_conditional_rules_are_read(readings: dict[str, SchemaReading]) -> None:
    """Of the rules that decide which elements are asked, more than two thirds have to be understood."""
    totals = [counts(reading) for reading in readings.values()]
    read, unread = sum(one.read for one in totals), sum(one.unread for one in totals)
    assert read / (read + unread) > 2 / 3
