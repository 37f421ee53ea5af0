"""The words of a spoken language, read from the TOML file beside this module."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.model import Language

Table = Mapping[str, Any]


@cache
def words(language: Language) -> Table:
    """All tables of ``words.<language>.toml``; raises FileNotFoundError for a language the line does not speak."""
    return tomllib.loads(files("voice").joinpath("spoken", f"words.{language}.toml").read_text(encoding="utf-8"))


def any_of(entries: Iterable[str]) -> str:
    """A pattern for any of the entries, longest first."""
    return "|".join(re.escape(entry) for entry in sorted(entries, key=len, reverse=True))


def upper_first(text: str) -> str:
    """The text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]
