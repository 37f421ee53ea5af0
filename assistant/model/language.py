"""The languages Roland speaks, and the registers it speaks them in."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, TypeVar


class Language(StrEnum):
    """A language of the conversation, as its ISO 639-1 code."""

    DE = "de"
    EN = "en"
    TR = "tr"
    AR = "ar"
    RU = "ru"
    UK = "uk"
    FR = "fr"
    PL = "pl"
    FA = "fa"

    @property
    def direction(self) -> str:
        """Writing direction as the value of HTML's ``dir`` attribute."""
        return "rtl" if self in _RIGHT_TO_LEFT else "ltr"

    @property
    def script(self) -> str:
        """The script it is written in: ``latin``, ``cyrillic`` or ``arabic``."""
        return _SCRIPTS.get(self, "latin")

    @property
    def own_name(self) -> str:
        """What its speakers call it; for the language menu."""
        return _OWN_NAMES[self]


class Register(StrEnum):
    """How a text is written: as usual, or in plain language (Einfache Sprache)."""

    STANDARD = "standard"
    PLAIN = "plain"


class Version(Protocol):
    """A text in one language and register."""

    @property
    def language(self) -> Language: ...

    @property
    def register(self) -> Register: ...


V = TypeVar("V", bound=Version)


def best_version(versions: Sequence[V], language: Language, register: Register) -> V:
    """The best of some for a reader: language and register, else that language, else German, else the first."""
    wanted = ((language, register), (language, Register.STANDARD), (Language.DE, register))
    for key in (*wanted, (Language.DE, Register.STANDARD)):
        for version in versions:
            if (version.language, version.register) == key:
                return version
    return versions[0]


_RIGHT_TO_LEFT = frozenset({Language.AR, Language.FA})
_SCRIPTS = {Language.AR: "arabic", Language.FA: "arabic", Language.RU: "cyrillic", Language.UK: "cyrillic"}
_OWN_NAMES = {
    Language.DE: "Deutsch",
    Language.EN: "English",
    Language.TR: "Türkçe",
    Language.AR: "العربية",
    Language.RU: "Русский",
    Language.UK: "Українська",
    Language.FR: "Français",
    Language.PL: "Polski",
    Language.FA: "فارسی",
}
