"""Rules in words become conditions, or are left alone."""

from decimal import Decimal
from pathlib import Path

import pytest

from assistant.model.form import (
    All,
    Cardinality,
    Compares,
    Condition,
    Either,
    Equals,
    Filled,
    Not,
    Relation,
)
from knowledge.forms.rules import RuleStatus
from knowledge.forms.xdatenfelder import SchemaReading, read_with_notes
from tests.knowledge.forms.schemas import field, group, schema, written

STATES = {"001": "ledig", "002": "verheiratet", "003": "verwitwet", "004": "Lebenspartnerschaft (eingetragen)"}
ELEMENTS = (
    field("F11", "bool", name="Haben Sie Kinder?"),
    field("F12", name="Familienstand", values=STATES),
    field("F13", "num_int", name="Anzahl der Kinder"),
    field("F14", name="Name"),
    field("F15", name="Wohnung", values={"1": "Ja", "2": "Nein"}),
    field("F16", "date", name="Datum"),
    field("F17", art="locked", name="Aktenzeichen"),
    group("G20", field("F21", name="Vorname"), occurs="0:1", name="Angaben zu den Kindern"),
    group("G30", field("F21", name="Vorname"), occurs="0:1", name="Angaben zum Ehegatten"),
    field("F40", "file", occurs="0:1", name="Nachweis"),
    field("F41", occurs="0:1", name="Weitere Angaben"),
    field("F42", occurs="0:0", name="Früheres"),
)


def read(folder: Path, *rules: str) -> SchemaReading:
    """A form with these rules at the group G10."""
    return read_with_notes(written(folder, schema(group("G10", *ELEMENTS, rules=rules))))


def conditions(reading: SchemaReading) -> dict[str, Condition]:
    """The conditions by the last id of their element."""
    return {element.path.rpartition("/")[2]: element.condition for element in reading.form.walk() if element.condition}


def is_one_of(element: str, *values: str) -> Condition:
    """The condition that a field of G10 has one of these values."""
    return Equals(f"G10/{element}", frozenset(values))


def compares(relation: Relation, number: int) -> Condition:
    """A condition on the number of children."""
    return Compares("G10/F13", relation, Decimal(number))


YES, MARRIED = is_one_of("F11", "yes"), is_one_of("F12", "002")
PARTNERED = is_one_of("F12", "002", "004")
SOME = compares(Relation.MORE, 0)


