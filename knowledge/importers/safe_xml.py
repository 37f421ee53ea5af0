"""XML from elsewhere, read safely: no document types, no entities, nothing fetched, bounded in size and depth."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from lxml import etree

from assistant.errors import ImportFileError
from knowledge.importers.guarded import GuardedFile
from knowledge.importers.inline import clean

Element = etree._Element  # noqa: SLF001 - lxml's element class has no other name


def events(file: GuardedFile, check: Callable[[Element, Path], None]) -> Iterator[tuple[str, Element]]:
    """The starts and ends of the elements of a file.

    ``check`` sees the root element before anything else and raises ImportFileError where it is none of the format's.
    Raises ImportFileError for a document type, lxml's XMLSyntaxError for what is no XML.
    """
    is_checked = False
    # The parser keeps its own bounds (depth, length of a text) and opens nothing but the file.
    for event, element in etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    ):
        if not is_checked:
            if element.getroottree().docinfo.internalDTD is not None:
                raise ImportFileError(f"{file.path}: a document type (DOCTYPE) is not allowed")
            check(element, file.path)
            is_checked = True
        yield event, element


def tree(path: Path, check: Callable[[Element, Path], None], limit: int) -> Element:
    """The root of a file of at most ``limit`` bytes, read as a whole; raises ImportFileError with place and reason."""
    root: Element | None = None
    try:
        with path.open("rb") as file:
            for _, element in events(GuardedFile(file, path, limit), check):
                root = element if root is None else root
    except etree.XMLSyntaxError as error:
        raise ImportFileError(f"{path}:{error.lineno}: no XML: {error.msg}") from error
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror or error}") from error
    if root is None:
        raise ImportFileError(f"{path}: no XML: the file is empty")
    return root


def qualified_name(element: Element) -> str:
    """The name with its namespace in braces."""
    # An element's tag is text; a prefix without a namespace makes it one that etree.QName refuses.
    return str(element.tag)


def namespace(element: Element) -> str:
    """The namespace; empty where there is none."""
    return qualified_name(element)[1:].rpartition("}")[0]


def local_name(element: Element) -> str:
    """The name without namespace."""
    return qualified_name(element).rpartition("}")[2]


def children(element: Element | None, *path: str) -> Iterator[Element]:
    """The descendants at a path of names."""
    if element is None:
        return
    for child in element:
        if local_name(child) == path[0]:
            if len(path) == 1:
                yield child
            else:
                yield from children(child, *path[1:])


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant at a path of names, or None."""
    return next(children(element, *path), None)


def words(element: Element | None) -> str:
    """The text of an element on one line; empty where there is none."""
    return clean(element.text or "").strip() if element is not None else ""


def value(element: Element | None, *path: str) -> str:
    """The text of the first descendant at a path of names; empty where there is none."""
    return words(child(element, *path))


def day(stated: str) -> date | None:
    """The day of an XML date or moment; None where there is none."""
    try:
        return date.fromisoformat(stated[:10])
    except ValueError:
        return None
