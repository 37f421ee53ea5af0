"""The fixed sentences of the telephone line: one TOML file per language that is spoken there."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter

from assistant.errors import ConfigError
from assistant.model import Language

SPOKEN = (Language.DE, Language.EN)
"""The languages the line speaks, the first of them where none is known."""


class Prompts:
    """The sentences by dotted key (``opening.duty``), in German and English alike."""

    def __init__(self, overrides: Mapping[Language, Mapping[str, str]] | None = None) -> None:
        """``overrides`` are a city's own wordings by language and key; raises ConfigError for one nobody would say."""
        self._texts = {language: dict(_read(language)) for language in SPOKEN}
        for language, texts in (overrides or {}).items():
            for key, text in texts.items():
                self._override(language, key, text)

    def text(self, key: str, language: Language, **values: str) -> str:
        """The sentence with its placeholders filled; raises KeyError for an unknown key or a missing value.

        In German for a language the line does not speak. Values are words as they are said, without digits.
        """
        return self.template(key, language).format_map(values)

    def template(self, key: str, language: Language) -> str:
        """The sentence as it stands in its file, placeholders unfilled; raises KeyError for an unknown key."""
        return self._texts[language if language in self._texts else Language.DE][key]

    def words(self, key: str, language: Language) -> tuple[str, ...]:
        """The single entries of a list of words; none for an unknown key."""
        entries = self._texts[language if language in self._texts else Language.DE].get(key, "")
        return tuple(entry.strip() for entry in entries.split(",") if entry.strip())

    def fixed(self, language: Language, **values: str) -> tuple[str, ...]:
        """The whole sentences that these values, or none, complete: what many callers hear alike."""
        texts = self._texts[language if language in self._texts else Language.DE]
        return tuple(text.format_map(values) for text in texts.values() if placeholders(text) <= values.keys())

    @property
    def keys(self) -> frozenset[str]:
        """All keys; each is said in every spoken language."""
        return frozenset(self._texts[Language.DE])

    def _override(self, language: Language, key: str, text: str) -> None:
        if language not in self._texts:
            raise ConfigError(f"phone.texts.{language}: the line speaks {' and '.join(SPOKEN)} only")
        if key not in self._texts[language]:
            raise ConfigError(f"phone.texts.{language}: there is no prompt {key!r}")
        if unknown := placeholders(text) - placeholders(self._texts[language][key]):
            raise ConfigError(f"phone.texts.{language}.{key}: unknown placeholders {', '.join(sorted(unknown))}")
        self._texts[language][key] = text


def placeholders(template: str) -> frozenset[str]:
    """The names in braces of a template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


@cache
def _read(language: Language) -> Mapping[str, str]:
    text = files("voice").joinpath("data", f"prompts.{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text)))


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
