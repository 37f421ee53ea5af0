"""What was heard, and how something is to be spoken."""

from dataclasses import dataclass

from assistant.model.language import Language


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to understand a stretch of speech; ``confidence`` from 0 to 1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser made of one utterance: lower-case words without punctuation, best first; empty for nothing."""

    hypotheses: tuple[Hypothesis, ...] = ()

    @property
    def text(self) -> str:
        """The most probable words; empty where nothing was understood."""
        return self.hypotheses[0].text if self.hypotheses else ""

    @property
    def confidence(self) -> float:
        """How sure the recogniser is of them, from 0 to 1."""
        return self.hypotheses[0].confidence if self.hypotheses else 0.0


@dataclass(frozen=True, slots=True)
class Voice:
    """How to speak: the language, and speed and volume as factors of the usual ones."""

    language: Language = Language.DE
    speed: float = 1.0
    volume: float = 1.0
