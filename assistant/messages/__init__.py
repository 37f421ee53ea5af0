"""The message catalogue: one TOML file per language, German first.

``<language>-plain.toml`` says it more plainly, ``<language>-phone.toml`` for the ear: who calls cannot read or press.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter

from assistant.errors import ConfigError
from assistant.model import Language, Register

_FOR_AGENTS = "desk."
"""Keys of what only agents read, who work in German."""


class TomlMessages:
    """Messages by dotted key from ``<language>.toml`` in this package; a missing one is told in German."""

    def __init__(
        self,
        overrides: Mapping[Language, Mapping[str, str]] | None = None,
        register: Register = Register.STANDARD,
        *,
        is_spoken: bool = False,
    ) -> None:
        """``overrides`` are a city's own wordings by language and dotted key; they stand in all registers.

        ``is_spoken``: for the telephone, where what is worded for the ear comes before what is worded plainly.
        """
        self._overrides = overrides or {}
        self._register = register
        self._is_spoken = is_spoken
        variants = ([register.value] if register is not Register.STANDARD else []) + (["phone"] if is_spoken else [])
        self._texts = {language: dict(_read(language)) for language in Language}
        for variant in variants:
            for language, known in self._texts.items():
                known.update(_read(f"{language}-{variant}"))
        for language, texts in self._overrides.items():
            for key, text in texts.items():
                self._override(language, key, text)

    def in_register(self, register: Register) -> "TomlMessages":
        """The catalogue as it speaks in that register."""
        if register is self._register:
            return self
        return TomlMessages(self._overrides, register, is_spoken=self._is_spoken)

    def on_phone(self) -> "TomlMessages":
        """The catalogue as it speaks on the telephone."""
        return self if self._is_spoken else TomlMessages(self._overrides, self._register, is_spoken=True)

    def _override(self, language: Language, key: str, text: str) -> None:
        """Put a city's wording in place; raises ConfigError where it could not be told."""
        if key not in self._texts[Language.DE]:
            raise ConfigError(f"texts.overrides.{language}: there is no message {key!r}")
        if unknown := _fields(text) - _fields(self.template(key, language)):
            raise ConfigError(f"texts.overrides.{language}.{key}: unknown placeholders {', '.join(sorted(unknown))}")
        self._texts[language][key] = text

    def text(self, key: str, language: Language, **values: object) -> str:
        """The message with its placeholders filled; raises KeyError for an unknown key or a missing value."""
        return self.template(key, language).format_map(values)

    def template(self, key: str, language: Language) -> str:
        """The message as it stands in its file, placeholders unfilled; raises KeyError for an unknown key."""
        return self._texts[language].get(key) or self._texts[Language.DE][key]

    def keys(self, language: Language) -> frozenset[str]:
        """The keys that have a text in that language; those of the desk do not count, since it speaks German only."""
        return frozenset(key for key in self._texts[language] if not key.startswith(_FOR_AGENTS))

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that have a text for everything that citizens read."""
        complete = {key for key in self.keys(Language.DE) if not key.startswith(_FOR_AGENTS)}
        return tuple(language for language in Language if self.keys(language) >= complete)


def _fields(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


@cache
def _read(name: str) -> Mapping[str, str]:
    resource = files(__package__).joinpath(f"{name}.toml")
    if not resource.is_file():
        return {}
    return dict(_flatten(tomllib.loads(resource.read_text(encoding="utf-8"))))


def _flatten(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat.extend(_flatten(value, f"{prefix}{key}."))
        else:
            flat.append((f"{prefix}{key}", str(value)))
    return flat
