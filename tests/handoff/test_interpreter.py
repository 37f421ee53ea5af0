"""Translation beside the chat: checked, kept, never in the way."""

import pytest

from assistant.handoff.interpreter import Interpreter
from assistant.model import Language
from tests.fakes_translator import FakeTranslator, pretend

TURKISH = frozenset({Language.TR})


async def test_a_translation_is_made_once() -> None:
    """The same words are not sent to the translator twice."""
    translator = FakeTranslator()
    interpreter = Interpreter(translator, TURKISH)
    assert interpreter.known("kaç para", Language.TR) is None
    for _ in range(2):
        assert await interpreter.translate("kaç para", Language.TR) == pretend("kaç para")
    assert interpreter.known("kaç para", Language.TR) == pretend("kaç para")
    assert translator.asked == [("kaç para",)]


@pytest.mark.parametrize(
    ("text", "said"), [("70 euro", "80 euro"), ("70 euro", ""), ("siehe https://bremen.de", "siehe"), ("Ok", "Ok")]
)
async def test_what_does_not_hold_is_not_told(text: str, said: str) -> None:
    """Another figure, a lost address, nothing, or the same words: there is no translation, and none is tried anew."""
    translator = FakeTranslator()
    translator.answers[text] = said
    interpreter = Interpreter(translator, TURKISH)
    assert await interpreter.translate(text, Language.TR) is None
    assert not interpreter.is_due(text, Language.TR)


async def test_an_outage_passes() -> None:
    """A translator that is down costs this translation, not the next try."""
    translator = FakeTranslator()
    interpreter = Interpreter(translator, TURKISH)
    translator.broken = True
    assert await interpreter.translate("kaç para", Language.TR) is None
    translator.broken = False
    assert await interpreter.translate("kaç para", Language.TR) is not None


async def test_patience_ends() -> None:
    """A translator that never answers holds nobody up."""
    translator = FakeTranslator()
    translator.stuck = True
    assert await Interpreter(translator, TURKISH, patience_s=0.01).translate("kaç para", Language.TR) is None


async def test_only_known_languages() -> None:
    """German to German, and languages the translator was not set up for, are left alone."""
    translator = FakeTranslator()
    interpreter = Interpreter(translator, TURKISH)
    assert await interpreter.translate("hallo", Language.DE, Language.DE) is None
    assert await interpreter.translate("bonjour", Language.FR) is None
    assert await interpreter.translate("hallo", Language.DE, Language.TR) == pretend("hallo")
    assert translator.asked == [("hallo",)]
