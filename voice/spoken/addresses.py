"""Web and mail addresses, which are never read out: nobody can write them down at that pace."""

import re
from functools import cache

from assistant.model import Language
from voice.spoken.words import any_of, words

_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_ENDINGS = "de|com|org|net|eu|info|gov|bund|berlin|bremen|hamburg|app|io"
_WEB = rf"(?:https?://|www\.)[^\s,;)\]]*[\w/]|\b(?:[\w-]+\.)+(?:{_ENDINGS})\b(?:/[^\s,;)\]]*[\w/])?"
HAS_ADDRESS = re.compile(rf"{_MAIL}|{_WEB}")


def say_addresses(text: str, language: Language) -> str:
    """The text with "per E-Mail" and "auf der Internetseite" in the place of addresses."""
    table = words(language)["addresses"]
    mail, on_web, web = _patterns(language)
    text = mail.sub(rf"{table['mail']}", text)
    text = on_web.sub(table["on_website"], text)
    return web.sub(table["website"], text)


@cache
def _patterns(language: Language) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    table = words(language)["addresses"]
    joints = r"(?:,| oder| und| or| and)"
    one = rf"(?:\b(?:{any_of(table['to'])}) )?{_MAIL}"
    mail = re.compile(rf"{one}(?:{joints} {one})*", re.IGNORECASE)
    on_web = re.compile(rf"\b(?:{any_of(table['on'])}) \[?(?:{_WEB})\]?", re.IGNORECASE)
    return mail, on_web, re.compile(rf"\[?(?:{_WEB})\]?", re.IGNORECASE)
