"""What somebody wants on the way through a form: told by a button, or by words of the message catalogue."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import utils

from assistant.forms.numbers import in_figures
from assistant.model import Language
from assistant.ports import Messages

_PREFIX = "form"
_TALK_WORDS = 3
_NUMBER = r"\d{1,3}(?:\.(?:\d{1,2}|[a-z]))?\s?[a-z]?\b"
_NUMBER_ALONE = r"\d{1,3}[a-z]?"
_NUMBER_SIGN = r"(?:nr\.?|nummer|no\.?|n°|nº|№|#)?"
_LATIN = dict(zip("абвгде", "abcdef", strict=True))  # as a Cyrillic keyboard names the fields of a German form
_SIGNS = " \"'„“”«»‚‘’?؟!."


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
    """The command that was said word for word, in the conversation's language or in German."""
    for spoken in _spoken(language):
        fillers = frozenset(words("forms.said.filler", messages, spoken))
        plain = _without(utils.default_process(text), fillers)
        for move in _SAID:
            if any(plain == _without(phrase, fillers) for phrase in words(f"forms.said.{move}", messages, spoken)):
                return Command(move)
    return None


def asked_meaning(text: str, messages: Messages, language: Language) -> str | None:
    """The word whose meaning is asked ("Was heißt Wohnungsgeber?"); None where none is."""
    return _filled(text, "forms.said.meaning", messages, language)


def asked_entry(text: str, messages: Messages, language: Language) -> str | None:
    """The name of the field that is asked about ("Was muss ich bei Familienname eintragen?"); None where none is."""
    return _filled(text, "forms.said.entry", messages, language)


def asked_where(text: str, messages: Messages, language: Language) -> str | None:
    """The name of the field whose value is looked for ("Wo finde ich meine Steuer-ID?"); None where none is."""
    return _filled(text, "forms.said.where_of", messages, language)


def asked_change(text: str, messages: Messages, language: Language) -> str | None:
    """The name of the field that is to be changed ("Die Hausnummer ist falsch"); None where none is."""
    return _filled(text, "forms.said.change", messages, language)


def asked_number(text: str, messages: Messages, language: Language, *, alone: bool = False) -> str | None:
    """The number of the field that is asked about ("Feld 12", "Nummer 3a"); None where none is.

    ``alone``: only where nothing else is said, for "Am Breiten Feld 12" is an address.
    """
    plain = "".join(str(unicodedata.digit(one, one)) for one in in_figures(text).casefold().strip())
    plain = re.sub(r"(?<=\d)\s?([а-е])\b", lambda letter: _LATIN[letter[1]], plain)
    for spoken in _spoken(language):
        for place, word in enumerate(words("forms.said.field", messages, spoken)):
            for asked in _numbered(word, is_field=not place):
                found = re.fullmatch(rf"{asked}[\s?؟!.]*", plain) if alone else re.search(asked, plain)
                if found:
                    return re.sub(r"\s", "", found[1])
    return None


def _numbered(word: str, *, is_field: bool) -> tuple[str, ...]:
    """How a number is said of a word: "Zeile Nr. 5", "5. Zeile"; "5 Feld" of a field alone, for "2 Fragen" are two."""
    plain = re.escape(word)
    sign = r"(?:\.|-\w{1,3})" + ("?" if is_field else "")
    return (
        rf"(?<!\w){plain}\s*{_NUMBER_SIGN}\s*({_NUMBER})",
        rf"(?<!\w)({_NUMBER_ALONE}){sign}\s*{plain}(?!\w)",
    )


def wishes_help(text: str, messages: Messages, language: Language) -> bool:
    """Whether somebody wants a form explained or filled in."""
    return _holds(text, "forms.said.help", messages, language)


def names_a_form(text: str, messages: Messages, language: Language) -> bool:
    """Whether it is about some form, application or registration."""
    plain = utils.default_process(text)
    return any(phrase in plain for spoken in _spoken(language) for phrase in words("forms.said.form", messages, spoken))


def without_fillers(text: str, messages: Messages, language: Language) -> str:
    """What was said in lower case, without signs and little words."""
    plain = utils.default_process(text)
    for spoken in _spoken(language):
        plain = _without(plain, frozenset(words("forms.said.filler", messages, spoken)))
    return plain


def is_talk(text: str, messages: Messages, language: Language) -> bool:
    """Whether several words are rather said to Roland than entered: they hold "I", "must", "what", and the like."""
    own = messages.text("forms.said.talk", language)  # little words of one language are names in another
    plain = f" {utils.default_process(text)} "
    return len(text.split()) >= _TALK_WORDS and any(f" {word.strip()} " in plain for word in own.split(","))


def _holds(text: str, key: str, messages: Messages, language: Language) -> bool:
    plain = f" {utils.default_process(text)} "
    return any(f" {phrase} " in plain for spoken in _spoken(language) for phrase in words(key, messages, spoken))


def words(key: str, messages: Messages, language: Language) -> tuple[str, ...]:
    """The phrases of a message, in lower case and without signs."""
    return tuple(filter(None, (utils.default_process(part) for part in messages.text(key, language).split(","))))


def _filled(text: str, key: str, messages: Messages, language: Language) -> str | None:
    """The word that stands where a phrase of the message has its …, without an article."""
    for spoken in _spoken(language):
        fillers = frozenset(words("forms.said.filler", messages, spoken))
        plain = " ".join(one for one in text.split() if utils.default_process(one) not in fillers)
        for pattern in _patterns(messages.text(key, spoken)):
            if (found := pattern.fullmatch(plain)) and (word := found[1].strip(_SIGNS)):
                articles = "|".join(sorted(words("forms.said.article", messages, spoken), key=len, reverse=True))
                return re.sub(rf"^(?:{articles})\s+", "", word, flags=re.IGNORECASE) if articles else word
    return None


@lru_cache(maxsize=256)
def _patterns(phrases: str) -> tuple[re.Pattern[str], ...]:
    made = []
    for phrase in phrases.split(","):
        before, _, after = (re.escape(part.strip()) for part in phrase.partition("…"))
        lead = rf"(?:.{{0,60}}?(?<!\w))?{before}(?!\w)" if before else ""
        tail = rf"(?<!\w){after}" if after else ""
        made.append(re.compile(rf"{lead}\s*(.+?)\s*{tail}[\s?؟!.]*", re.IGNORECASE))
    return tuple(made)


def _without(plain: str, fillers: frozenset[str]) -> str:
    """A text without its little words; whole where it has no others."""
    return " ".join(word for word in plain.split() if word not in fillers) or plain


def _spoken(language: Language) -> tuple[Language, ...]:
    return tuple(dict.fromkeys((language, Language.DE)))
