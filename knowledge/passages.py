"""Services cut into the units that are found: the frame (title, synonyms, summary) and each section, by language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.model import Language, SectionKind, Service, ServiceText

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_MARKUP = re.compile(r"[*_`|>#]+|^\s*(?:[-+]|\d+\.)\s+|-{3,}", re.MULTILINE)
# A vector of more words than these says little about any of them.
_LONGEST_TEXT = 1_200


@dataclass(frozen=True, slots=True)
class PassageText:
    """What is indexed for one passage. ``heading`` and ``text`` are plain text without markup."""

    service_id: str
    section: SectionKind | None
    language: Language
    title: str
    heading: str
    text: str

    @property
    def encoded(self) -> str:
        """The text the encoder sees."""
        return ". ".join(part for part in (self.title, self.heading, self.text) if part)


def passages_of(service: Service) -> Iterator[PassageText]:
    """The passages of every language version, the frame of each first."""
    for text in service.texts:
        yield _frame(service, text)
        for section in text.sections:
            body = plain(section.text)
            if body:
                heading = section.title or ""
                yield PassageText(service.id, section.kind, text.language, text.title, heading, body[:_LONGEST_TEXT])


def _frame(service: Service, text: ServiceText) -> PassageText:
    return PassageText(service.id, None, text.language, text.title, ", ".join(text.synonyms), plain(text.summary))


def plain(markdown: str) -> str:
    """Markdown as running text, links by their words, without addresses."""
    text = _ADDRESS.sub(" ", _LINK.sub(r"\1", markdown))
    return " ".join(_MARKUP.sub(" ", text).split())
