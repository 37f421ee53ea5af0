"""The wish for a person, told by fixed patterns in all languages at once: nobody must want one in vain."""

from dataclasses import replace

from assistant.model import Intent, Language, ScoredIntent, Understanding
from assistant.ports import NluEngine
from nlu.patterns import Patterns, plain

_SURE = 0.99
_KEPT = 5


class HumanListener:
    """Implements ``assistant.ports.NluEngine`` around another: puts the wish for a person first where it is said.

    The patterns stand in ``nlu/data/human.yaml``. Whatever they do not hear stays as the other engine understood it.
    """

    def __init__(self, engine: NluEngine) -> None:
        self._engine = engine
        self._patterns = Patterns.load("human")

    @property
    def name(self) -> str:
        return self._engine.name

    async def parse(self, text: str, language: Language) -> Understanding:
        understood = await self._engine.parse(text, language)
        if understood.confidence_of(Intent.HUMAN) >= _SURE or not self.hears(text):
            return understood
        return replace(understood, intents=_put_first(understood.intents))

    async def ping(self) -> None:
        await self._engine.ping()

    def hears(self, text: str) -> bool:
        """Whether a text asks for a person, in any of the languages."""
        words = plain(text)
        languages = self._patterns.written_as(words)
        if any(language.says("alone", words) for language in languages):
            return True
        sentences = [f" {sentence.strip()} " for sentence in words.split(" . ")]
        return any(
            language.says("wish", sentence) and not language.takes_back(sentence)
            for language in languages
            for sentence in sentences
        )


def _put_first(intents: tuple[ScoredIntent, ...]) -> tuple[ScoredIntent, ...]:
    """The wish for a person before the others, which share what is left of certainty."""
    others = [scored for scored in intents if scored.intent is not Intent.HUMAN][: _KEPT - 1]
    left = [replace(scored, confidence=scored.confidence * (1 - _SURE)) for scored in others]
    return (ScoredIntent(Intent.HUMAN, _SURE), *left)
