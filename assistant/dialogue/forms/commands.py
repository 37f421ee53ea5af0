"""What somebody wants on the way through a form: told by a button, or by words of the message catalogue."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, utils

from assistant.model import Language
from assistant.ports import Messages

_PREFIX = "form"
_ALIKE = 90
_LEAST_LETTERS = 5
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?\s?[a-z]?\b", re.IGNORECASE)


class Move(StrEnum):
    """What can be wished for at a step."""

    BEGIN = "begin"
    """With a form's id: explain that form."""
    NEXT = "next"
    BACK = "back"
    SKIP_PART = "skip_part"
    AGAIN = "again"
    SIMPLER = "simpler"
    WHY = "why"
    WHERE = "where"
    GO_ON = "go_on"
    """Back to the form after something else."""
    GO_TO = "go_to"
    """With a step's key."""
    VALUE = "value"
    """With the value itself: a code, ``yes`` or ``no``."""
    FILL = "fill"
    EXPLAIN = "explain"
    CODE = "code"
    LEAVE = "leave"


# In words too. The others need a value, or only their button makes sense.
_SAID = (
    Move.NEXT, Move.BACK, Move.SKIP_PART, Move.AGAIN, Move.SIMPLER, Move.WHY, Move.WHERE, Move.GO_ON, Move.FILL,
    Move.EXPLAIN, Move.CODE, Move.LEAVE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """A move, with its value where it needs one."""

    move: Move
    value: str = ""


def payload_of(move: Move, value: str = "") -> str:
    """The payload of a button."""
    return f"{_PREFIX}:{move}:{value}" if value else f"{_PREFIX}:{move}"


def read_form_payload(payload: str) -> Command | None:
    """The command of a button; None for any other."""
    prefix, _, rest = payload.partition(":")
    move, _, value = rest.partition(":")
    return Command(Move(move), value) if prefix == _PREFIX and move in set(Move) else None


def read_command(text: str, messages: Messages, language: Language) -> Command | None:
    """The command that was said, in the conversation's language or in German; small slips are heard through."""
    plain = utils.default_process(text)
    for spoken in dict.fromkeys((language, Language.DE)):
        for move in _SAID:
            for phrase in words(f"forms.said.{move}", messages, spoken):
                if plain == phrase or (len(phrase) >= _LEAST_LETTERS and fuzz.ratio(plain, phrase) >= _ALIKE):
                    return Command(move)
    return None


def asked_meaning(text: str, messages: Messages, language: Language) -> str | None:
    """The word whose meaning is asked ("Was heißt Wohnungsgeber?"); None where none is."""
    return _filled(text, "forms.said.meaning", messages, language)


def asked_entry(text: str, messages: Messages, language: Language) -> str | None:
    """The name of the field that is asked about ("Was muss ich bei Familienname eintragen?"); None where none is."""
    return _filled(text, "forms.said.entry", messages, language)


def asked_number(text: str, messages: Messages, language: Language) -> str | None:
    """The number of the field that is asked about ("Feld 12", "Nummer 3a"); None where none is."""
    plain = text.casefold()
    for spoken in dict.fromkeys((language, Language.DE)):
        for word in words("forms.said.field", messages, spoken):
            found = re.search(rf"(?<!\w){re.escape(word)}\s*(?:nr\.?|nummer|no\.?|№)?\s*({_NUMBER.pattern})", plain)
            if found:
                return re.sub(r"\s", "", found[1])
    return None


def wishes_help(text: str, messages: Messages, language: Language) -> bool:
    """Whether somebody wants a form explained or filled in."""
    plain = f" {utils.default_process(text)} "
    return any(
        phrase in plain
        for spoken in dict.fromkeys((language, Language.DE))
        for phrase in words("forms.said.help", messages, spoken)
    )


def words(key: str, messages: Messages, language: Language) -> tuple[str, ...]:
    """The phrases of a message, in lower case and without signs."""
    return tuple(filter(None, (utils.default_process(part) for part in messages.text(key, language).split(","))))


def _filled(text: str, key: str, messages: Messages, language: Language) -> str | None:
    for pattern in _patterns(key, messages, language):
        if (found := pattern.fullmatch(text.strip())) and (word := found[1].strip(" \"'„“”«»‚‘’?؟!.")):
            return word
    return None


def _patterns(key: str, messages: Messages, language: Language) -> Iterator[re.Pattern[str]]:
    for spoken in dict.fromkeys((language, Language.DE)):
        for phrase in messages.text(key, spoken).split(","):
            before, _, after = (re.escape(part.strip()) for part in phrase.partition("…"))
            lead = rf".{{0,40}}?(?<!\w){before}" if before else ""
            yield re.compile(rf"{lead}\s*(.+?)\s*{after}[\s?؟!.]*", re.IGNORECASE)
