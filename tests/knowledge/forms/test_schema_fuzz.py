"""Whatever stands in a file, it is a form or an error that can be told."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.errors import ImportFileError
from assistant.model.form import Condition, Form, paths_of
from knowledge.forms.rule_logic import Answer
from knowledge.forms.xdatenfelder import read_with_notes
from tests.knowledge.forms.schemas import schema
from tests.knowledge.forms.test_rule_logic import holds
from tests.knowledge.forms.test_rules import ELEMENTS

pytestmark = pytest.mark.slow  # many files, each read whole

PAYLOADS = Path(__file__).parents[2] / "payloads" / "xdatenfelder"
FIXTURES = tuple(path.read_bytes() for path in sorted(PAYLOADS.glob("fahrradkeller-*.xml")))
SNIPPETS = st.sampled_from(
    [b"", b"<", b">", b"</", b"&amp;", b"&x;", b"\x00", b"\xff\xfe", b'"', b"0:0", b"9:1", b"~2", b"../", b"select",
     b"hidden", b"<!DOCTYPE a>", b"<x/>", b"WENN", b"F90000000001", b"G90000000002", "ß".encode(), b"9" * 5000]
)  # fmt: skip
WORDS = st.sampled_from(
    ["WENN", "DANN", "SONST", "wenn", "nur", "nur dann", "genau dann", "nicht", "und", "ODER", "(", ")", ",", ".", ";",
     "\n", "=", "<>", ">", "<=", "JA", "NEIN", "001", "002", "7", '"', "'", "„", "“", '"verheiratet"', '"Name"', "F11",
     "F12", "F13", "F14", "F15", "F40", "F41", "G10", "G20", "G30", "G20.F21", "F99", "F42", "das Feld", "die Gruppe",
     "aktiviere", "deaktiviere", "zeige", "an", "blende", "aus", "muss", "darf", "ist", "wird", "bleibt", "leer",
     "befüllt", "sein", "werden", "zu befüllen", "auszublenden", "angezeigt", "Pflicht", "bejaht wurde", "entweder",
     "Es muss", "mindestens", "gilt", "erscheint", "entfällt", "ausgewählt", "Auswahl", "in"]
)  # fmt: skip

ANSWERS: Mapping[str, tuple[Answer, ...]] = {
    "F11": (None, "yes", "no"),
    "F12": (None, "001", "002", "003", "004"),
    "F13": (None, Decimal(1), Decimal(2), Decimal(3)),
    "F15": (None, "1", "2"),
}

ReadText = Callable[[bytes], Form | None]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> ReadText:
    """Reads bytes as a file: the form, or None where the file was refused in words that name it."""
    path = tmp_path_factory.mktemp("fuzz") / "schema.xml"

    def read_text(text: bytes) -> Form | None:
        path.write_bytes(text)
        try:
            return read_with_notes(path).form
        except ImportFileError as error:
            told = str(error)
        assert told.startswith(f"{path}:")
        return None

    return read_text


@given(fixture=st.sampled_from(FIXTURES), share=st.floats(0, 0.999))
def test_a_torn_file_is_refused(read: ReadText, fixture: bytes, share: float) -> None:
    """A download that broke off is no form."""
    assert read(fixture[: int(len(fixture.rstrip()) * share)]) is None


@given(
    fixture=st.sampled_from(FIXTURES),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), SNIPPETS), min_size=1, max_size=6),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_changed_file_is_a_form_or_refused(
    read: ReadText, fixture: bytes, changes: list[tuple[float, int, bytes]]
) -> None:
    """Pieces that are missing, doubled or wrong never lead to another error."""
    for share, length, snippet in changes:
        at = int(len(fixture) * share)
        fixture = fixture[:at] + snippet + fixture[at + length :]
    if form := read(fixture):
        assert form.id
        assert form.elements


@given(st.lists(st.lists(WORDS, min_size=1, max_size=30).map(" ".join), min_size=1, max_size=4))
@example(["WENN F11 = JA , DANN aktiviere G20 UND G30 UND deaktiviere F40 . WENN F12 = 002 , DANN aktiviere F40"])
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_rule_says_the_form_can_be_walked(read: ReadText, rules: list[str]) -> None:
    """Conditions look at elements that are there, and never at the element itself or what lies in it."""
    form = read(schema(*ELEMENTS, rules=tuple(rules)).encode())
    assert form
    paths = {element.path for element in form.walk()}
    for element in form.walk():
        if element.condition:
            looked_at = set(paths_of(element.condition))
            assert looked_at <= paths
            assert not any(f"{path}/".startswith(f"{element.path}/") for path in looked_at)


CLAIMS = st.sampled_from(
    ["F11 = JA", "F11 = NEIN", "F12 = 001", "F12 <> 002", "F12 = 002 ODER 003", "F13 > 2", "F13 <= 2", "F14 nicht leer",
     "F15 bejaht", "F40 nicht leer", "G20 nicht leer", "G20.F21 leer", "F41 leer"]
)  # fmt: skip
TARGETS = st.sampled_from(["F14", "F15", "G20", "G20.F21", "G30", "F40", "F41", "F13", "F40 und F41"])
ORDERS = st.sampled_from(["aktiviere {}", "deaktiviere {}", "muss {} befüllt sein", "darf {} nicht befüllt sein"])
SENTENCES = st.one_of(
    st.builds("WENN {}, DANN {}.".format, CLAIMS, st.builds(str.format, ORDERS, TARGETS)),
    st.builds("WENN {} UND {}, DANN {}.".format, CLAIMS, CLAIMS, st.builds(str.format, ORDERS, TARGETS)),
    st.builds("{} ist nur dann zu befüllen, wenn {}.".format, st.sampled_from(["G20", "F40", "F14"]), CLAIMS),
    st.just("Es muss entweder F40 oder F41 befüllt sein."),
)


@given(st.lists(SENTENCES, min_size=2, max_size=7))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_rules_together_shut_an_element_out(read: ReadText, rules: list[str]) -> None:
    """However rules work together, there are answers with which each element is asked."""
    form = read(schema(*ELEMENTS, rules=tuple(rules)).encode())
    assert form
    conditions = {element.path: element.condition for element in form.walk() if element.condition}
    fields = sorted({path for condition in conditions.values() for path in paths_of(condition)})
    left = set(conditions)
    for values in product(*(ANSWERS.get(path, (None, "x")) for path in fields)):
        answers = dict(zip(fields, values, strict=True))
        left = {path for path in left if not _is_asked(path, conditions, answers)}
        if not left:
            break
    assert not left


def _is_asked(path: str, conditions: Mapping[str, Condition], answers: Mapping[str, Answer]) -> bool:
    """Whether the element and what it lies in are asked, where fields that are not asked have no answer."""
    steps = path.split("/")
    around = ["/".join(steps[: end + 1]) for end in range(len(steps))]
    return all(
        holds(
            conditions[one],
            {
                looked_at: answers[looked_at] if _is_asked(looked_at, conditions, answers) else None
                for looked_at in paths_of(conditions[one])
            },
        )
        for one in around
        if one in conditions
    )
