"""XZuFi 2.1 and 2.2: the XML by which German authorities exchange services and responsibilities."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import ImportFileError
from assistant.model import (
    ImportedEntry,
    ImportNote,
    ImportRecord,
    InvalidEntry,
    Language,
    LifeSituation,
    OnlineService,
)
from knowledge.importers.safe_xml import Element, child, children, local_name, words
from knowledge.importers.xzufi_office import read_office, read_online_service, responsibilities
from knowledge.importers.xzufi_service import life_situations, read_service
from knowledge.importers.xzufi_xml import object_id, objects, version_of


@dataclass(slots=True)
class _Links:
    """What refers to services from other objects, gathered in a first pass: ids and titles only."""

    office_ids: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    online_services: dict[str, dict[OnlineService, None]] = field(default_factory=lambda: defaultdict(dict))
    situations: dict[str, dict[Language, str]] = field(default_factory=lambda: defaultdict(dict))


class XzufiImporter:
    """Reads XZuFi files, or folders of them; one catalogue may be spread over many files."""

    format = "xzufi"

    def read(self, paths: Sequence[Path]) -> Iterator[ImportRecord]:
        files = list(_files(paths))
        links = _Links()
        for path in files:
            for element in objects(path):
                _gather(element, links)
        for number, (situation_id, titles) in enumerate(links.situations.items()):
            yield ImportedEntry(LifeSituation(situation_id, titles, order=number), "categories")
        for path in files:
            is_empty = True
            for element in objects(path):
                is_empty = False
                yield from _read(element, f"{path}:{element.sourceline}", links)
            if is_empty:
                yield ImportNote(str(path), "holds no service, organisational unit or online service")


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise ImportFileError(f"{path}: no such file")
        if path.is_dir():
            yield from sorted(path.glob("*.xml"))
        else:
            yield path


def _gather(element: Element, links: _Links) -> None:
    kind = local_name(element)
    if kind == "leistung":
        for category_id, category in life_situations(element):
            for name in children(category, "bezeichnung"):
                version = version_of(name)
                if version and words(name):
                    links.situations[category_id].setdefault(version[0], words(name))
    elif kind == "organisationseinheit":
        office_id = object_id(child(element, "id"))
        for service_id in responsibilities(element):
            links.office_ids[service_id][office_id] = None
    elif online_service := read_online_service(element):
        for service_id in responsibilities(element):
            links.online_services[service_id][online_service] = None


def _read(element: Element, place: str, links: _Links) -> Iterator[ImportRecord]:
    kind = local_name(element)
    entry_id = object_id(child(element, "id"))
    notes: list[str] = []
    try:
        if kind == "leistung":
            offices = tuple(links.office_ids.get(entry_id, ()))
            online = tuple(links.online_services.get(entry_id, ()))
            yield ImportedEntry(read_service(element, offices, online, notes), place, tuple(dict.fromkeys(notes)))
        elif kind == "organisationseinheit":
            yield ImportedEntry(read_office(element, notes), place, tuple(notes))
        elif read_online_service(element) is None:
            yield ImportNote(place, "an online service without name or link is left out")
        elif not any(responsibilities(element)):
            yield ImportNote(place, "an online service that names no service is left out")
    except ValueError as error:
        yield InvalidEntry(place, str(error), entry_id or None)