@pytest.mark.parametrize(
    ("rule", "element", "expected"),
    [
        # orders
        ("WENN F11 = JA, DANN aktiviere G20.", "G20", YES),
        ('WENN Datenfeld F11 "Haben Sie Kinder?" = JA, DANN aktiviere Gruppe G20 "Angaben zu den Kindern"', "G20", YES),
        ("WENN F11 Haben Sie Kinder? = JA, DANN zeige G20 Angaben zu den Kindern an.", "G20", YES),
        ("WENN F11 (Haben Sie Kinder?) = WAHR, DANN zeige G20 (Angaben zu den Kindern) an.", "G20", YES),
        ('WENN "Haben Sie Kinder?" (F11) = JA, DANN aktiviere [G20].', "G20", YES),
        ("WENN F11 = NEIN, DANN blende G20 aus.", "G20", Not(is_one_of("F11", "no"))),
        ("WENN F11 = JA DANN G20 anzeigen SONST G20 ausblenden", "G20", YES),
        ("WENN F11 = JA DANN aktiviere:\n- G20\n- F40", "F40", YES),
        ("WENN F11 = JA, DANN G20, F40 UND deaktiviere F41", "F40", YES),
        ("WENN F11 = JA, DANN G20, F40 UND deaktiviere F41", "F41", Not(YES)),
        ("WENN F11 = JA, DANN aktiviere G20 F40, F41", "F41", YES),
        ("WENN F11V1.2 = JA, DANN aktiviere G20V1.0.", "G20", YES),
        # modals
        ("Wenn F11 = wahr ist, dann muss G20 befüllt sein, sonst darf G20 nicht befüllt sein.", "G20", YES),
        ("Wenn F11 = JA, dann ist die Gruppe G20 „Angaben zu den Kindern“ auszufüllen, sonst nicht.", "G20", YES),
        ("Wenn F11 mit „ja“ beantwortet wird, bleibt F40 leer.", "F40", Not(YES)),
        ("Wenn F11 = JA, dann muss G20 als Pflichtgruppe angezeigt UND F40 ausgeblendet werden.", "G20", YES),
        ("Wenn F11 = JA, dann muss G20 als Pflichtgruppe angezeigt UND F40 ausgeblendet werden.", "F40", Not(YES)),
        ("Wenn F11 = JA, dann erscheint F40 und muss befüllt werden", "F40", YES),
        ("Wenn F11 = JA, dann ist die Gruppe G20 ausgeblendet.", "G20", Not(YES)),
        ("Wenn in der Gruppe G10 das Feld F11 = JA, dann sind Angaben in G20 zu machen.", "G20", YES),
        ("Wenn F11 = JA, dann muss F41 befüllt sein und F40 darf nicht befüllt sein.", "F40", Not(YES)),
        ("Wenn F11 = JA, dann ist F40 nicht auszufüllen und G20 nicht anzuzeigen.", "G20", Not(YES)),
        ("Wenn F11 = JA, dann muss G20 befüllt sein. Sonst nicht.", "G20", YES),
        ("Wenn F11 = NEIN, dann aktiviere G20, ansonsten aktiviere G30.", "G30", Not(is_one_of("F11", "no"))),
        ("Wenn F11 = JA, ist F14 Pflicht.", "F14", YES),
        # the condition last
        ("Es ist G20 auszufüllen, wenn F11 bejaht wurde.", "G20", YES),
        ('"F40 Nachweis" und "F41 Weiteres" sind nur dann zu befüllen, wenn "F11 Kinder" bejaht wurde.', "F41", YES),
        ("F40 entfällt, wenn F11 verneint wird.", "F40", Not(is_one_of("F11", "no"))),
        ("Die Gruppe G30 muss genau dann befüllt werden, wenn F12 den Wert 002 oder 004 hat.", "G30", PARTNERED),
        ("F40 darf nur befüllt werden, wenn F11 mit ja beantwortet wurde.", "F40", YES),
        ("Nur wenn F11 = JA, ist F40 zu befüllen.", "F40", YES),
        # values
        ('WENN F12 "Familienstand" = 002 "verheiratet", DANN aktiviere G30', "G30", MARRIED),
        ('WENN F12 Auswahl= 002="verheiratet", DANN aktiviere G30', "G30", MARRIED),
        ('WENN in F12 Auswahl = 02 " Verheiratet", DANN aktiviere G30', "G30", MARRIED),
        ('WENN in F12 = Auswahl 002 "verheiratet, DANN aktiviere G30 "Angaben zum Ehegatten"', "G30", MARRIED),
        ("WENN F12 = verheiratet, DANN aktiviere G30", "G30", MARRIED),
        ("Wenn in F12 „verheiratet“ ausgewählt wurde, wird G30 eingeblendet.", "G30", MARRIED),
        ("Wenn „verheiratet“ in F12 ausgewählt wird, ist G30 anzuzeigen.", "G30", MARRIED),
        ("WENN F12 = 002 ODER = 004, DANN aktiviere G30", "G30", PARTNERED),
        ("WENN F12 = 002 ODER F12 = 004, DANN aktiviere G30", "G30", PARTNERED),
        ("WENN F12 IN (002, 004), DANN aktiviere G30", "G30", PARTNERED),
        ("WENN F12 <> 001 UND <> 003, DANN aktiviere G30.", "G30", Not(is_one_of("F12", "001", "003"))),
        ("WENN F12 ≠ 002, DANN deaktiviere G30.", "G30", MARRIED),
        ("WENN F15 = JA, DANN aktiviere F40.", "F40", is_one_of("F15", "1")),
        ("Wenn F15 bejaht wurde, dann erscheint F40.", "F40", is_one_of("F15", "1")),
        ("Wenn F14 nicht leer ist, wird F40 angezeigt.", "F40", Filled("G10/F14")),
        ("Wenn F14 leer ist, darf F41 nicht befüllt sein.", "F41", Filled("G10/F14")),
        ("Falls F13 > 0, müssen die Felder F40 und F41 angegeben werden.", "F41", SOME),
        ("Falls F13 größer als 0 ist, muss G20 angegeben werden.", "G20", SOME),
        # several claims
        ("WENN F11 = JA UND F12 = 002, DANN aktiviere G30.", "G30", All((YES, MARRIED))),
        ("WENN F11 = JA ODER F12 = 002, DANN aktiviere G30.", "G30", Either((YES, MARRIED))),
        ("WENN F11 = JA UND (F12 = 002 ODER F13 > 0), DANN aktiviere G30.", "G30", All((YES, Either((MARRIED, SOME))))),
        ("WENN NICHT F11 = JA, DANN deaktiviere G20.", "G20", YES),
        ("WENN F14 UND F41 nicht leer, DANN aktiviere F40", "F40", All((Filled("G10/F14"), Filled("G10/F41")))),
        ("Wenn das Feld (F13 ODER das Feld F13 > 0, dann muss F40 befüllt werden", "F40", SOME),
        # several sentences
        ("WENN F11 = JA, DANN aktiviere G20. WENN F11 = NEIN, DANN deaktiviere G20.", "G20", YES),
        ("WENN F11 = JA\nDANN aktiviere G20\nWENN F11 = NEIN\nDANN deaktiviere G20", "G20", YES),
        ("WENN F12 = 002, DANN aktiviere G30; WENN F12 = 004, DANN aktiviere G30", "G30", PARTNERED),
        ("WENN F12 = 001, DANN deaktiviere G30. WENN F12 = 003, DANN deaktiviere G30.", "G30",
         Not(is_one_of("F12", "001", "003"))),
        ("WENN F11 = JA, DANN aktiviere G20. Die Liste ist nach dem Alphabet sortiert.", "G20", YES),
        # what the form does not show is no matter
        ("WENN F11 = JA, DANN aktiviere G20 UND deaktiviere F42.", "G20", YES),
    ],
)  # fmt: skip
def test_a_rule_is_read(rule: str, element: str, expected: Condition, tmp_path: Path) -> None:
    """The ways in which rules are written, and what they mean."""
    reading = read(tmp_path, rule)
    assert conditions(reading)[element] == expected
    assert [one.status for one in reading.rules.readings] == [RuleStatus.READ]


