"""Roland's own format: a folder of YAML files, one a service, one an office, one of all life situations.

Described for editors in ``docs/catalogue.md``, for machines by the JSON Schemas in ``knowledge/schemas``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from assistant.errors import ImportFileError
from assistant.model import (
    Address,
    Entry,
    FormLink,
    ImportedEntry,
    ImportRecord,
    InvalidEntry,
    Language,
    LifeSituation,
    Office,
    OnlineService,
    OpeningHours,
    Section,
    SectionKind,
    Service,
    ServiceText,
    Weekday,
)
from knowledge.importers.bundle_office_notes import offices_in, with_office_notes
from knowledge.importers.bundle_translations import with_translations
from knowledge.importers.schemas import schema_problems, version_of
from knowledge.importers.subset import problems
from knowledge.importers.yaml_source import JsonPath, YamlSource, json_path, read_yaml

_MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class _Known:
    """The ids that references may name; None where the rest of the catalogue is not at hand."""

    offices: frozenset[str] | None = None
    situations: frozenset[str] | None = None


class BundleImporter:
    """Reads bundle folders, or single files out of one (recognised by their content)."""

    format = "bundle"

    def read(self, paths: Sequence[Path]) -> Iterator[ImportRecord]:
        for path in paths:
            if path.is_dir():
                yield from _read_folder(path)
            else:
                yield from _read_file(path, _Known())


def _read_folder(folder: Path) -> Iterator[ImportRecord]:
    manifest = read_yaml(folder / "bundle.yaml")
    for where, reason in schema_problems("bundle", manifest.data):
        raise ImportFileError(f"{folder / 'bundle.yaml'}:{manifest.line(where)}: {json_path(where)}: {reason}")
    situations_file = folder / "life_situations.yaml"
    known = _Known(
        offices=frozenset(path.stem for path in (folder / "offices").glob("*.yaml")),
        situations=_situation_ids(situations_file),
    )
    if situations_file.exists():
        yield from _read_file(situations_file, known)
    translations = folder / "translations"
    offices = [
        record for path in sorted((folder / "offices").glob("*.yaml")) for record in _read_entry_file(path, known)
    ]
    yield from with_office_notes(offices, translations)
    names = tuple(office.name for office in offices_in(offices))
    for path in sorted((folder / "services").glob("*.yaml")):
        for record in _read_entry_file(path, known):
            yield with_translations(record, translations, names)


def _situation_ids(path: Path) -> frozenset[str]:
    data = read_yaml(path).data if path.exists() else []
    entries = data if isinstance(data, list) else []
    return frozenset(str(entry.get("id")) for entry in entries if isinstance(entry, dict))


def _read_entry_file(path: Path, known: _Known) -> Iterator[ImportRecord]:
    """Like ``_read_file``, but one broken file of many only costs its own entry."""
    try:
        yield from _read_file(path, known)
    except ImportFileError as error:
        yield InvalidEntry(str(path), str(error), path.stem)


def _read_file(path: Path, known: _Known) -> Iterator[ImportRecord]:
    source = read_yaml(path)
    if isinstance(source.data, list):
        yield from _read_situations(path, source)
        return
    if not isinstance(source.data, dict):
        raise ImportFileError(f"{path}:1: neither a service nor an office nor a list of life situations")
    schema = "service" if "texts" in source.data else "office"
    found = [*_problems(schema, source.data, known), *_name_problems(path, source.data)]
    if found:
        entry_id = source.data.get("id")
        yield from _invalid(path, source, found, entry_id if isinstance(entry_id, str) else path.stem)
        return
    entry: Entry = _service(source.data) if schema == "service" else _office(source.data)
    yield ImportedEntry(entry, f"{path}:1", _notes(entry))


def _read_situations(path: Path, source: YamlSource) -> Iterator[ImportRecord]:
    found = list(schema_problems("life_situations", source.data))
    if found:
        for problem in found:
            entry_id = _situation_id(source.data, problem[0])
            yield from _invalid(path, source, [problem], entry_id)
    broken = {where[0] for where, _ in found if where}
    for index, data in enumerate(source.data):
        if index not in broken:
            yield ImportedEntry(_situation(data), f"{path}:{source.line((index,))}")


def _situation_id(data: list[Any], path: JsonPath) -> str | None:
    entry = data[path[0]] if path and isinstance(path[0], int) else None
    entry_id = entry.get("id") if isinstance(entry, dict) else None
    return entry_id if isinstance(entry_id, str) else None


def _invalid(
    path: Path, source: YamlSource, found: Sequence[tuple[JsonPath, str]], entry_id: str | None
) -> Iterator[InvalidEntry]:
    for where, reason in found[:_MAX_PROBLEMS]:
        yield InvalidEntry(f"{path}:{source.line(where)}", f"{json_path(where)}: {reason}", entry_id)


# ── what may be wrong ──────────────────────────────────────────────────────────────────────────────────────────────


def _problems(schema: str, data: Any, known: _Known) -> list[tuple[JsonPath, str]]:
    found = list(schema_problems(schema, data))
    if found or schema != "service":
        return found
    return [*_reference_problems(data, known), *_text_problems(data)]


def _name_problems(path: Path, data: Mapping[str, Any]) -> Iterator[tuple[JsonPath, str]]:
    if data.get("id") != path.stem:
        yield ("id",), f"{data.get('id')!r} is not the name of the file"


def _reference_problems(data: Mapping[str, Any], known: _Known) -> Iterator[tuple[JsonPath, str]]:
    for key, ids in (("offices", known.offices), ("life_situations", known.situations)):
        for index, reference in enumerate(data.get(key, ())):
            if ids is not None and reference not in ids:
                yield (key, index), f"{reference!r} does not exist"


def _text_problems(data: Mapping[str, Any]) -> Iterator[tuple[JsonPath, str]]:
    for key, text in data["texts"].items():
        base: JsonPath = ("texts", key)
        for reason in problems(text.get("summary", "")):
            yield (*base, "summary"), reason
        kinds: set[str] = set()
        for index, section in enumerate(text.get("sections", ())):
            where: JsonPath = (*base, "sections", index)
            if section["kind"] in kinds:
                yield (*where, "kind"), f"a second section of the kind {section['kind']!r}"
            kinds.add(section["kind"])
            yield from (((*where, "text"), reason) for reason in problems(section["text"]))


def _notes(entry: Entry) -> tuple[str, ...]:
    notes = []
    if isinstance(entry, Service):
        notes = [f"no sections in {text.language}" for text in entry.texts if not text.sections]
    if not isinstance(entry, LifeSituation):
        notes += [] if entry.updated_on else ["no date"]
        notes += [] if entry.public else ["internal: imported, but not shown to the public"]
    return tuple(notes)


# ── from data to values; the data is valid here ────────────────────────────────────────────────────────────────────


def _service(data: Mapping[str, Any]) -> Service:
    return Service(
        id=data["id"],
        texts=tuple(_text(key, text) for key, text in data["texts"].items()),
        updated_on=_date(data.get("updated_on")),
        url=data.get("url"),
        leika_key=data.get("leika_key"),
        areas=tuple(data.get("areas", ())),
        life_situations=tuple(data.get("life_situations", ())),
        office_ids=tuple(data.get("offices", ())),
        online_services=tuple(_online_service(item) for item in data.get("online_services", ())),
        forms=tuple(FormLink(**item) for item in data.get("forms", ())),
        appointment_url=data.get("appointment_url"),
        valid_from=_date(data.get("valid_from")),
        valid_until=_date(data.get("valid_until")),
        public=data.get("public", True),
    )


def _text(key: str, data: Mapping[str, Any]) -> ServiceText:
    language, register = version_of(key)
    return ServiceText(
        language=language,
        register=register,
        title=data["title"],
        summary=data.get("summary", "").strip(),
        synonyms=tuple(data.get("synonyms", ())),
        sections=tuple(_section(section) for section in data.get("sections", ())),
    )


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        kind=SectionKind(data["kind"]),
        text=data["text"].strip(),
        title=data.get("title"),
        url=data.get("url"),
        updated_on=_date(data.get("updated_on")),
    )


def _online_service(data: Mapping[str, Any]) -> OnlineService:
    requires = tuple(need for need in data.get("requires", ()) if need != "none")
    return OnlineService(data["title"], data["url"], requires, data.get("description"))


def _office(data: Mapping[str, Any]) -> Office:
    names = ("phone", "email", "url", "appointment_url", "hours_note", "transport", "accessibility", "source_url")
    plain: dict[str, Any] = {name: data.get(name) for name in names}
    return Office(
        id=data["id"],
        name=data["name"],
        short_name=data.get("short_name"),
        aliases=tuple(data.get("aliases", ())),
        areas=tuple(data.get("areas", ())),
        address=Address(**data["address"]) if data.get("address") else None,
        opening_hours=tuple(_hours(item) for item in data.get("opening_hours", ())),
        updated_on=_date(data.get("updated_on")),
        public=data.get("public", True),
        **plain,
    )


def _hours(data: Mapping[str, Any]) -> OpeningHours:
    return OpeningHours(
        days=tuple(Weekday(day) for day in data["days"]),
        opens=time.fromisoformat(data["opens"]),
        closes=time.fromisoformat(data["closes"]),
        note=data.get("note"),
    )


def _situation(data: Mapping[str, Any]) -> LifeSituation:
    return LifeSituation(
        id=data["id"],
        titles={Language(key): text for key, text in data["title"].items()},
        descriptions={Language(key): text for key, text in data.get("description", {}).items()},
        order=data.get("order", 0),
        usual=tuple(data.get("usual", ())),
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
