"""What passes between the talk and the driver of a call.

The talk is a generator: it yields an ``Effect``, and is sent back what came of it. It touches neither sound nor clock,
so that a whole call can be told as a list of effects and results. The driver (``voice.session.call``) carries them out.

    Ask            → Said | Keyed | Silent | Unheard | Deaf | MustEnd | Mute
    Tell           → None | Mute
    Consult        → Answer | None where the office does not answer
    FindPerson     → TransferTarget | NobodyThere | None where the office does not answer
    PassOn         → TransferOutcome
    Promise        → CallbackPromise | None where none can be made
"""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from assistant.model import Heard, Language, TransferTarget, Voice
from voice.spoken.answer import Sentence


class Expected(StrEnum):
    """What kind of thing is said next: how long a pause belongs to it, and which words are likely."""

    QUESTION = "question"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DIGITS = "digits"
    NAME = "name"
    DATE = "date"

    @property
    def is_dictated(self) -> bool:
        """Whether people pause within it."""
        return self in {Expected.DIGITS, Expected.NAME, Expected.DATE}


class EndReason(StrEnum):
    """Why a talk must end, though nobody wants it to."""

    TOO_LONG = "too_long"
    CLOSING_DOWN = "closing_down"


# ── what the talk wants ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Ask:
    """Say something, then wait for the caller; who speaks or presses a key interrupts it.

    The first ``protected`` sentences are said to their end. ``patience_s`` counts from the end of the last one;
    without one, the usual. ``vocabulary``: phrases that are likely now.
    """

    sentences: tuple[Sentence, ...]
    voice: Voice
    expected: Expected = Expected.QUESTION
    vocabulary: tuple[str, ...] = ()
    patience_s: float | None = None
    protected: int = 0


@dataclass(frozen=True, slots=True)
class Tell:
    """Say something to its end, whatever the caller does meanwhile."""

    sentences: tuple[Sentence, ...]
    voice: Voice


@dataclass(frozen=True, slots=True)
class Consult:
    """Ask the office behind the telephone. ``waiting`` is said, sentence by sentence, where that takes long."""

    text: str
    voice: Voice
    choice: str | None = None
    language: Language | None = None
    waiting: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class FindPerson:
    """Look for somebody who can take the call."""


@dataclass(frozen=True, slots=True)
class PassOn:
    """Pass the caller on."""

    target: TransferTarget


@dataclass(frozen=True, slots=True)
class Promise:
    """Promise to call back."""

    number: str
    matter: str


Effect = Ask | Tell | Consult | FindPerson | PassOn | Promise

# ── what comes of it ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Said:
    """Words. ``continues``: they came right after the ones before, which were no whole sentence then."""

    heard: Heard
    continues: bool = False

    @property
    def text(self) -> str:
        """The most probable words."""
        return self.heard.text

    @property
    def confidence(self) -> float:
        """How sure the recogniser is of them, from 0 to 1."""
        return self.heard.confidence


@dataclass(frozen=True, slots=True)
class Keyed:
    """A key was pressed."""

    key: str


@dataclass(frozen=True, slots=True)
class Silent:
    """Nobody said anything for as long as it was waited."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """Somebody spoke, and no words were found in it. ``is_long``: for longer than anybody listens to."""

    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Deaf:
    """Somebody spoke, and nothing was there to hear it: the recogniser is down."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Nothing is there to speak: the synthesiser is down, and only sentences made before can be heard."""


@dataclass(frozen=True, slots=True)
class MustEnd:
    """The talk has to come to its end."""

    reason: EndReason


Reaction = Said | Keyed | Silent | Unheard | Deaf | Mute | MustEnd

T = TypeVar("T")
Flow = Generator[Effect, Any, T]
"""A piece of the talk that ends in a T. What is sent in belongs to the effect that was yielded (see above)."""
