"""What callers say to the line itself: commands, yes and no, which of several. The words stand in ``voice/data``."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import Levenshtein

from assistant.model import Language
from voice.prompts import SPOKEN

_EXACT_UP_TO = 5
_ALIKE = 0.8
_NAMED, _LEAD = 84.0, 8.0


class Command(StrEnum):
    """What can be wished for at every moment."""

    WAIT = "wait"
    REPEAT = "repeat"
    SLOWER = "slower"
    FASTER = "faster"
    LOUDER = "louder"
    QUIETER = "quieter"
    BACK = "back"
    PERSON = "person"
    HELP = "help"
    MENU = "menu"
    GOODBYE = "goodbye"
    CALLBACK = "callback"
    STATUS = "status"
    GO_ON = "go_on"
    """Ends a wait; anywhere else it is said to the dialogue."""
    GERMAN = "german"
    ENGLISH = "english"


@dataclass(frozen=True, slots=True)
class Words:
    """What is understood in one language."""

    fillers: frozenset[str]
    around: tuple[str, ...]
    commands: dict[str, Command]
    yes: frozenset[str]
    no: frozenset[str]
    instead: tuple[str, ...]
    ordinals: tuple[frozenset[str], ...]
    delete: frozenset[str]
    all_over: frozenset[str]
    done: frozenset[str]

    def command(self, text: str) -> Command | None:
        """The command that a text is, little words around it aside; None where it is something else."""
        forms = tuple(self._forms(text))
        for told in forms:
            if (found := self.commands.get(told)) is not None:
                return found
        if any(told in self.yes or told in self.no for told in forms):
            return None
        nearest = _nearest(self._bare(text), self.commands)
        return self.commands[nearest] if nearest else None

    def yes_or_no(self, text: str) -> bool | None:
        """Whether a text is a yes or a no; None where it is neither."""
        forms = tuple(self._forms(text))
        if any(told in self.no for told in forms):
            return False
        if any(told in self.yes for told in forms):
            return True
        if found := _nearest(plain(text), (*self.yes, *self.no)):
            return found in self.yes
        return None

    def corrected(self, text: str) -> str | None:
        """What is meant instead ("nein, drei sieben eins" → "drei sieben eins"); None where nothing is corrected."""
        told = plain(text)
        for lead in self.instead:
            if told == lead or told.startswith(f"{lead} "):
                rest = told[len(lead) :].strip()
                return self.corrected(rest) or rest
        return None

    def chosen(self, texts: Iterable[str], phrases: Sequence[str]) -> int | None:
        """Which of the phrases is meant, by its place or its words, in the first text that tells; None for none."""
        for text in texts:
            found = self._by_place(text, len(phrases))
            if found is None:
                found = _by_words(plain(text), phrases)
            if found is not None:
                return found
        return None

    def holds(self, text: str, phrases: frozenset[str]) -> bool:
        """Whether a text is one of the phrases."""
        return any(told in phrases for told in self._forms(text))

    @property
    def likely(self) -> tuple[str, ...]:
        """All phrases of commands, for the recogniser."""
        return tuple(self.commands)

    def _by_place(self, text: str, count: int) -> int | None:
        told = self._bare(text)
        places = (place for place, names in enumerate(self.ordinals) if told in names)
        place = next(places, None)
        return place if place is not None and place < count else None

    def _forms(self, text: str) -> Iterable[str]:
        """The text itself, and without the little words in it and around it."""
        told = plain(text)
        return tuple(
            dict.fromkeys((told, " ".join(w for w in told.split() if w not in self.fillers), self._bare(told)))
        )

    def _bare(self, text: str) -> str:
        told = " ".join(word for word in plain(text).split() if word not in self.fillers)
        while True:
            cut = told
            for word in self.around:
                cut = cut.removeprefix(f"{word} ").removesuffix(f" {word}")
            if cut == told:
                return told
            told = cut


@cache
def words_of(language: Language) -> Words:
    """What is understood in a language; in one the line does not speak, what is in German."""
    spoken = language if language in SPOKEN else Language.DE
    table = _read(spoken)
    said = table["said"]
    return Words(
        frozenset(table["fillers"]),
        tuple(sorted(table["around"], key=len, reverse=True)),
        {plain(phrase): Command(name) for name, phrases in table["command"].items() for phrase in phrases},
        _set(said["yes"]),
        _set(said["no"]),
        tuple(sorted(said["instead"], key=len, reverse=True)),
        tuple(_set(names.split(",")) for names in said["ordinals"]),
        _set(said["delete"]),
        _set(said["all_over"]),
        _set(said["done"]),
    )


def plain(text: str) -> str:
    """Lower case, without marks, single blanks."""
    return " ".join(str(utils.default_process(text.replace("'", ""))).split())


def _set(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(phrase) for phrase in phrases)


def _read(language: Language) -> dict[str, Any]:
    text = files("voice").joinpath("data", f"commands.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _nearest(told: str, phrases: Iterable[str]) -> str | None:
    """The long phrase that a text is but for a letter or two."""
    if len(told) <= _EXACT_UP_TO:
        return None
    long = [phrase for phrase in phrases if len(phrase) > _EXACT_UP_TO]
    found = process.extractOne(told, long, scorer=Levenshtein.normalized_similarity, score_cutoff=_ALIKE)
    return str(found[0]) if found else None


def _by_words(told: str, phrases: Sequence[str]) -> int | None:
    """The phrase that a text is, else the only one whose words it shares."""
    named = [plain(phrase) for phrase in phrases]
    if told in named:
        return named.index(told)
    if len(told) <= 2 or not named:
        return None
    scores = [fuzz.token_set_ratio(told, phrase) for phrase in named]
    ranked = sorted(range(len(phrases)), key=lambda place: -scores[place])
    best = ranked[0]
    lead = scores[best] - (scores[ranked[1]] if len(ranked) > 1 else 0.0)
    return best if scores[best] >= _NAMED and lead >= _LEAD else None
