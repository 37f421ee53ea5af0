"""What is said about a form in one language: reading it, and telling in German what it lacks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from assistant.model.form import (
    NO,
    YES,
    ElementText,
    Field,
    FieldGroup,
    FieldKind,
    Form,
    FormElement,
    FormText,
    Term,
)
from knowledge.importers.schemas import version_of
from knowledge.importers.subset import problems
from knowledge.importers.yaml_source import JsonPath

PARTS = tuple(field.name for field in fields(ElementText))
"""What may be said about an element."""
_HEAD = ("title", "summary", "hand_in")


def form_text(key: str, data: Mapping[str, Any]) -> FormText:
    """The text under ``key`` (``de-plain``, ``tr``); ``data`` fits the schema ``form-text``."""
    language, register = version_of(key)
    return FormText(
        language=language,
        register=register,
        title=data["title"].strip(),
        summary=data["summary"].strip(),
        hand_in=data["hand_in"].strip(),
        names=tuple(data.get("names", ())),
        elements={path: ElementText(**_stripped(element)) for path, element in data["elements"].items()},
        options={path: _stripped(labels) for path, labels in data.get("options", {}).items()},
        said={
            path: {code: tuple(told) for code, told in codes.items()} for path, codes in data.get("said", {}).items()
        },
        attachments=_stripped(data.get("attachments", {})),
        terms=tuple(Term(tuple(term["words"]), term["text"].strip()) for term in data.get("terms", ())),
    )


def _stripped(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: words.strip() for key, words in texts.items()}


def sayings(text: FormText) -> dict[JsonPath, str]:
    """All that a text says, by its place in the file."""
    said: dict[JsonPath, str] = {(name,): getattr(text, name) for name in _HEAD}
    for path, element in text.elements.items():
        said |= {("elements", path, part): getattr(element, part) for part in PARTS}
    for path, options in text.options.items():
        said |= {("options", path, code): label for code, label in options.items()}
    said |= {("attachments", name): label for name, label in text.attachments.items()}
    said |= {("terms", index, "text"): term.text for index, term in enumerate(text.terms)}
    return {place: words for place, words in said.items() if words}


def without(text: FormText, places: Iterable[JsonPath]) -> FormText:
    """The text without what it says at these places."""
    gone = set(places)
    return replace(
        text,
        title="" if ("title",) in gone else text.title,
        summary="" if ("summary",) in gone else text.summary,
        hand_in="" if ("hand_in",) in gone else text.hand_in,
        elements={
            path: replace(element, **{part: "" for part in PARTS if ("elements", path, part) in gone})
            for path, element in text.elements.items()
        },
        options={
            path: {code: label for code, label in options.items() if ("options", path, code) not in gone}
            for path, options in text.options.items()
        },
        said={
            path: {code: told for code, told in codes.items() if ("said", path, code) not in gone}
            for path, codes in text.said.items()
        },
        attachments={name: label for name, label in text.attachments.items() if ("attachments", name) not in gone},
        terms=tuple(
            replace(term, text="") if ("terms", index, "text") in gone else term
            for index, term in enumerate(text.terms)
        ),
    )


def text_problems(text: FormText, form: Form) -> Iterator[tuple[JsonPath, str]]:
    """What in a text speaks of nothing in the form, or is no Markdown of the subset."""
    known = {element.path: element for element in form.walk()}
    codes = {path: element.options for path, element in known.items() if isinstance(element, Field)}
    attachments = {attachment.id for attachment in form.attachments}
    yield from ((("elements", path), "there is no such element") for path in text.elements if path not in known)
    for path, options in text.options.items():
        unknown = [code for code in options if code not in codes.get(path, ())]
        yield from ((("options", path, code), "there is no such option") for code in unknown)
    asked = {path for path, element in known.items() if isinstance(element, Field) and element.kind is FieldKind.YES_NO}
    codes |= dict.fromkeys(asked, (YES, NO))
    for path, said in text.said.items():
        unknown = [code for code in said if code not in codes.get(path, ())]
        yield from ((("said", path, code), "there is no such option") for code in unknown)
    unknown = [name for name in text.attachments if name not in attachments]
    yield from ((("attachments", name), "there is no such attachment") for name in unknown)
    yield from ((("hand_in",), reason) for reason in problems(text.hand_in))


def unnamed(text: FormText, form: Form) -> Iterator[tuple[JsonPath, str]]:
    """What in the form has no name in a text that must have all of it."""
    yield from (((name,), "nothing is said") for name in _HEAD if not getattr(text, name))
    for element in form.walk():
        told = text.elements.get(element.path)
        if told is None or not told.label:
            yield ("elements", element.path), f"no text for {element.path!r}"
        labels = text.options.get(element.path, {})
        options = element.options if isinstance(element, Field) else ()
        for code in (code for code in options if not labels.get(code)):
            yield ("options", element.path), f"no label for {code!r} of {element.path!r}"
    for attachment in form.attachments:
        if not text.attachments.get(attachment.id):
            yield ("attachments", attachment.id), f"no text for {attachment.id!r}"


def laid_over(own: FormText, below: FormText) -> FormText:
    """What ``own`` says, and all that only ``below`` says."""
    elements = dict(below.elements)
    for path, element in own.elements.items():
        said = {part: getattr(element, part) for part in PARTS if getattr(element, part)}
        elements[path] = replace(elements.get(path, element), **said)
    options = {path: {**below.options.get(path, {}), **labels} for path, labels in own.options.items()}
    return replace(
        own,
        names=own.names or below.names,
        elements=elements,
        options={**below.options, **options},
        said={**below.said, **own.said},
        attachments={**below.attachments, **own.attachments},
        terms=(*own.terms, *below.terms),
    )


def with_said(element: FormElement, texts: Sequence[FormText]) -> FormElement:
    """The element, its fields with what people call their options in all these texts: languages are mixed."""
    if isinstance(element, FieldGroup):
        return replace(element, children=tuple(with_said(child, texts) for child in element.children))
    said: dict[str, tuple[str, ...]] = {}
    for text in texts:
        for code, told in text.said.get(element.path, {}).items():
            said[code] = tuple(dict.fromkeys((*said.get(code, ()), *told)))
    return replace(element, said=said) if said else element


def paired(own: Sequence[Term], german: Sequence[Term]) -> tuple[int | None, ...]:
    """For each German term the index of the own one that shares a word with it; None where there is none.

    Of as many as in German, those that share no word are taken in their order.
    """
    words = [{word.casefold() for word in term.words} for term in own]
    free = list(range(len(own)))
    pairs: list[int | None] = []
    for term in german:
        shared = (index for index in free if words[index] & {word.casefold() for word in term.words})
        pairs.append(next(shared, None))
        free = [index for index in free if index != pairs[-1]]
    if len(own) == len(german):
        rest = iter(free)
        return tuple(next(rest) if index is None else index for index in pairs)
    return tuple(pairs)


def counterparts(own: FormText, german: FormText) -> dict[JsonPath, str]:
    """All that the German says, by its place in the own text; a term that is not there, by its word."""
    said = {place: words for place, words in sayings(german).items() if place[0] != "terms"}
    for term, index in zip(german.terms, paired(own.terms, german.terms), strict=True):
        said["terms", term.words[0] if index is None else index, "text"] = term.text
    return said


def completed(own: FormText, german: FormText) -> FormText:
    """The text with its gaps filled from the German, which it names.

    An element without a name or an explanation of its own is told in German as a whole. An example is a value as it
    stands on the German form, and may be the German one.
    """
    gaps = _Gaps()
    pairs = paired(own.terms, german.terms)
    others = (term for index, term in enumerate(own.terms) if index not in pairs and term.text)
    return replace(
        own,
        title=gaps.fill(":title", own.title, german.title),
        summary=gaps.fill(":summary", own.summary, german.summary),
        hand_in=gaps.fill(":hand_in", own.hand_in, german.hand_in),
        elements={path: gaps.element(path, own.elements.get(path), told) for path, told in german.elements.items()},
        options={path: gaps.options(path, own.options.get(path, {}), told) for path, told in german.options.items()},
        attachments={
            name: gaps.fill(f"attachment:{name}", own.attachments.get(name), label)
            for name, label in german.attachments.items()
        },
        terms=(
            *(
                gaps.term(None if index is None else own.terms[index], told)
                for index, told in zip(pairs, german.terms, strict=True)
            ),
            *others,
        ),
        german=frozenset(gaps.filled),
    )


class _Gaps:
    """Fills what a text lacks, and remembers what that was."""

    def __init__(self) -> None:
        self.filled: list[str] = []

    def fill(self, key: str, own: str | None, german: str) -> str:
        if not own:
            self.filled.append(key)
        return own or german

    def element(self, path: str, own: ElementText | None, german: ElementText) -> ElementText:
        if own is None or not own.label or (german.about and not own.about):
            self.filled.append(path)
            return german
        return replace(own, example=own.example or german.example)

    def options(self, path: str, own: Mapping[str, str], german: Mapping[str, str]) -> dict[str, str]:
        return {code: self.fill(f"{path}={code}", own.get(code), label) for code, label in german.items()}

    def term(self, own: Term | None, german: Term) -> Term:
        if own is None or not own.text:
            self.filled.append(f"term:{german.words[0]}")
            return german
        return own
