"""Translations of a bundle: ``translations/<language>/<id>.yaml``, told only as far as they say what the German says.

A section that differs from its original in a figure, a date, a link or an office is left out, so that the German is
told instead; a translation older than its original shows its own date.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from assistant.errors import ImportFileError
from assistant.model import ImportedEntry, ImportRecord, Language, Section, SectionKind, Service, ServiceText
from assistant.model.fidelity import differences
from knowledge.importers.schemas import validator, version_of
from knowledge.importers.subset import problems
from knowledge.importers.yaml_source import read_yaml


@dataclass(frozen=True, slots=True)
class _Reading:
    """What came of one file: the text, if any is usable, and what an editor should know."""

    text: ServiceText | None
    notes: tuple[str, ...]


def with_translations(record: ImportRecord, folder: Path, office_names: Sequence[str]) -> ImportRecord:
    """The record of a service with the translations that the folder holds for it; any other record as it is."""
    if not isinstance(record, ImportedEntry) or not isinstance(record.entry, Service):
        return record
    service = record.entry
    readings = [_read(path, service, office_names) for path in sorted(folder.glob(f"*/{service.id}.yaml"))]
    own = {(text.language, text.register) for text in service.texts}
    texts = [reading.text for reading in readings if reading.text]
    added = tuple(text for text in texts if (text.language, text.register) not in own)
    notes = tuple(note for reading in readings for note in reading.notes)
    entry = replace(service, texts=(*service.texts, *added))
    return replace(record, entry=entry, notes=(*record.notes, *notes))


def _read(path: Path, service: Service, office_names: Sequence[str]) -> _Reading:
    name = f"{path.parent.name}/{path.name}"
    try:
        data = read_yaml(path).data
        language, register = version_of(path.parent.name)
    except (ImportFileError, ValueError) as error:
        return _Reading(None, (f"translation {name} cannot be read: {error}",))
    broken = [error.message for error in validator("translation").iter_errors(data)]
    if broken:
        return _Reading(None, tuple(f"translation {name}: {message}" for message in broken[:3]))
    original = service.text(Language.DE)
    outdated = date.fromisoformat(data["of"]) if _is_older(data["of"], service.updated_on) else None
    sections, notes = _sections(data, original, office_names, outdated)
    summary = data.get("summary", "").strip()
    wrong = (*problems(summary), *differences(original.summary, summary, office_names)) if summary else ()
    text = ServiceText(
        language=language,
        register=register,
        title=data["title"],
        summary="" if wrong else summary,
        synonyms=tuple(data.get("synonyms", ())),
        sections=sections,
    )
    told = [f"summary left out: {', '.join(wrong)}"] if wrong else []
    told += [f"of {data['of']}, older than its original"] if outdated else []
    return _Reading(text, tuple(f"translation {name}: {note}" for note in (*told, *notes)))


def _is_older(of: str, updated_on: date | None) -> bool:
    return updated_on is not None and date.fromisoformat(of) < updated_on


def _sections(
    data: Mapping[str, Any], original: ServiceText, office_names: Sequence[str], outdated: date | None
) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    kept: list[Section] = []
    notes: list[str] = []
    for item in data.get("sections", ()):
        wrong = tuple(_wrong(item, original, office_names))
        if wrong:
            notes.append(f"{item['kind']} left out: {', '.join(wrong)}")
            continue
        german = original.section(SectionKind(item["kind"]))
        dated = outdated or (german.updated_on if german else None)
        url = german.url if german else None
        kept.append(Section(SectionKind(item["kind"]), item["text"].strip(), item.get("title"), url, dated))
    return tuple(kept), tuple(notes)


def _wrong(item: Mapping[str, Any], original: ServiceText, office_names: Sequence[str]) -> Iterator[str]:
    german = original.section(SectionKind(item["kind"])) if item["kind"] in set(SectionKind) else None
    if german is None:
        yield "the original has no such section"
        return
    yield from problems(item["text"])
    yield from differences(german.text, item["text"], office_names)
