"""Whether a question hangs on to the topic so far: by words that refer back, or by saying nothing foreign to it."""

import re

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.topic import Thread
from assistant.model import Language, Service

_STEM_LEAST = 4
_ENDING = 2
_WORD = re.compile(r"\w+")


def thread(text: str, service: Service, tools: DialogueTools, language: Language) -> Thread:
    """How a question hangs on to the service talked about so far.

    "By the way" says that something else comes: what would refer back otherwise ("ça coûte combien") does not.
    """
    bare = not tools.retriever.content_words(text, language)
    if opens_with(text, tools.messages.text("refer.asides", language)):
        return Thread(service.id, follows=bare, refers=bare, bare=bare)
    stands_for_it = has_pronoun(text, tools, language)
    is_continued = opens_with(text, tools.messages.text("refer.opens", language))
    foreign = foreign_words(text, service, tools, language)
    follows = stands_for_it or bare or (is_continued if foreign is None else not foreign)
    return Thread(service.id, follows=follows, refers=stands_for_it or is_continued, bare=bare)


def has_pronoun(text: str, tools: DialogueTools, language: Language) -> bool:
    """Whether a word stands for something said before: "das", "dafür", "er", but not the article of "das Auto"."""
    pronouns, articles = (_listed(tools.messages.text(f"refer.{kind}", language)) for kind in ("pronouns", "articles"))
    words = _WORD.findall(text)
    if any(word.casefold() in pronouns for word in words):
        return True
    # Who writes capitals at all writes them on nouns; otherwise what carries meaning is taken for one.
    nouns = set() if text != text.lower() else set(tools.retriever.content_words(text, language))
    return any(
        word.casefold() in articles and not (follower[:1].isupper() or follower.casefold() in nouns)
        for word, follower in zip(words, [*words[1:], ""], strict=True)
    )


def opens_with(text: str, listed: str) -> bool:
    """Whether a text begins with one of the phrases listed with commas."""
    lowered = text.casefold().lstrip()
    return any(lowered.startswith(f"{phrase} ") for phrase in _listed(listed))


def _listed(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(","))


def foreign_words(text: str, service: Service, tools: DialogueTools, language: Language) -> tuple[str, ...] | None:
    """The content words of a question that the service's texts nowhere hold, not even inside a longer word.

    None where the catalogue has no text in the language, so that nothing can be compared.
    """
    known = service.text(language)
    if known.language is not language:
        return None
    sections = (f"{section.title or ''} {section.text}" for section in known.sections)
    whole = " ".join((known.title, known.summary, *known.synonyms, *sections))
    said = " ".join(tools.retriever.content_words(whole, language))
    words = tools.retriever.content_words(text, language)
    return tuple(word for word in words if word[: max(_STEM_LEAST, len(word) - _ENDING)] not in said)
