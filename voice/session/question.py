"""One question to a caller."""

from dataclasses import dataclass

from voice.session.moves import Expected
from voice.spoken.answer import Sentence


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. ``again`` is shorter, ``by_keys`` tells how it is done with the keys that count here."""

    sentences: tuple[Sentence, ...]
    again: tuple[Sentence, ...] = ()
    by_keys: tuple[Sentence, ...] = ()
    keys: str = ""
    expected: Expected = Expected.QUESTION
    vocabulary: tuple[str, ...] = ()
    patience_s: float | None = None
    protected: int = 0
    is_last: bool = False
    """Whether who is not understood here goes away at once: it was tried otherwise before."""
    ends_by_silence: bool = False
    """Whether silence is an answer too."""

    @property
    def shorter(self) -> tuple[Sentence, ...]:
        """What is asked once more."""
        return self.again or self.sentences[-1:]
