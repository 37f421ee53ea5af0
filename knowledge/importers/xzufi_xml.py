"""XZuFi files as a stream of objects, and what is common to all of them."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from assistant.errors import ImportFileError
from assistant.model import Language, Register
from knowledge.importers.guarded import GuardedFile
from knowledge.importers.safe_xml import Element, events, local_name, namespace, qualified_name, words

OBJECTS = frozenset({"leistung", "organisationseinheit", "onlinedienst"})
_NAMESPACES = frozenset({"http://xoev.de/schemata/xzufi/2_1_0", "http://xoev.de/schemata/xzufi/2_2_0"})
_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9._-]+")

Version = tuple[Language, Register]


def objects(path: Path) -> Iterator[Element]:
    """The services, organisational units and online services of a file, one at a time, in constant memory.

    An element is emptied when the next one is asked for. Raises ImportFileError where the file cannot be read, is no
    XZuFi 2.1 or 2.2, has a document type, or holds an object too large for any real one.
    """
    try:
        with path.open("rb") as file:
            yield from _objects(GuardedFile(file, path))
    except etree.XMLSyntaxError as error:
        raise ImportFileError(f"{path}:{error.lineno}: no XML: {error.msg}") from error
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror or error}") from error


def _objects(file: GuardedFile) -> Iterator[Element]:
    outer: Element | None = None
    for event, element in events(file, _check):
        if event == "start":
            if outer is None and local_name(element) in OBJECTS:
                outer = element
            continue
        if element is outer:
            yield element
            outer = None
        if outer is None:
            file.entry_done()
            _forget(element)


def _check(root: Element, path: Path) -> None:
    if namespace(root) not in _NAMESPACES:
        raise ImportFileError(f"{path}: no XZuFi 2.1 or 2.2: the root element is {qualified_name(root)}")


def _forget(element: Element) -> None:
    """Empties the element and drops what stands before it, so that the tree does not grow with the file."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


# ── reading objects ────────────────────────────────────────────────────────────────────────────────────────────────


def object_id(element: Element | None) -> str:
    """An identifier that is unique across agencies: the agency's, then the object's own; empty where there is none."""
    if element is None or not words(element):
        return ""
    agency = element.get("schemeAgencyID") or ""
    parts = [_UNSAFE_IN_ID.sub("-", part.strip()).strip("-") for part in (agency, words(element))]
    return ".".join(part for part in parts if part)


def version_of(element: Element) -> Version | None:
    """Language and register of a text by its ``languageCode``; None for a language Roland does not speak."""
    code = (element.get("languageCode") or "de").lower()
    base, *subtags = re.split("[-_]", code)
    if base not in set(Language):
        return None
    return Language(base), Register.PLAIN if "simple" in subtags else Register.STANDARD


def area(element: Element) -> str | None:
    """A territory as 12-digit regional key (ARS); None where the stated key cannot be one.

    A shorter key names the larger territory, and an eight-digit municipal key (AGS) only that of a whole district
    says where its digits belong.
    """
    digits = words(element)
    if not re.fullmatch(r"\d{2,12}", digits):
        return None
    if len(digits) == 8:
        return f"{digits[:5]}0000000" if digits.endswith("000") else None
    return digits.ljust(12, "0")
