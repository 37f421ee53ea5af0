"""Texts that are not in the service catalogue: messages, and translations by machine."""

from collections.abc import Sequence
from typing import Protocol

from assistant.model import Language, Register
from assistant.ports.operation import Pingable


class Messages(Protocol):
    """The message catalogue: every citizen-facing text that is not in the service catalogue."""

    def text(self, key: str, language: Language, **values: object) -> str:
        """The message in that language, else in German; ``{name}`` is replaced by the value. Raises KeyError."""
        ...

    def template(self, key: str, language: Language) -> str:
        """The message as it stands in its file, placeholders unfilled. Raises KeyError."""
        ...

    def in_register(self, register: Register) -> "Messages":
        """The same messages as they are said in that register; as usual where it has none."""
        ...

    def on_phone(self) -> "Messages":
        """The same messages as they are said on the telephone; as usual where they need not differ."""
        ...


class Translator(Pingable, Protocol):
    """Translates quoted texts by machine; what it says is checked and labelled before anybody sees it."""

    async def translate(self, texts: Sequence[str], source: Language, target: Language) -> tuple[str | None, ...]:
        """The texts (inline Markdown) in the target language and in their order; None for one that came back damaged.

        Marks, links and e-mail addresses of a text stand in its translation too; figures are not looked at.
        Raises TranslatorUnavailableError when the translator refuses or does not answer in time.
        """
        ...
