"""What the talk needs of the mouth: answers, moments and names as they are said."""

from datetime import datetime
from typing import Protocol

from assistant.model import Answer, Language
from voice.spoken.answer import SpokenAnswer


class Wording(Protocol):
    """Turns what the office says into what is heard."""

    def answer(self, answer: Answer) -> SpokenAnswer:
        """An answer as it is told."""
        ...

    def moment(self, at: datetime, language: Language) -> str:
        """A date and a time of day, as it stands after "spätestens"."""
        ...

    def text(self, text: str, language: Language) -> str:
        """A title or a name in words, without digits and marks."""
        ...
