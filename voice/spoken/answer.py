"""An answer as it is told on the telephone."""

from dataclasses import dataclass

from assistant.model import AnswerStatus, Language, Source


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it goes to the speaker: words only, without digits, marks or addresses.

    ``language`` is that of its words: quoted German stays German in an English answer.
    """

    text: str
    language: Language = Language.DE


Portion = tuple[Sentence, ...]
"""What is said in one go: never more than about twelve seconds."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A further part that may be asked for. Either ``portions`` say it, or ``payload`` goes to the dialogue.

    ``key`` names it (``rest``, ``source``, ``office``, ``documents``, ``message``, …), ``question`` offers it,
    ``phrases`` are lower-case words by which a caller asks for it unasked. ``is_asked`` offers are put as a question
    after the answer, in their order; the others wait until somebody asks.
    """

    key: str
    question: Sentence
    portions: tuple[Portion, ...] = ()
    payload: str | None = None
    phrases: tuple[str, ...] = ()
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class SpokenChoice:
    """A quick reply as a caller can say or key it; ``digit`` from 1 to 8, empty for those beyond."""

    phrase: str
    payload: str
    digit: str = ""


@dataclass(frozen=True, slots=True)
class SpokenAnswer:
    """What is said now, what is offered, and what can be chosen.

    ``sentences`` are one portion. ``asks``: they end with a question, and one of ``choices`` is expected.
    ``needs_person``: it could not be answered or told; a person is to be offered next. ``sources`` are those of all
    that is said and offered.
    """

    status: AnswerStatus
    language: Language
    sentences: Portion
    offers: tuple[Offer, ...] = ()
    choices: tuple[SpokenChoice, ...] = ()
    sources: tuple[Source, ...] = ()
    asks: bool = False
    needs_person: bool = False
