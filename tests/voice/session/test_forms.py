"""Filling in a form by telephone: each kind of field, by voice and by keys."""

from dataclasses import replace

import pytest

from assistant.model import (
    Answer,
    AnswerStatus,
    FieldKind,
    FormStep,
    Language,
    Source,
    SourceKind,
    WalkMode,
)
from tests.voice.session.script import Book, Script, prompt, spoken
from voice.session.keypad import keys_of
from voice.session.moves import Expected, FindPerson

SOURCE = Source(SourceKind.FORM, "meldung", "Anmeldung")
STEP = FormStep("Anmeldung", "Feld", SOURCE, 1, 9, "feld", mode=WalkMode.FILL, kind=FieldKind.TEXT)
MOVES = (("Weiter", "form:next"), ("Zurück", "form:back"), ("Warum wird das gefragt", "form:why"))
VALUES = (("Ja", "form:value:yes"), ("Nein", "form:value:no"), *MOVES)

SPELLED = "Aachen, Berlin, Klammeraffe, Chemnitz. Punkt, Düsseldorf, Essen"


def at(kind: FieldKind | None, choices: tuple[tuple[str, str], ...] = MOVES, mode: WalkMode = WalkMode.FILL) -> Script:
    """A talk that stands at a field of that kind."""
    step = replace(STEP, kind=kind, mode=mode)
    given = Answer(AnswerStatus.ANSWERED, Language.DE, (step,))
    book = Book().add("formular", spoken("Schritt eins von neun: Feld.", choices=choices), given)
    book.told["form"] = book.told["formular"]
    return Script(book).say("formular")


def two_keys(word: str) -> str:
    """The keys of a word, two for each letter."""
    return "".join(keys_of(letter) for letter in word)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FieldKind.TEXT, Expected.NAME),
        (FieldKind.DATE, Expected.DATE),
        (FieldKind.POSTCODE, Expected.DIGITS),
        (FieldKind.AMOUNT, Expected.DIGITS),
        (FieldKind.YES_NO, Expected.CHOICE),
    ],
)
def test_a_field_tells_how_long_to_listen(kind: FieldKind, expected: Expected) -> None:
    """Names, digits and dates are said with pauses."""
    script = at(kind)
    assert script.ask is not None
    assert script.ask.expected is expected


def test_a_name_that_was_heard_well_goes_into_the_form() -> None:
    """Without a question back."""
    assert at(FieldKind.TEXT).say("meier", 0.95).consulted[-1] == "meier"


def test_a_name_that_was_not_heard_well_is_confirmed() -> None:
    """A no asks again, a yes enters it."""
    script = at(FieldKind.TEXT).say("meier", 0.6)
    assert script.heard == [prompt("confirm.understood", what="meier")]
    assert script.say("nein").heard == [prompt("confirm.say_again")]
    assert script.say("maier", 0.6).say("ja").consulted[-1] == "maier"


def test_a_spelled_name_is_put_together_and_confirmed() -> None:
    """As it is written."""
    script = at(FieldKind.TEXT).say("em wie martha ü doppel el e er")
    assert script.heard == [prompt("confirm.understood", what="Müller")]
    assert script.say("ja").consulted[-1] == "Müller"


def test_a_postcode_by_voice_and_by_keys() -> None:
    """Read back before it is entered; too short a one is not."""
    script = at(FieldKind.POSTCODE).say("zwei acht eins neun fünf")
    assert script.heard == [prompt("dictation.read_back", what="zwei acht eins, neun fünf")]
    assert script.say("ja").consulted[-1] == "28195"
    assert at(FieldKind.POSTCODE).key("28195").key("1").consulted[-1] == "28195"
    script = at(FieldKind.POSTCODE).key("281#").say("ja")
    assert script.heard[0].startswith("Da fehlt noch etwas")


def test_a_date_is_entered_as_it_is_written() -> None:
    """After it was read back; words that are no date are left to the dialogue."""
    script = at(FieldKind.DATE).say("erster februar neunzehnhundertachtzig")
    assert script.heard == [prompt("confirm.understood", what="erster februar neunzehnhundertachtzig")]
    assert script.say("ja").consulted[-1] == "01.02.1980"
    assert at(FieldKind.DATE).say("weiß ich gerade nicht").consulted[-1] == "weiß ich gerade nicht"


def test_an_amount_is_entered_as_a_number() -> None:
    """Not as its words."""
    assert at(FieldKind.AMOUNT).say("siebenunddreißig").say("ja").consulted[-1] == "37"