@pytest.mark.parametrize(
    "rule",
    [
        "WENN F11 = JA UND F12 = 002 ODER F13 > 2, DANN aktiviere G30.",
        "WENN NICHT F11 = JA UND F12 = 002, DANN aktiviere G30.",
        "WENN F12 = 001 UND = 003, DANN aktiviere G30.",
        "WENN F12 <> 001 ODER <> 003, DANN aktiviere G30.",
        "WENN F12 = 009, DANN aktiviere G30.",
        "WENN F12 = 001 „verheiratet“, DANN aktiviere G30.",
        "WENN F14 = „Muster“, DANN aktiviere F40.",
        "WENN F16 > 01.01.2000, DANN aktiviere F40.",
        "WENN F16 = < 18 Jahre, DANN zeige F40 an, SONST zeige F40 nicht an.",
        "WENN F17 nicht leer, DANN aktiviere F40.",
        "Wenn in F14 „Bremen“ ausgewählt wurde, wird G30 eingeblendet.",
        "WENN F11 = JA, DANN aktiviere G99.",
        "WENN F99 = JA, DANN aktiviere G20.",
        "WENN F11 = JA, DANN aktiviere F21.",
        "WENN F11 = JA, DANN aktiviere G10.",
        "WENN F11 = JA, DANN aktiviere F11.",
        "WENN F42 = JA, DANN aktiviere G20.",
        "WENN F13 > 5 UND F13 < 3, DANN aktiviere G20.",
        "Wenn F11 = JA, dann muss F40 nicht befüllt werden.",
        "Wenn F11 = JA, dann muss eine der Gruppen G20, G30 befüllt werden.",
        "Wenn F11 = JA, dann müssen F40 oder F41 befüllt werden.",
        "F40 ist nur erforderlich, wenn F11 bejaht wurde.",
        "WENN F11 = JA, DANN aktiviere G20. SONST WENN F12 = 002, DANN aktiviere G30.",
        "WENN F11 = JA, DANN aktiviere G20, sofern F12 = 002.",
        "WENN F13 zwischen 3 und 5, DANN aktiviere G20.",
        "F40 muss nur befüllt werden, wenn F11 bejaht wurde.",
        "Wenn F11 = JA, dann aktiviere G20 wenn F12 = 002",
        "Wenn F11 = JA, dann aktiviere G20, außer F12 = 002.",
        "WENN F11 = JA, DANN aktiviere G20 und F12 = 002.",
        "WENN F11 = JA, DANN aktiviere G20 und deaktiviere G20.",
        "WENN F11 = JA, DANN aktiviere G20. Dies gilt nicht für Minderjährige.",
        "WENN F11 = JA, DANN aktiviere G20. WENN F11 = JA, DANN deaktiviere G20.",
        "WENN F11 = JA, DANN aktiviere G20. WENN F12 anders, DANN aktiviere G20.",
        "WENN F11 = JA, DANN aktiviere F41. WENN F41 nicht leer, DANN aktiviere F41.",
        "WENN F40 nicht leer, DANN aktiviere F41. WENN F41 nicht leer, DANN aktiviere F40.",
        "WENN F11 = JA, DANN aktiviere F41. WENN F11 = NEIN UND F41 nicht leer, DANN aktiviere F40.",
    ],
)
def test_a_rule_that_is_not_understood_changes_nothing_but_what_is_sure(rule: str, tmp_path: Path) -> None:
    """Neither half a rule, nor a guess, nor what would shut an element out for good: the words are kept instead."""
    reading = read(tmp_path, rule)
    understood = {"F41"} if "aktiviere F41. WENN F11 = NEIN" in rule else set()
    assert set(conditions(reading)) == understood
    assert reading.rules.readings[0].status in {RuleStatus.UNREAD, RuleStatus.PARTLY}
    assert all(sentence.strip(" .") in rule for sentence in reading.form.unread_rules)
    assert reading.form.unread_rules


