"""Whether a question hangs on to the topic so far: by words that refer back, or by saying nothing foreign to it."""

import re

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.topic import Thread
from assistant.model import Language, Service

_STEM_LEAST = 4
_ENDING = 2
_WORD = re.compile(r"\w+")


def thread(text: str, service: Service, tools: DialogueTools, language: Language) -> Thread:
    """How a question hangs on to the service talked about so far."""
    foreign = foreign_words(text, service, tools, language)
    return Thread(service.id, follows=not foreign, refers=refers_back(text, tools, language))


def refers_back(text: str, tools: DialogueTools, language: Language) -> bool:
    """Whether the words refer to something said before: "und …", "das", "dafür", "er"."""
    words = set(_WORD.findall(text.casefold()))
    pronouns = {word.strip() for word in tools.messages.text("refer.pronouns", language).split(",")}
    return bool(words & pronouns) or opens_with(text, tools.messages.text("refer.opens", language))


def opens_with(text: str, listed: str) -> bool:
    """Whether a text begins with one of the phrases listed with commas."""
    lowered = text.casefold().lstrip()
    return any(lowered.startswith(f"{phrase.strip()} ") for phrase in listed.split(","))


def foreign_words(text: str, service: Service, tools: DialogueTools, language: Language) -> tuple[str, ...]:
    """The content words of a question that the service's texts nowhere hold, not even inside a longer word.

    Where the catalogue has no text in the language, nothing can be called foreign.
    """
    known = service.text(language)
    if known.language is not language:
        return ()
    sections = (f"{section.title or ''} {section.text}" for section in known.sections)
    whole = " ".join((known.title, known.summary, *known.synonyms, *sections))
    said = " ".join(tools.retriever.content_words(whole, language))
    words = tools.retriever.content_words(text, language)
    return tuple(word for word in words if word[: max(_STEM_LEAST, len(word) - _ENDING)] not in said)
