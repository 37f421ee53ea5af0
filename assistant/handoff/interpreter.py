"""Machine translation beside the chat: what the person writes into German, what the agent writes into their language.

A translation is checked against its original before anybody sees it, and stands beside it, labelled. Where it does not
hold, the original stands alone.
"""

import asyncio
from collections import OrderedDict

import structlog

from assistant.model import Language
from assistant.model.fidelity import differences
from assistant.ports import Translator

_log = structlog.get_logger(__name__)
_MOST_KEPT = 2000

_Key = tuple[str, Language, Language]


class Interpreter:
    """Translates single messages, each once in this process."""

    def __init__(self, translator: Translator, languages: frozenset[Language], patience_s: float = 4) -> None:
        """``languages``: those besides German that the translator knows; ``patience_s``: after that it goes without."""
        self._translator = translator
        self._languages = languages - {Language.DE}
        self._patience = patience_s
        self._known: OrderedDict[_Key, str | None] = OrderedDict()

    def speaks(self, language: Language) -> bool:
        """Whether there can be a translation from or into that language."""
        return language in self._languages

    def known(self, text: str, source: Language, target: Language = Language.DE) -> str | None:
        """The translation where it has been made already, holds, and says it in other words; None otherwise."""
        translated = self._known.get((text, source, target))
        return None if translated == text else translated

    def failed(self, text: str, source: Language, target: Language = Language.DE) -> bool:
        """Whether a translation was made that does not hold."""
        return self._known.get((text, source, target), text) is None

    def is_due(self, text: str, source: Language, target: Language = Language.DE) -> bool:
        """Whether a translation is worth asking for."""
        other = target if source is Language.DE else source
        is_new = (text, source, target) not in self._known
        return is_new and bool(text.strip()) and source is not target and self.speaks(other)

    async def translate(self, text: str, source: Language, target: Language = Language.DE) -> str | None:
        """The checked translation; None where there is none that holds. An outage is not remembered."""
        if not self.is_due(text, source, target):
            return self.known(text, source, target)
        try:
            async with asyncio.timeout(self._patience):
                (translated,) = await self._translator.translate((text,), source, target)
        except Exception as error:  # noqa: BLE001 - whatever breaks here, the original is there
            _log.warning("not_translated", language=target.value, reason=str(error) or type(error).__name__)
            return None
        holds = translated is not None and translated.strip() and not differences(text, translated)
        self._keep((text, source, target), translated if holds else None)
        return self.known(text, source, target)

    def _keep(self, key: _Key, translated: str | None) -> None:
        self._known[key] = translated
        if len(self._known) > _MOST_KEPT:
            self._known.popitem(last=False)
