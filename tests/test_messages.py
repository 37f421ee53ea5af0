"""The message catalogue: complete languages, filled placeholders, a city's own wordings."""

import re
from string import Formatter

import pytest

from assistant.errors import ConfigError
from assistant.messages import TomlMessages
from assistant.model import Language, Register
from assistant.model.figures import figures

MESSAGES = TomlMessages()


def fields(template: str) -> set[str]:
    """The names of a template's placeholders."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("language", Language)
def test_a_language_on_offer_has_every_message(language: Language) -> None:
    """Nobody gets half a page in another language."""
    assert language in MESSAGES.languages
    read_by_citizens = {key for key in MESSAGES.keys(Language.DE) if not key.startswith("desk.")}
    assert MESSAGES.keys(language) >= read_by_citizens
    assert MESSAGES.keys(language) <= MESSAGES.keys(Language.DE)


@pytest.mark.parametrize("language", Language)
def test_translations_use_the_same_placeholders(language: Language) -> None:
    """A value that one language tells must not be missing in another."""
    for key in MESSAGES.keys(Language.DE):
        assert fields(MESSAGES.template(key, language)) == fields(MESSAGES.template(key, Language.DE)), key


@pytest.mark.parametrize("language", Language)
def test_translations_hold_the_same_figures(language: Language) -> None:
    """No telephone number or emergency number is lost or invented in a translation."""
    for key in MESSAGES.keys(Language.DE):
        if not key.startswith(("choose.", "page.date")):
            assert figures(MESSAGES.template(key, language)) == figures(MESSAGES.template(key, Language.DE)), key


def test_plain_german_says_it_more_plainly() -> None:
    """In plain language some messages are worded otherwise, none is missing, and placeholders stay."""
    plain = MESSAGES.in_register(Register.PLAIN)
    keys = MESSAGES.keys(Language.DE)
    assert plain.keys(Language.DE) == keys
    assert any(plain.template(key, Language.DE) != MESSAGES.template(key, Language.DE) for key in keys)
    for key in keys:
        assert fields(plain.template(key, Language.DE)) == fields(MESSAGES.template(key, Language.DE)), key


@pytest.mark.parametrize("language", [Language.DE, Language.EN])
def test_on_the_telephone_nothing_is_to_be_read_or_pressed(language: Language) -> None:
    """What is worded for the ear differs, tells no figure or value that the usual wording has not, and is no gap."""
    spoken = MESSAGES.on_phone()
    differing = [
        key for key in MESSAGES.keys(language) if spoken.template(key, language) != MESSAGES.template(key, language)
    ]
    assert "dialogue.handoff_queued" in differing
    assert spoken.keys(language) == MESSAGES.keys(language)
    for key in differing:
        assert fields(spoken.template(key, language)) <= fields(MESSAGES.template(key, language)), key
        assert figures(spoken.template(key, language)) <= figures(MESSAGES.template(key, language)), key
    hands_on = re.compile(r"(?<!be)schreib|klick|drück|menü|\bwrite|click|\bpress\b", re.IGNORECASE)
    told = [key for key in MESSAGES.keys(language) if key.startswith("dialogue.")]
    assert [key for key in told if hands_on.search(spoken.template(key, language))] == []


def test_what_is_plain_stays_plain_on_the_telephone() -> None:
    """The order of the two does not matter; a city's own wording stands above both."""
    own = TomlMessages({Language.DE: {"dialogue.unclear": "Wat?"}})
    for messages in (own.on_phone().in_register(Register.PLAIN), own.in_register(Register.PLAIN).on_phone()):
        assert messages.text("dialogue.unclear", Language.DE) == "Wat?"
        plain = MESSAGES.in_register(Register.PLAIN).template("dialogue.status", Language.DE)
        assert messages.template("dialogue.status", Language.DE) == plain
        assert "Mitarbeiter" in messages.template("dialogue.error", Language.DE)


def test_a_language_without_plain_texts_keeps_its_usual_ones() -> None:
    """Who asks for plain language in another language is answered all the same."""
    plain = MESSAGES.in_register(Register.PLAIN)
    assert plain.text("quick.fee", Language.TR) == MESSAGES.text("quick.fee", Language.TR)


def test_a_citys_own_wording_stands_in_every_register() -> None:
    """What a city words itself is said so in plain language as well."""
    own = TomlMessages({Language.DE: {"dialogue.bye": "Moin!"}}).in_register(Register.PLAIN)
    assert own.text("dialogue.bye", Language.DE) == "Moin!"


def test_an_unknown_message_is_an_error() -> None:
    """A misspelt key shows in the tests, not to citizens."""
    with pytest.raises(KeyError):
        MESSAGES.text("dialogue.nothing", Language.DE)


def test_a_city_words_a_message_its_own_way() -> None:
    """What a city overrides is said its way, in that language only."""
    messages = TomlMessages({Language.DE: {"dialogue.greet": "Moin!"}})
    assert messages.text("dialogue.greet", Language.DE) == "Moin!"
    assert messages.text("dialogue.greet", Language.EN) != "Moin!"


@pytest.mark.parametrize("override", [{"dialogue.gret": "Moin!"}, {"dialogue.greet": "Moin, {name}!"}])
def test_an_override_that_could_not_be_told_is_refused(override: dict[str, str]) -> None:
    """A wrong key or placeholder is found at the start, not in the middle of a conversation."""
    with pytest.raises(ConfigError, match=r"texts\.overrides"):
        TomlMessages({Language.DE: override})