@pytest.mark.parametrize(
    "rule",
    [
        "Es muss mindestens eines der Felder F14 „Name“, F40 oder F41 befüllt sein.",
        "Wenn F13 nicht leer, dann darf F41 nicht leer sein.",
        "Wenn alle drei Felder F13, F14 und F16 befüllt sind, muss die Angabe stimmen.",
        "Wenn F11 = JA, ist F40 Pflicht.",
        "WENN F11 = JA, DANN wird F40 zum Pflichtfeld.",
        "WENN F11 = JA, DANN F40 = Pflichtfeld",
        "Das Feld F40 ist auszublenden.",
        "Bitte prüfen!",
    ],
)
def test_a_check_of_values_is_no_condition(rule: str, tmp_path: Path) -> None:
    """What only says which values go together is shown to editors in its own words."""
    reading = read(tmp_path, rule)
    assert conditions(reading) == {}
    assert [one.status for one in reading.rules.readings] == [RuleStatus.CHECK]
    assert [text.strip(".") for text in reading.form.unread_rules] == [rule.strip(".")]


def test_of_a_doubtful_element_only_exclusions_are_taken(tmp_path: Path) -> None:
    """Where one sentence about an element is not understood, another that includes it does not shut it out."""
    reading = read(
        tmp_path,
        "WENN F12 = 001, DANN aktiviere F40 UND deaktiviere G30.",
        "WENN F12 = 003, DANN deaktiviere F40.",
        "WENN F16 passt, DANN aktiviere F40.",
    )
    assert conditions(reading) == {"F40": Not(is_one_of("F12", "003")), "G30": Not(is_one_of("F12", "001"))}
    assert reading.form.unread_rules == ("WENN F16 passt, DANN aktiviere F40.",)


