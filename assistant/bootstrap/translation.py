"""The machine translation of what the catalogue says in German only."""

from assistant.config import Settings
from connectors.libretranslate import LibreTranslate


def open_translator(settings: Settings) -> LibreTranslate | None:
    """The configured translator, to be closed by who opened it; None where none is configured."""
    translator = settings.translator
    if translator.url is None:
        return None
    return LibreTranslate(
        str(translator.url),
        translator.api_key.get_secret_value(),
        timeout_s=translator.timeout_ms / 1000,
        languages=translator.languages,
    )
