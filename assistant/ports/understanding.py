"""What people mean."""

from typing import Protocol

from assistant.model import DetectedLanguage, Distress, Language, MaskedText, ScoredWish, Understanding
from assistant.ports.operation import Pingable


class LanguageDetector(Protocol):
    """Tells the language of short texts."""

    def detect(self, text: str) -> DetectedLanguage:
        """The language of ``text``; None where it gives no hint ("ok", "Reisepass?", "123")."""
        ...


class PersonalDataMasker(Protocol):
    """Finds personal data in what people write."""

    def mask(self, text: str) -> MaskedText:
        """``text`` with personal data replaced by placeholders; idempotent; what is not personal stays untouched."""
        ...


class NluEngine(Pingable, Protocol):
    """Tells intents and entities of one question."""

    async def parse(self, text: str, language: Language) -> Understanding:
        """Intents with calibrated confidence, best first, at most five, and entities.

        Any text up to 2,000 characters is accepted. Raises NluUnavailableError when the engine cannot answer in time.
        """
        ...


class EmergencyDetector(Protocol):
    """Tells by fixed patterns whether somebody is in acute danger; asked before anything else."""

    def is_emergency(self, text: str) -> bool:
        """Whether the text speaks of acute danger to life, fire or a crime going on, in any of the languages."""
        ...

    def is_acute(self, text: str) -> bool:
        """Whether the danger an emergency speaks of is there this minute ("er schlägt mich gerade")."""
        ...

    def is_crisis(self, text: str) -> bool:
        """Whether somebody speaks of ending their own life, in any of the languages."""
        ...


class DistressDetector(Protocol):
    """Tells by fixed patterns whether somebody needs a help line; asked after the emergency."""

    def distress(self, text: str) -> Distress | None:
        """The need the text tells of, the writer's own or that of somebody they worry about, in any of the languages.

        None where it only names a topic ("Statistik häusliche Gewalt") or denies the need. Of several, the one that
        matters most: violence before a child in need, that before homelessness.
        """
        ...


class QuestionSplitter(Protocol):
    """Splits a message into its questions."""

    def split(self, text: str, language: Language) -> tuple[str, ...]:
        """The questions in order, at least one, at most three; ("Wo melde ich mich an", "was kostet das?")."""
        ...

    def focus(self, question: str, language: Language) -> str:
        """The clause of one question that asks, without the situation told around it."""
        ...


class WishReader(Pingable, Protocol):
    """Tells what somebody wishes for at a step of a form, in any of the languages."""

    def read(self, text: str) -> ScoredWish:
        """The likeliest wish; OTHER where it is an answer to what is asked, or another matter."""
        ...