def test_several_rules_on_one_element(tmp_path: Path) -> None:
    """One that includes it is enough."""
    reading = read(tmp_path, "WENN F11 = JA, DANN aktiviere F40.", "WENN F12 = 002, DANN aktiviere F40.")
    assert conditions(reading) == {"F40": Either((YES, MARRIED))}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("WENN F11 = JA, DANN muss F40 befüllt sein.", Cardinality(1, 1)),
        ("WENN F11 = JA, DANN ist F40 Pflicht. WENN F11 = NEIN, DANN ist F40 auszublenden.", Cardinality(1, 1)),
        ("WENN F11 = JA, DANN aktiviere F40 UND mache es zu einer Pflichtangabe.", Cardinality(1, 1)),
        ("WENN F11 = JA, DANN aktiviere F40.", Cardinality(0, 1)),
        ("F40 ist nur dann zu befüllen, wenn F11 bejaht wurde.", Cardinality(0, 1)),
        ("WENN F11 = JA, DANN muss F40 befüllt sein. WENN F12 = 002, DANN aktiviere F40.", Cardinality(0, 1)),
    ],
)
def test_what_must_be_filled_wherever_it_is_asked(rule: str, expected: Cardinality, tmp_path: Path) -> None:
    """A rule that says so makes an element required, though the schema lets it be missing."""
    reading = read(tmp_path, rule)
    found = {element.path: element.cardinality for element in reading.form.walk()}
    assert found["G10/F40"] == expected


def test_one_of_two(tmp_path: Path) -> None:
    """The first may be left out; where it is, the second must be there, and else it is not asked."""
    reading = read(tmp_path, "Es muss entweder Feld F40 „Nachweis“ oder Feld F41 „Weitere Angaben“ befüllt werden.")
    assert conditions(reading) == {"F41": Not(Filled("G10/F40"))}
    found = {element.path: element.cardinality for element in reading.form.walk()}
    assert (found["G10/F40"], found["G10/F41"]) == (Cardinality(0, 1), Cardinality(1, 1))


def test_one_of_two_that_a_question_decides(tmp_path: Path) -> None:
    """Where rules say which of the two it is, nothing more is to be asked."""
    reading = read(
        tmp_path,
        "Entweder muss F40 oder F41 befüllt sein.",
        "WENN F11 = JA, DANN aktiviere F40, SONST aktiviere F41.",
    )
    assert conditions(reading) == {"F40": YES, "F41": Not(YES)}


@pytest.mark.parametrize("first", ["F14", "G10.F40", "F99"])
def test_one_of_two_that_must_be_there_anyway(first: str, tmp_path: Path) -> None:
    """What is no choice between two optional neighbours stays a rule in words."""
    second = "F40" if first == "G10.F40" else "F41"
    reading = read(tmp_path, f"Es muss entweder {first} oder {second} befüllt werden.")
    assert conditions(reading) == {}
    assert len(reading.form.unread_rules) == 1


# ── which element is meant ─────────────────────────────────────────────────────────────────────────────────────────

RULE = "WENN F1 = JA, DANN aktiviere F2."