@pytest.mark.parametrize(
    ("kind", "keys", "told", "value"),
    [
        (FieldKind.DATE, "03051980", "03.05.1980", "03.05.1980"),
        (FieldKind.AMOUNT, "61250#", "612,50\N{NO-BREAK SPACE}€", "612,50"),
        (FieldKind.NUMBER, "065#", "65", "65"),
        (FieldKind.TEXT, f"{two_keys('am')}11{two_keys('wall12')}#", "Am Wall12", "Am Wall12"),
        (FieldKind.EMAIL, f"{two_keys('ab')}14{two_keys('c')}12{two_keys('de')}#", SPELLED, "ab@c.de"),
    ],
)
def test_every_field_can_be_entered_by_keys(kind: FieldKind, keys: str, told: str, value: str) -> None:
    """Letters by two keys each; read back, then entered by the key for yes."""
    script = at(kind).key(keys)
    assert script.heard == [prompt("confirm.understood", what=told)]
    assert script.key("1").consulted[-1] == value


@pytest.mark.parametrize("kind", [kind for kind in FieldKind if kind.is_entered])
def test_no_field_needs_a_voice(kind: FieldKind) -> None:
    """A key begins its value, or chooses it."""
    is_chosen = kind in {FieldKind.YES_NO, FieldKind.CHOICE}
    script = at(kind, VALUES if is_chosen else MOVES).key("2")
    if is_chosen:
        assert script.consulted[-1] == "form:value:no"
    else:
        assert script.heard == []
        assert script.ask is not None
        assert script.ask.expected is Expected.DIGITS


@pytest.mark.parametrize(
    ("kind", "keys", "asked"),
    [
        (FieldKind.DATE, "31021980", "dictation.day_keys"),
        (FieldKind.DATE, "0305#", "dictation.day_keys"),
        (FieldKind.AMOUNT, "5#", "dictation.sum_keys"),
        (FieldKind.NUMBER, "1*#", "dictation.digits"),
        (FieldKind.TEXT, "29#", "dictation.text_keys"),
    ],
)
def test_keys_that_make_no_such_value_are_asked_for_again(kind: FieldKind, keys: str, asked: str) -> None:
    """With a word on how it is keyed; nothing is entered."""
    script = at(kind)
    consulted = script.consulted[:]
    assert script.key(keys).heard == [prompt(asked)]
    assert script.consulted == consulted


def test_a_value_keyed_wrongly_is_keyed_again() -> None:
    """After the key for no."""
    script = at(FieldKind.DATE).key("03051980").key("2")
    assert script.heard == [prompt("dictation.day_keys")]
    assert script.key("04051980").key("1").consulted[-1] == "04.05.1980"


def test_a_person_is_one_key_away_where_a_word_is_to_be_entered() -> None:
    """No word begins with nought."""
    assert at(FieldKind.TEXT).key("0").did(FindPerson)


@pytest.mark.parametrize(("said", "payload"), [("ja", "form:value:yes"), ("nein", "form:value:no")])
def test_a_yes_or_no_of_the_form_is_chosen(said: str, payload: str) -> None:
    """By voice, confirmed where it was not clear, or by its key."""
    assert at(FieldKind.YES_NO, VALUES).say(said).consulted[-1] == payload
    script = at(FieldKind.YES_NO, VALUES).say(said, 0.6)
    assert script.heard == [prompt("confirm.understood", what=said.capitalize())]
    assert at(FieldKind.YES_NO, VALUES).key("2").consulted[-1] == "form:value:no"


@pytest.mark.parametrize(
    ("said", "payload"), [("weiter", "form:next"), ("warum wird das gefragt", "form:why"), ("zurück", "form:back")]
)
def test_the_moves_of_a_form_work_at_every_field(said: str, payload: str) -> None:
    """In filling in and in explaining."""
    assert at(FieldKind.TEXT).say(said).consulted[-1] == payload
    assert at(FieldKind.TEXT, mode=WalkMode.EXPLAIN).say(said).consulted[-1] == payload


def test_hash_goes_on_in_a_form_that_is_filled_in() -> None:
    """The keys alone lead through it."""
    assert at(FieldKind.TEXT).key("#").consulted[-1] == "form:next"


def test_a_form_that_is_explained_tells_once_how_to_go_on() -> None:
    """In a word from then on; a yes goes on."""
    script = at(FieldKind.TEXT, mode=WalkMode.EXPLAIN)
    assert script.heard[-1] == prompt("form.how")
    script.book.add("form:next", script.book.told["formular"], script.book.answers["formular"])
    script.say("ja")
    assert script.consulted[-1] == "form:next"
    assert script.heard[-1] == prompt("form.go_on")


def test_who_leaves_a_form_gets_the_code_to_go_on_with() -> None:
    """Again as often as wanted, then the call ends."""
    script = at(FieldKind.TEXT)
    script.book.add("form:code", spoken("Ihr Code ist eins zwei drei."))
    assert script.say("auf wiederhören").heard == ["Ihr Code ist eins zwei drei.", prompt("callback.code_again")]
    assert script.say("ja").heard[0] == "Ihr Code ist eins zwei drei."
    assert script.say("nein").is_over
    assert script.last == prompt("end.goodbye")
