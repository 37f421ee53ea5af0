"""Buttons, and the words that choose among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dialogue.choices import Choice, match_typed, read_payload, said_label, service_payload
from assistant.messages import TomlMessages
from assistant.model import Aspect, Intent, Language, QuickReply
from tests.dialogue.conftest import said

MESSAGES = TomlMessages()
OFFERED = (
    QuickReply("Personalausweis beantragen", "service:personalausweis#fee"),
    QuickReply("Vorläufiger Personalausweis", "service:vorlaeufiger-personalausweis#fee"),
    QuickReply("Personalausweis verloren oder gestohlen", "service:personalausweis-verlust#fee"),
    QuickReply("Nichts davon", "act:deny"),
)


@pytest.mark.parametrize(
    ("payload", "choice"),
    [
        ("service:hund#fee+where", Choice(service_id="hund", aspects=(Aspect.FEE, Aspect.WHERE))),
        ("service:hund", Choice(service_id="hund")),
        ("situation:umzug", Choice(situation_id="umzug")),
        ("act:human", Choice(act=Intent.HUMAN)),
        ("language:ar", Choice(language=Language.AR)),
        ("say:Was kostet ein Pass?", Choice(text="Was kostet ein Pass?")),
        ("act:unknown", None),
        ("service:hund#price", None),
        ("nonsense", None),
        ("say: ", None),
    ],
)
def test_payloads_are_read(payload: str, choice: Choice | None) -> None:
    """What a button carries is understood, and what no button carries is refused."""
    assert read_payload(payload) == choice


@given(st.text(max_size=60))
def test_no_payload_breaks_the_reader(payload: str) -> None:
    """A payload comes from outside and may be anything."""
    read_payload(payload)


@given(st.sampled_from(["hund", "reisepass"]), st.lists(st.sampled_from(Aspect), unique=True, max_size=3))
def test_service_payloads_come_back(service_id: str, aspects: list[Aspect]) -> None:
    """Writing and reading a payload are each other's inverse."""
    assert read_payload(service_payload(service_id, tuple(aspects))) == Choice(
        service_id=service_id, aspects=tuple(aspects)
    )


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("das erste", 0),
        ("2", 1),
        ("das letzte bitte", 2),
        ("den vorläufigen", 1),
        ("verloren", 2),
        ("Personalausweis beantragen", 0),
    ],
)
def test_typed_replies_choose(text: str, index: int) -> None:
    """People type instead of pressing, by number or by a word of the title."""
    assert match_typed(text, OFFERED, MESSAGES, Language.DE) == OFFERED[index]


@pytest.mark.parametrize("text", ["Personalausweis", "was kostet das", "das vierte", "Führerschein"])
def test_unclear_replies_choose_nothing(text: str) -> None:
    """What fits several buttons or none is not guessed."""
    assert match_typed(text, OFFERED, MESSAGES, Language.DE) is None


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("vorläufiger personalausweis", "service:vorlaeufiger-personalausweis#fee"),
        ("Nichts davon!", "act:deny"),
        ("personalausweis", None),
        ("", None),
    ],
)
def test_a_label_said_word_for_word_is_its_choice(text: str, choice: str | None) -> None:
    """Signs and capitals aside; anything less is left to the words."""
    assert said_label(said(text), OFFERED).choice == choice


def test_a_pressed_button_stays_what_was_pressed() -> None:
    """Whatever its label says elsewhere."""
    assert said_label(said("Nichts davon", "act:human"), OFFERED).choice == "act:human"