def paths(folder: Path, *inner: str, rules: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """The paths that the condition at each path looks at."""
    reading = read_with_notes(written(folder, schema(*inner, rules=rules)))
    found = {element.path: element.condition for element in reading.form.walk()}
    return {path: {condition.path} for path, condition in found.items() if isinstance(condition, Equals)}


def test_the_nearest_element_is_meant(tmp_path: Path) -> None:
    """Seen from the rule: in its own group first, then in those around."""
    inner = group("G2", field("F1", "bool"), field("F2"), rules=(RULE,))
    assert paths(tmp_path, group("G1", field("F1", "bool"), field("F2"), inner)) == {"G1/G2/F2": {"G1/G2/F1"}}
    inner = group("G2", field("F2"), rules=(RULE,))
    assert paths(tmp_path, group("G1", field("F1", "bool"), inner)) == {"G1/G2/F2": {"G1/F1"}}


def test_a_rule_holds_wherever_its_group_stands(tmp_path: Path) -> None:
    """A group that occurs twice brings its rule twice."""
    inner = group("G2", field("F1", "bool"), field("F2"), rules=(RULE,))
    assert paths(tmp_path, group("G1", inner), group("G3", inner)) == {
        "G1/G2/F2": {"G1/G2/F1"},
        "G3/G2/F2": {"G3/G2/F1"},
    }


def test_several_equally_near_elements_are_none(tmp_path: Path) -> None:
    """Nobody can know which one is meant."""
    same = (group("G1", field("F1", "bool")), group("G3", field("F1", "bool")), field("F2"))
    assert paths(tmp_path, *same, rules=(RULE,)) == {}


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ("G3.F1", "G3/F1"),
        ("G3.G4.F1", "G3/G4/F1"),
        ("G9.G4.F1", "G3/G4/F1"),
        ("F1 in der Gruppe G3", "G3/F1"),
        ("G9.F1", None),
    ],
)
def test_a_path_tells_which_one_is_meant(told: str, path: str | None, tmp_path: Path) -> None:
    """Its beginning may be out of date as long as a group and the field are left; less is no path."""
    inner = (
        group("G1", field("F1", "bool")),
        group("G3", field("F1", "bool"), group("G4", field("F1", "bool"))),
        field("F2"),
    )
    rule = RULE.replace("F1", told)
    assert paths(tmp_path, *inner, rules=(rule,)) == ({"F2": {path}} if path else {})


def test_the_shorter_ids_of_2_0_are_known(tmp_path: Path) -> None:
    """Rules were not always rewritten when a schema was converted."""
    inner = (field("F60000000001", "bool"), field("F60000000002"))
    rule = "WENN F60000001 = JA, DANN aktiviere F60000002."
    assert paths(tmp_path, *inner, rules=(rule,)) == {"F60000000002": {"F60000000001"}}


def test_a_rule_at_a_field_is_read_in_its_group(tmp_path: Path) -> None:
    """Version 2.0 lets rules stand at fields."""
    ruled = field("F2", more=f"<x:regel><x:definition>{RULE}</x:definition></x:regel>")
    assert paths(tmp_path, group("G1", field("F1", "bool"), ruled)) == {"G1/F2": {"G1/F1"}}


def test_a_condition_that_two_others_make_impossible_is_not_taken(tmp_path: Path) -> None:
    """A field that is asked only without children cannot decide what is asked of people with children."""
    reading = read(
        tmp_path,
        "WENN F11 = NEIN, DANN aktiviere F15, SONST deaktiviere F15.",
        "WENN F11 = JA UND F15 = JA, DANN aktiviere F40.",
    )
    assert conditions(reading) == {"F15": is_one_of("F11", "no")}
    assert reading.form.unread_rules == ("WENN F11 = JA UND F15 = JA, DANN aktiviere F40",)


def test_a_long_chain_is_read(tmp_path: Path) -> None:
    """Each question may depend on the one before."""
    inner = [field(f"F{number}", "bool") for number in range(100, 160)]
    rules = tuple(f"WENN F{number} = JA, DANN aktiviere F{number + 1}." for number in range(100, 159))
    assert len(paths(tmp_path, *inner, rules=rules)) == 59


def test_what_cannot_be_weighed_in_time_is_left_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule must be proved to leave every element reachable."""
    monkeypatch.setattr("knowledge.forms.rule_logic._MAX_STEPS", 3)
    assert conditions(read(tmp_path, "WENN F11 = JA UND F12 = 002 UND F13 > 2, DANN aktiviere G20.")) == {}


def test_a_rule_without_end_is_left_unread(tmp_path: Path) -> None:
    """Length and depth of what is read are bounded."""
    deep = f"WENN {'(' * 50}F11 = JA{')' * 50}, DANN aktiviere G20."
    long = "WENN F11 = JA, DANN aktiviere " + ", ".join(["G20"] * 5000)
    assert conditions(read(tmp_path, deep, long)) == {}
