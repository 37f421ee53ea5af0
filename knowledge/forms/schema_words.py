"""What of a schema's texts is meant for the people who fill in the form."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.model.form import FieldKind
from assistant.own_yaml import read_yaml
from knowledge.importers.subset import is_link

_EMPTY = re.compile(r"[-–.\s]*")


@cache
def _words() -> Mapping[str, Any]:
    data: dict[str, Any] = read_yaml((files("knowledge.forms") / "schema_words.yaml").read_text("utf-8"))
    return data


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\|\s+", "|", _words()[key]), re.IGNORECASE)


def help_text(helps: str, others: Iterable[str], names: Iterable[str]) -> str:
    """The help, else the first of the ``others`` (definition, description) that is no note among editors."""
    if not _EMPTY.fullmatch(helps):
        return helps
    known = {_bare(name) for name in names}
    for text in others:
        told = _pattern("notes_of_editors").split(text, maxsplit=1)[0].strip()
        if _bare(told) not in known and not _EMPTY.fullmatch(told) and not _pattern("technical").search(told):
            return told
    return ""


def _bare(text: str) -> str:
    return text.casefold().strip(" .:")


def legal_basis(references: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Those of the references (text, link) that are law, each once, with the link in Markdown."""
    found: dict[str, str] = {}
    for text, link in references:
        is_law = _pattern("law").search(text) and not _pattern("no_law").search(text)
        if is_law and (link or text not in found):
            found[text] = _linked(text, link)
    return tuple(found.values())


def _linked(text: str, link: str) -> str:
    link = link.partition("#:~:")[0].replace("(", "%28").replace(")", "%29")
    if not link or not is_link(link):
        return text
    return f"[{text.replace('[', '(').replace(']', ')')}]({link})"


def list_told(name: str) -> str:
    """What people are told of a list of values that is not at hand."""
    known: str = _words()["lists"].get(name.casefold(), "")
    template: str = _words()["list_not_at_hand"]
    return template.format(name=known or (name[:1].upper() + name[1:]).replace("-", " ").replace("_", " "))


def certain_kind(names: str, lets_through: re.Pattern[str] | None) -> FieldKind | None:
    """The kind of a text field that both its names and its pattern make certain."""
    if lets_through is None:
        return None
    for kind, marks in _words()["kinds"].items():
        if (
            re.search(marks["names"], names, re.IGNORECASE)
            and any(lets_through.fullmatch(text) for text in marks["right"])
            and not any(lets_through.fullmatch(text) for text in marks["wrong"])
        ):
            return FieldKind(kind)
    return None
