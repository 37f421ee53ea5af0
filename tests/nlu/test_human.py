"""Whoever wants a person is heard, whatever the trained engine makes of it; whoever speaks of one is left alone."""

import random
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.bootstrap import understanding
from assistant.config import load_settings
from assistant.model import Intent, Language, ScoredIntent, Understanding
from nlu.data import load
from nlu.human import HumanListener
from nlu.rasa_engine import RasaEngine
from tests.fakes_nlu import FakeNlu

SAYINGS = Path(__file__).parent / "data"
CONFIG = Path(__file__).parents[2] / "config/bremen.toml"
LANGUAGES = ("de", "en", "tr", "ar", "ru", "uk", "fr", "pl", "fa")
LONGEST = 2000
LEAST_HELD_OUT, MOST_MISTAKEN = 0.9, 0.02
WISH = "Ich möchte mit einem Menschen sprechen"
LISTENER = HumanListener(FakeNlu())


class Deaf(FakeNlu):
    """Understands whatever it is asked in the one way it was given."""

    def __init__(self, *intents: ScoredIntent) -> None:
        super().__init__("deaf")
        self.intents = intents

    async def parse(self, text: str, language: Language) -> Understanding:
        return replace(await super().parse(text, language), intents=self.intents)


def sayings(language: str) -> dict[str, list[str]]:
    """The sayings in ``data/human.<language>.yaml``: those that wish for a person, and those that do not."""
    content: dict[str, list[str]] = yaml.safe_load((SAYINGS / f"human.{language}.yaml").read_text(encoding="utf-8"))
    return content


def held_out() -> list[tuple[str, bool]]:
    """What was written down before there were patterns, and whether it wishes for a person."""
    content = yaml.safe_load((SAYINGS / "human_heldout.yaml").read_text(encoding="utf-8"))
    return [(text, kind == "human") for kinds in content.values() for kind, texts in kinds.items() for text in texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wish_for_a_person_is_heard(language: str) -> None:
    """Whoever asks to speak with somebody, to be put through or called back is heard, as people say it at home."""
    wishes = sayings(language)["human"]
    assert len(wishes) >= 25
    assert [text for text in wishes if not LISTENER.hears(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_speaks_of_people_is_no_wish_for_one(language: str) -> None:
    """Who asks whom to turn to, who may act for whom, or what is spoken gets an answer, not a hand-off."""
    others = sayings(language)["none"]
    assert len(others) >= 25
    assert [text for text in others if LISTENER.hears(text)] == []


def test_most_wishes_written_before_the_patterns_are_heard() -> None:
    """Most wishes that no pattern was made for are heard all the same, in all languages together."""
    wishes = [text for text, is_wish in held_out() if is_wish]
    assert len(wishes) == 10 * len(LANGUAGES)
    assert sum(LISTENER.hears(text) for text in wishes) >= LEAST_HELD_OUT * len(wishes)


def test_few_other_sentences_written_before_the_patterns_are_mistaken() -> None:
    """Of sentences with the same words that ask for something else hardly any is taken for a wish."""
    others = [text for text, is_wish in held_out() if not is_wish]
    assert len(others) == 10 * len(LANGUAGES)
    assert sum(LISTENER.hears(text) for text in others) <= MOST_MISTAKEN * len(others)


def test_one_sentence_of_several_is_enough() -> None:
    """What stands in another sentence takes no wish back."""
    assert LISTENER.hears("Ich habe gestern schon mit jemandem gesprochen. Verbinden Sie mich mit einem Mitarbeiter!")
    assert not LISTENER.hears("Ich habe gestern schon mit jemandem gesprochen. Wo bleibt mein Bescheid?")


async def test_the_wish_comes_first_and_the_rest_keeps_its_order() -> None:
    """The wish for a person is all but certain; the others share what is left, in their old proportions."""
    heard = HumanListener(Deaf(ScoredIntent(Intent.ASK_FEE, 0.6), ScoredIntent(Intent.STATE_NEED, 0.3)))
    understood = await heard.parse(WISH, Language.DE)
    assert [scored.intent for scored in understood.intents] == [Intent.HUMAN, Intent.ASK_FEE, Intent.STATE_NEED]
    assert [scored.confidence for scored in understood.intents] == pytest.approx([0.99, 0.006, 0.003])


async def test_a_doubtful_wish_becomes_a_certain_one() -> None:
    """Where the engine suspects the wish already, it is made certain and does not stand there twice."""
    heard = HumanListener(Deaf(ScoredIntent(Intent.HUMAN, 0.4), ScoredIntent(Intent.GREET, 0.35)))
    understood = await heard.parse(WISH, Language.DE)
    assert understood.intent is Intent.HUMAN
    assert understood.confidence == 0.99
    assert [scored.intent for scored in understood.intents] == [Intent.HUMAN, Intent.GREET]


async def test_five_intents_stay_five() -> None:
    """The least likely intent makes room."""
    engine = Deaf(*(ScoredIntent(intent, 0.2) for intent in list(Intent)[:5] if intent is not Intent.HUMAN))
    assert len((await HumanListener(engine).parse(WISH, Language.DE)).intents) == 5


async def test_it_goes_by_the_name_of_the_engine_it_stands_around() -> None:
    """Who answered and who is pinged is the engine behind."""
    engine = FakeNlu("behind")
    assert HumanListener(engine).name == "behind"
    assert (await HumanListener(engine).parse(WISH, Language.DE)).engine == "behind"


@pytest.mark.parametrize(("used", "parts"), [("spacy", ["embedded"]), ("rasa", ["rasa", "embedded"])])
async def test_whichever_engine_a_city_uses(monkeypatch: pytest.MonkeyPatch, used: str, parts: list[str]) -> None:
    """The wish is heard before the embedded engine and before Rasa; what is watched are the engines themselves."""
    monkeypatch.setattr(understanding, "embedded_engine", lambda _settings: FakeNlu("embedded"))
    monkeypatch.setattr(RasaEngine, "load", lambda *_given: FakeNlu("rasa"))
    settings = load_settings(CONFIG)
    opened = understanding.open_nlu(
        settings.model_copy(update={"nlu": settings.nlu.model_copy(update={"engine": used})})
    )
    assert (await opened.engine.parse(WISH, Language.DE)).intent is Intent.HUMAN
    assert [part.name for part in opened.parts] == parts


@pytest.mark.slow
@given(text=st.text(max_size=LONGEST))
async def test_nothing_else_changes(text: str) -> None:
    """Any text is accepted; unless a wish is heard the understanding is the engine's own, else only intents change."""
    engine = FakeNlu()
    plainly, understood = await engine.parse(text, Language.DE), await HumanListener(engine).parse(text, Language.DE)
    if LISTENER.hears(text):
        assert understood.intent is Intent.HUMAN
        assert replace(understood, intents=plainly.intents) == plainly
    else:
        assert understood == plainly


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_long_text_holds_the_turn_up(language: str) -> None:
    """The longest message takes a blink even if it is nothing but beginnings of what the patterns look for."""
    words = sorted(set(re.findall(r"[^\W\d_]{2,}", str(load("human")["languages"][language]))))
    chosen = random.Random(0).sample(words, 40)
    texts = [" ".join(chosen * 40)[:LONGEST], *(f"{word} " * (LONGEST // len(word) // 2) for word in chosen)]
    for text in texts:
        started = time.process_time()
        LISTENER.hears(text)
        assert time.process_time() - started < 0.25, text[:40]
