"""Lists of codes that a schema refers to: embedded in it, or as genericode files in its folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import ImportFileError
from knowledge.importers.safe_xml import Element, child, children, local_name, tree, value, words

_MAX_BYTES = 16_000_000
_MAX_FILES = 500
_MAX_ROWS = 20_000
_HEAD_BYTES = 4_000
_CODE_COLUMNS = ("code", "schluessel", "schlüssel", "key")
_NAME_COLUMNS = ("name", "bezeichnung", "beschreibung", "wert", "label")


@dataclass(frozen=True, slots=True)
class ListReference:
    """A list as a field names it; ``columns`` are those of code and label, where the field says which."""

    uri: str
    version: str = ""
    name: str = ""
    columns: tuple[str, str] = ("", "")

    @property
    def short_name(self) -> str:
        """The last part of its address, or what it is called."""
        return self.name or self.uri.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list with its address, version, and rows by column."""

    uri: str
    version: str
    key: str
    rows: tuple[Mapping[str, str], ...]

    def options(self, columns: tuple[str, str] = ("", "")) -> dict[str, str]:
        """The codes with their labels, in the list's order."""
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        code = next(iter(_columns(columns[0], self.key, *_CODE_COLUMNS, known=names)), names[0] if names else "")
        others = [name for name in names if name != code]
        label = next(iter(_columns(columns[1], *_NAME_COLUMNS, known=others)), others[0] if others else code)
        return {row[code]: row.get(label) or row[code] for row in self.rows if row.get(code)}


def _columns(*wanted: str, known: list[str]) -> Iterator[str]:
    for one in wanted:
        yield from (name for name in known if one and name.casefold() == one.casefold())


@dataclass(slots=True)
class CodeLists:
    """The lists that can be had for one schema. A broken file beside it is noted and otherwise left alone."""

    schema: Path
    embedded: Element
    notes: list[str] = field(default_factory=list)
    _lists: list[CodeList] | None = None

    def find(self, wanted: ListReference) -> CodeList | None:
        """The list in that version; in any, where the schema names none and there is one only."""
        if self._lists is None:
            self._lists = list(self._read())
        found = [one for one in self._lists if one.uri == wanted.uri]
        same = [one for one in found if one.version == wanted.version or not wanted.version]
        if found and not same:
            self.notes.append(f"{wanted.uri}: only version {found[0].version} is there, not {wanted.version}")
        return same[0] if len({one.version for one in same}) == 1 else None

    def _read(self) -> Iterator[CodeList]:
        for element in self.embedded.iter("{*}CodeList"):
            yield _code_list(element)
        files = sorted(path for path in self.schema.parent.iterdir() if path.suffix.lower() in {".xml", ".gc"})
        for path in files[:_MAX_FILES]:
            if path != self.schema and _may_be_list(path):
                try:
                    yield _code_list(tree(path, _check, _MAX_BYTES))
                except ImportFileError as error:
                    self.notes.append(str(error))


def _may_be_list(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"CodeList" in file.read(_HEAD_BYTES)
    except OSError:
        return False


def _check(root: Element, path: Path) -> None:
    if local_name(root) != "CodeList":
        raise ImportFileError(f"{path}:{root.sourceline}: no genericode: the root element is {local_name(root)}")


def _code_list(root: Element) -> CodeList:
    identification = child(root, "Identification")
    key = child(root, "ColumnSet", "Key", "ColumnRef")
    rows = (_row(row) for row, _ in zip(children(root, "SimpleCodeList", "Row"), range(_MAX_ROWS), strict=False))
    return CodeList(
        uri=value(identification, "CanonicalUri"),
        version=value(identification, "Version"),
        key=(key.get("Ref") or "") if key is not None else "",
        rows=tuple(rows),
    )


def _row(row: Element) -> dict[str, str]:
    return {cell.get("ColumnRef") or "": words(child(cell, "SimpleValue")) for cell in children(row, "Value")}
