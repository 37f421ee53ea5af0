"""The script of an answer: what is told in the order of its blocks, and what stands beside it to be asked for."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.model import Aspect, Language
from voice.prompts import Prompts
from voice.spoken.told import Told, tell


@dataclass(frozen=True, slots=True)
class Aside:
    """A part that is told where it is asked for; ``question`` offers it, ``is_asked`` unasked."""

    key: str
    question: tuple[Told, ...]
    told: tuple[Told, ...]
    is_asked: bool = False
    phrases: tuple[str, ...] = ()


@dataclass(slots=True)
class Script:
    """What an answer tells, and what it has beside."""

    told: list[Told] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes sentences in one language: quoted texts, and the line's own around them."""

    prompts: Prompts
    language: Language
    aspects: frozenset[Aspect] = frozenset()

    def frame(self, key: str, **values: object) -> tuple[Told, ...]:
        """The line's own sentence; values stand in it as they are written, and are read like the rest of it."""
        text = self.prompts.text(key, self.language, **{name: str(value) for name, value in values.items()})
        return tell(text, self.language)

    def quote(self, text: str) -> tuple[Told, ...]:
        """The sentences of a quoted text."""
        return tell(text, self.language)

    def items(self, texts: Iterable[str]) -> tuple[Told, ...]:
        """The items of a list, each a sentence or more."""
        return tuple(told for text in texts for told in tell(text, self.language, is_item=True))

    def aside(
        self, key: str, told: Iterable[Told], *, question: str = "", is_asked: bool = False, **values: object
    ) -> Aside:
        """A part to be asked for, with the question ``offer.<key>`` and the words ``asks.<key>``."""
        asked = self.frame(f"offer.{question or key}", **values)
        return Aside(
            key, asked, tuple(told), is_asked=is_asked, phrases=self.prompts.words(f"asks.{key}", self.language)
        )
