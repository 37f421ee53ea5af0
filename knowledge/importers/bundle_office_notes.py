"""The notes of a bundle's offices in other languages: ``translations/<language>/office_notes.yaml``.

A translation stands beside the German words it translates, once for all offices that share them. It can therefore not
be older than its original: where those words change, it belongs to no office any more, which is reported, and the
German is told. So is one that differs in a figure, a date, a link or an office's name.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import ImportFileError
from assistant.model import ImportedEntry, ImportNote, ImportRecord, Language, Office, OfficeNote, Register
from assistant.model.fidelity import differences
from knowledge.importers.schemas import validator, version_of
from knowledge.importers.yaml_source import YamlSource, read_yaml

_FILE = "office_notes.yaml"
_MAX_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class _Originals:
    """What the offices of the bundle say in German, and what they are called."""

    notes: frozenset[str]
    names: tuple[str, ...]


def with_office_notes(records: Sequence[ImportRecord], folder: Path) -> Iterator[ImportRecord]:
    """The records, offices among them with what the folder holds of their notes; last what is odd about that."""
    offices = offices_in(records)
    originals = _Originals(
        frozenset(note for office in offices for note in office.notes), tuple(office.name for office in offices)
    )
    translations: defaultdict[str, list[OfficeNote]] = defaultdict(list)
    odd: list[ImportNote] = []
    for path in sorted(folder.glob(f"*/{_FILE}")):
        for found in _read(path, originals):
            if isinstance(found, ImportNote):
                odd.append(found)
            else:
                translations[found.original].append(found)
    yield from (_with(record, translations) for record in records)
    yield from odd


def offices_in(records: Sequence[ImportRecord]) -> tuple[Office, ...]:
    """The offices among the records."""
    entries = (record.entry for record in records if isinstance(record, ImportedEntry))
    return tuple(entry for entry in entries if isinstance(entry, Office))


def _with(record: ImportRecord, translations: Mapping[str, Sequence[OfficeNote]]) -> ImportRecord:
    if not isinstance(record, ImportedEntry) or not isinstance(record.entry, Office):
        return record
    told = tuple(found for note in record.entry.notes for found in translations.get(note, ()))
    return replace(record, entry=replace(record.entry, translations=told))


def _read(path: Path, originals: _Originals) -> Iterator[OfficeNote | ImportNote]:
    try:
        source = read_yaml(path)
        language, register = version_of(path.parent.name)
    except (ImportFileError, ValueError) as error:
        yield ImportNote(str(path), f"cannot be read: {error}")
        return
    broken = list(validator("office_notes").iter_errors(source.data))
    if (language, register) == (Language.DE, Register.STANDARD):
        yield ImportNote(str(path), "the German is told as it stands in the offices")
    elif broken:
        for problem in broken[:_MAX_PROBLEMS]:
            yield ImportNote(f"{path}:{source.line(tuple(problem.absolute_path))}", problem.message)
    else:
        yield from _usable(path, source, originals, (language, register))


def _usable(
    path: Path, source: YamlSource, originals: _Originals, version: tuple[Language, Register]
) -> Iterator[OfficeNote | ImportNote]:
    seen: set[str] = set()
    for index, item in enumerate(source.data):
        note = OfficeNote(item["de"], item["text"], *version)
        wrong = tuple(_wrong(note, originals, seen))
        seen.add(note.original)
        yield ImportNote(f"{path}:{source.line((index,))}", f"left out: {', '.join(wrong)}") if wrong else note


def _wrong(note: OfficeNote, originals: _Originals, seen: set[str]) -> Iterator[str]:
    if note.original in seen:
        yield "translated above already"
    elif note.original not in originals.notes:
        yield "no office says this in German"
    else:
        yield from differences(note.original, note.text, originals.names)
