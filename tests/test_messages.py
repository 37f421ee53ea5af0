"""The message catalogue: complete languages, filled placeholders, a city's own wordings."""

from string import Formatter

import pytest

from assistant.errors import ConfigError
from assistant.messages import TomlMessages
from assistant.model import Language

MESSAGES = TomlMessages()


def fields(template: str) -> set[str]:
    """The names of a template's placeholders."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("language", [Language.DE, Language.EN])
def test_a_language_on_offer_has_every_message(language: Language) -> None:
    """Nobody gets half a page in another language."""
    assert language in MESSAGES.languages
    assert MESSAGES.keys(language) == MESSAGES.keys(Language.DE)


@pytest.mark.parametrize("key", sorted(MESSAGES.keys(Language.EN)))
def test_translations_use_the_same_placeholders(key: str) -> None:
    """A value that one language tells must not be missing in another."""
    german, english = (MESSAGES.template(key, language) for language in (Language.DE, Language.EN))
    assert fields(german) == fields(english)


def test_a_missing_language_falls_back_to_german() -> None:
    """A message that a language lacks is told in German rather than not at all."""
    assert MESSAGES.text("quick.fee", Language.FA) == MESSAGES.text("quick.fee", Language.DE)


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
