"""DLDB: the JSON that Munich and Berlin publish, one file each for services, offices, topics and authorities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from assistant.errors import ImportFileError
from assistant.model import (
    Entry,
    ImportedEntry,
    ImportNote,
    ImportRecord,
    InvalidEntry,
    Language,
    LifeSituation,
    Service,
)
from knowledge.importers.dldb_fields import mapping, text
from knowledge.importers.dldb_office import read_office
from knowledge.importers.dldb_service import read_service
from knowledge.importers.json_stream import first, stream


class _Kind(Enum):
    TOPICS = "topics"
    OFFICES = "offices"
    SERVICES = "services"
    AUTHORITIES = "authorities"


@dataclass(slots=True)
class _Known:
    """Ids gathered ahead, to tell references that lead nowhere; None where no such file is at hand."""

    offices: frozenset[str] | None = None
    situations: frozenset[str] = frozenset()
    leika_keys: dict[str, str] = field(default_factory=dict)


class DldbImporter:
    """Reads DLDB files, or folders of them; which file holds what is told by its content."""

    format = "dldb"

    def read(self, paths: Sequence[Path]) -> Iterator[ImportRecord]:
        files = [(_kind(path), path) for path in _files(paths)]
        known = _gather(files)
        for kind in _Kind:  # what is referred to comes before what refers to it
            for path in (path for found, path in files if found is kind):
                yield from _read_file(kind, path, known)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.json"))
        else:
            yield path


def _kind(path: Path) -> _Kind:
    entry = next(stream(path, "data.item"), None)
    if not isinstance(entry, dict):
        raise ImportFileError(f"{path}: no DLDB file: there is no list of entries under 'data'")
    if "address" in entry:
        return _Kind.OFFICES
    if "path" in entry:
        return _Kind.TOPICS
    if "navi" in mapping(entry.get("relation")):
        return _Kind.AUTHORITIES
    if "locations" in entry or "description" in entry:
        return _Kind.SERVICES
    raise ImportFileError(f"{path}: no DLDB file of services, offices, topics or authorities")


def _gather(files: Sequence[tuple[_Kind, Path]]) -> _Known:
    offices = [path for kind, path in files if kind is _Kind.OFFICES]
    topics = [path for kind, path in files if kind is _Kind.TOPICS]
    return _Known(
        offices=frozenset(text(entry.get("id")) for path in offices for entry in _entries(path)) if offices else None,
        situations=frozenset(text(entry.get("id")) for path in topics for entry in _entries(path) if _is_root(entry)),
    )


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    return (entry for entry in stream(path, "data.item") if isinstance(entry, dict))


def _read_file(kind: _Kind, path: Path, known: _Known) -> Iterator[ImportRecord]:
    if kind is _Kind.AUTHORITIES:
        yield ImportNote(str(path), "authorities are not imported: their offices stand in the file of offices")
        return
    count = 0
    moments: set[str] = set()
    for count, entry in enumerate(stream(path, "data.item"), 1):
        record = _read_entry(kind, entry, f"{path}: data[{count - 1}]", known)
        if record is not None:
            yield record
        if len(moments) < 2 and isinstance(entry, dict):
            moments.add(text(mapping(entry.get("meta")).get("lastupdate")))
    yield from _file_notes(path, count, moments)


def _file_notes(path: Path, count: int, moments: set[str]) -> Iterator[ImportNote]:
    announced = text(mapping(first(path, "meta")).get("datacount")) or text(first(path, "datacount"))
    if announced and announced != str(count):
        yield ImportNote(str(path), f"announces {announced} entries but holds {count}")
    if count > 1 and len(moments) == 1 and moments != {""}:
        yield ImportNote(str(path), "all entries have one date, that of the export: it says little about their texts")


def _read_entry(kind: _Kind, entry: object, place: str, known: _Known) -> ImportRecord | None:
    if not isinstance(entry, dict):
        return InvalidEntry(place, "not an object")
    entry_id, name = text(entry.get("id")), text(entry.get("name"))
    if not entry_id or not name:
        return InvalidEntry(place, f"no {'name' if entry_id else 'id'}", entry_id or None)
    place = f"{place} (id {entry_id})"
    notes: list[str] = []
    value: Entry
    if kind is _Kind.SERVICES:
        value = read_service(entry, known.offices, known.situations, notes)
        _note_shared_key(value, known, notes)
    elif kind is _Kind.OFFICES:
        value = read_office(entry, notes)
    elif _is_root(entry):
        value = LifeSituation(entry_id, {Language.DE: name})
    else:
        return None
    return ImportedEntry(value, place, tuple(dict.fromkeys(notes)))


def _is_root(topic: dict[str, Any]) -> bool:
    """Whether a topic stands in the navigation; the many below it only subdivide."""
    return text(mapping(topic.get("relation")).get("navi")) == "1"


def _note_shared_key(service: Service, known: _Known, notes: list[str]) -> None:
    if service.leika_key is None:
        return
    other = known.leika_keys.setdefault(service.leika_key, service.id)
    if other != service.id:
        notes.append(f"shares the LeiKa key {service.leika_key} with service {other}")
