"""XDatenfelder files: which version they are of, and how each writes the same things."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from assistant.errors import ImportFileError
from assistant.model.form import Cardinality
from knowledge.forms.schema_tree import RuleText
from knowledge.importers.inline import clean
from knowledge.importers.safe_xml import (
    Element,
    child,
    children,
    day,
    local_name,
    namespace,
    qualified_name,
    tree,
    value,
    words,
)

MAX_BYTES = 64_000_000
GROUP, FIELD = "datenfeldgruppe", "datenfeld"
ELEMENTS = frozenset({GROUP, FIELD})
_NAMESPACE = re.compile(r"urn:xoev-de:fim:standard:xdatenfelder_[123](?:\.\d+)*")
_ROOT = re.compile(r"xdatenfelder\.(stammdatenschema|datenfeldgruppe|datenfeld)\.\d+")
_ID = re.compile(r"[A-Za-z0-9](?:[\w.-]{0,98}\w)?", re.ASCII)
_CARDINALITY = re.compile(r"(\d{1,6}):(\d{1,6}|[*n])")
# A line break ends a reference unless it says "in connection with".
_LINE = re.compile(r"(?<!i\.V\.m\.)(?<!i\. V\. m\.)[\r\n]+")
_DATES = ("letzteAenderung", "gueltigAb", "veroeffentlichungsdatum", "freigabedatum")


def is_schema(path: Path) -> bool:
    """Whether a file begins like one, as far as its name and first bytes tell."""
    if path.suffix.lower() != ".xml":
        return False
    try:
        with path.open("rb") as file:
            return b"urn:xoev-de:fim:standard:xdatenfelder_" in file.read(4_000)
    except OSError:
        return False


def open_schema(path: Path) -> tuple[Element, Element]:
    """The root of a file and the schema in it: 1.0, 2.0 and 3.0, also a single group or field.

    Raises ImportFileError with place and reason.
    """
    root = tree(path, _check, MAX_BYTES)
    found = _ROOT.fullmatch(local_name(root))
    inner = child(root, found[1]) if found else None
    if inner is None:
        raise ImportFileError(f"{path}:{root.sourceline}: no schema in {local_name(root)}")
    return root, inner


def _check(root: Element, path: Path) -> None:
    if not _NAMESPACE.fullmatch(namespace(root)) or not _ROOT.fullmatch(local_name(root)):
        raise ImportFileError(
            f"{path}:{root.sourceline}: no XDatenfelder schema: the root element is {qualified_name(root)}"
        )


def identifier(element: Element, path: Path) -> str:
    """The id of a schema, group or field; raises ImportFileError where there is none."""
    found = value(element, "identifikation", "id") or value(element, "id")
    if not _ID.fullmatch(found):
        reason = f"{found[:60]!r} is no id" if found else "no id"
        raise ImportFileError(f"{path}:{element.sourceline}: {local_name(element)}: {reason}")
    return found


def version(element: Element, root: Element) -> str:
    """The version of an element; that of a schema of 1.0 stands in the header."""
    return value(element, "identifikation", "version") or value(root, "header", "version")


def names(element: Element) -> tuple[str, ...]:
    """All its names, what it is called on the form first."""
    found = (value(element, name) for name in ("bezeichnung", "bezeichnungEingabe", "name", "bezeichnungAusgabe"))
    return tuple(dict.fromkeys(name for name in found if name.strip(" -")))


def changed_on(element: Element, root: Element) -> date | None:
    """The day of its last change, else from which it holds or was released."""
    stated = [value(element, name) for name in _DATES]
    stated += [value(root, "header", name) for name in ("erstellungszeitpunkt", "datum")]
    return next((found for text in stated if (found := day(text))), None)


def references(*elements: Element | None) -> Iterator[tuple[str, str]]:
    """Text and link of what the elements refer to; one a line in 2.0."""
    for element in elements:
        for one in children(element, "bezug"):
            link = (one.get("link") or "").strip()
            for line in _LINE.split(one.text or ""):
                if text := clean(line).strip(" ,;"):
                    yield text, link


def rules(element: Element) -> tuple[RuleText, ...]:
    """The rules at a schema or element that are told in words."""
    found = (
        RuleText(value(one, "identifikation", "id") or value(one, "id"), _text(one))
        for one in children(element, "regel")
    )
    return tuple(rule for rule in found if rule.text)


def _text(rule: Element) -> str:
    for name in ("freitextRegel", "definition"):
        element = child(rule, name)
        if words(element).strip(" -"):
            return (element.text or "").strip() if element is not None else ""
    return ""


def parts(element: Element, path: Path) -> Iterator[tuple[Element, Element, Cardinality]]:
    """What an element contains: the reference (struktur), the element, and how often it occurs."""
    for reference in children(element, "struktur"):
        for container in children(reference, "enthaelt"):
            for inner in container:
                if local_name(inner) in ELEMENTS:
                    yield reference, inner, cardinality(reference, path)


def cardinality(reference: Element, path: Path) -> Cardinality:
    """How often it occurs, once where nothing is said; raises ImportFileError for what is no cardinality."""
    stated = value(reference, "anzahl").replace(" ", "")
    if not stated:
        return Cardinality()
    found = _CARDINALITY.fullmatch(stated)
    least, most = (int(found[1]), None if found[2] in "*n" else int(found[2])) if found else (1, 0)
    if most is not None and most < least:
        raise ImportFileError(f"{path}:{reference.sourceline}: {stated[:40]!r} is no cardinality")
    return Cardinality(least, most)
