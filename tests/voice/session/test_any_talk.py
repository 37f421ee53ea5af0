"""Whatever a caller does, in whatever order: the talk always has something to say, or comes to its end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.model import Heard, Hypothesis, TransferOutcome
from tests.voice.session.script import FEE, TARGET, Book, Script, answer, offer, replies, spoken
from voice.session.moves import Deaf, EndReason, Keyed, MustEnd, Mute, Reaction, Said, Silent, Unheard

WORDS = st.sampled_from([
    "was kostet ein reisepass", "und wie lange", "ja", "nein", "weiter", "zurück", "mitarbeiter", "moment bitte",
    "noch mal", "langsamer", "lauter", "hilfe", "hauptmenü", "rückruf", "ich habe einen code", "english please",
    "auf deutsch", "null vier zwei eins drei sechs eins", "nein drei sieben eins", "fertig", "löschen", "alles löschen",
    "ka sieben er em", "das zweite", "ausweis", "kauderwelsch", "danke", "ich bin wieder da", "von vorne", "call back",
])  # fmt: skip
REACTIONS: st.SearchStrategy[Reaction] = st.one_of(
    st.builds(
        lambda text, confidence, continues: Said(Heard((Hypothesis(text, confidence),)), continues),
        WORDS,
        st.sampled_from([0.1, 0.4, 0.65, 0.95]),
        st.booleans(),
    ),
    st.builds(Keyed, st.sampled_from("0123456789*#ABCD")),
    st.just(Silent()),
    st.just(Unheard()),
    st.just(Unheard(is_long=True)),
    st.just(Deaf()),
    st.just(Mute()),
)
ENDING = st.sampled_from(list(EndReason))


def office() -> Book:
    """An office that answers, asks back, offers, and has examples."""
    rest = offer("rest", "Weiter?", "Eins.", "Zwei.")
    asked = spoken("Was meinen Sie?", choices=(("Reisepass", "service:r"), ("Ausweis", "service:p")), asks=True)
    examples = answer("act:capabilities", quick_replies=replies({"Pass": "service:r", "Ausweis": "service:p"}))
    return (
        Book()
        .add("was kostet ein reisepass", FEE)
        .add("und wie lange", spoken("Kurz.", offers=(rest,)))
        .add("ausweis", asked)
        .add("service:r", FEE)
        .add("service:p", spoken("Das geht nicht.", needs_person=True))
        .add("act:capabilities", spoken("Beispiele."), examples)
    )


@pytest.mark.slow
@settings(max_examples=300)
@given(
    reactions=st.lists(REACTIONS, max_size=40),
    outcome=st.sampled_from(list(TransferOutcome)),
    target=st.sampled_from([TARGET, None]),
    is_dead=st.booleans(),
    reason=ENDING,
)
def test_any_talk_goes_on_or_ends(
    reactions: list[Reaction], outcome: TransferOutcome, target: object, is_dead: bool, reason: EndReason
) -> None:
    """No error, no silence after something was said, and an end when the line wants it."""
    script = Script(office(), target=TARGET if target else None, outcome=outcome, office_is_dead=is_dead)
    for reaction in reactions:
        heard = script.send(reaction).heard
        is_patient = isinstance(reaction, Unheard | Keyed)  # waiting, or in the middle of a number
        assert heard or is_patient or script.is_over
        if script.is_over:
            return
    assert script.send(MustEnd(reason)).is_over
    assert script.heard


def test_a_talk_with_nothing_but_silence_ends() -> None:
    """Not after hours."""
    script = Script(office())
    for _ in range(10):
        if not script.is_over:
            script.silent()
    assert script.is_over
