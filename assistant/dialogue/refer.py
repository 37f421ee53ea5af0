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
    refers = has_pronoun(text, tools, language)
    return Thread(service.id, follows=refers or not foreign_words(text, service, tools, language), refers=refers)


def has_pronoun(text: str, tools: DialogueTools, language: Language) -> bool:
    """Whether a word stands for something said before: "das", "dafür", "er", but not the article of "das Auto"."""
    pronouns = {word.strip() for word in tools.messages.text("refer.pronouns", language).split(",")}
    words = _WORD.findall(text)
    followers = [*words[1:], ""]
    is_capitalised = any(word[:1].isupper() for word in words[1:])
    content = set() if is_capitalised else set(tools.retriever.content_words(text, language))
    return any(
        word.casefold() in pronouns and not (follower[:1].isupper() or follower.casefold() in content)
        for word, follower in zip(words, followers, strict=True)
    )


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
