"""How an import changes the stored catalogue: what it holds is staged, compared, and then applied."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, exists, insert, select, update

from assistant.errors import RemovalRefusedError
from assistant.model import Entry, ImportedEntry, ImportNote, ImportRecord, ImportReport, InvalidEntry, LifeSituation
from assistant.storage.catalogue_tables import ENTRY, META, STAGED, kind_of
from assistant.storage.codec import encode

_SAME = (ENTRY.c.kind == STAGED.c.kind) & (ENTRY.c.id == STAGED.c.id)


@dataclass(slots=True)
class Intake:
    """Takes records in: entries become rows to stage, everything else is kept for the report."""

    places: dict[tuple[str, str], str] = field(default_factory=dict)
    invalid: list[InvalidEntry] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def rows(self, records: Iterable[ImportRecord]) -> Iterator[dict[str, object]]:
        """One row of the staging table for each entry whose id is new."""
        for record in records:
            if isinstance(record, InvalidEntry):
                self.invalid.append(record)
            elif isinstance(record, ImportNote):
                self.notes.append((record.place, record.text))
            elif self._is_new(record):
                self.notes += [(record.place, note) for note in record.notes]
                yield _row(record.entry)

    def _is_new(self, record: ImportedEntry) -> bool:
        key = (kind_of(record.entry), record.entry.id)
        if key in self.places:
            reason = f"the id {record.entry.id!r} is already taken by the entry at {self.places[key]}"
            self.invalid.append(InvalidEntry(record.place, reason, record.entry.id))
            return False
        self.places[key] = record.place
        return True


def _row(entry: Entry) -> dict[str, object]:
    payload = encode(entry)
    return {
        "kind": kind_of(entry),
        "id": entry.id,
        "hash": hashlib.sha256(payload.encode()).hexdigest(),
        "payload": payload,
        "public": entry.public if not isinstance(entry, LifeSituation) else True,
        "position": entry.order if isinstance(entry, LifeSituation) else 0,
    }


def apply(connection: Connection, intake: Intake, *, allow_removal: bool = True) -> ImportReport:
    """Make the stored entries equal to the staged ones, within the connection's transaction."""
    # The first statement on the stored tables is a write: it waits for the lock before anything is compared.
    connection.execute(update(META).values(value=META.c.value))
    report = compare(connection, intake)
    if report.losses and not allow_removal:
        raise RemovalRefusedError(_refusal(report))
    if not (report.added or report.changed or report.removed):
        return report
    changed = exists().where(_SAME & (ENTRY.c.hash != STAGED.c.hash))
    connection.execute(delete(ENTRY).where(changed))
    gone = [dict(zip(("gone_kind", "gone_id"), key.split(":", 1), strict=True)) for key in report.removed]
    if gone:
        matches = (ENTRY.c.kind == bindparam("gone_kind")) & (ENTRY.c.id == bindparam("gone_id"))
        connection.execute(delete(ENTRY).where(matches), gone)
    missing = select(STAGED).where(~exists().where(_SAME))
    connection.execute(insert(ENTRY).from_select(list(ENTRY.c.keys()), missing))
    revision = _content_hash(connection)
    connection.execute(delete(META).where(META.c.key == "revision"))
    connection.execute(insert(META).values(key="revision", value=revision))
    return replace(report, revision=revision)


def compare(connection: Connection, intake: Intake, *, dry_run: bool = False) -> ImportReport:
    """What ``apply`` would change; nothing is written."""
    both = STAGED.join(ENTRY, _SAME)
    unequal = ENTRY.c.hash != STAGED.c.hash
    staged = select(STAGED.c.kind, STAGED.c.id)
    kept = {invalid.entry_id for invalid in intake.invalid}
    unnamed = select(ENTRY.c.kind, ENTRY.c.id).where(ENTRY.c.kind.in_(select(STAGED.c.kind)) & ~exists().where(_SAME))
    return ImportReport(
        added=_keys(connection, staged.where(~exists().where(_SAME))),
        changed=_keys(connection, staged.select_from(both).where(unequal)),
        unchanged=_keys(connection, staged.select_from(both).where(~unequal)),
        removed=tuple(key for key in _keys(connection, unnamed) if key.split(":", 1)[1] not in kept),
        invalid=tuple(intake.invalid),
        notes=tuple(intake.notes),
        dry_run=dry_run,
        revision=connection.scalar(select(META.c.value).where(META.c.key == "revision")) or "",
    )


def _refusal(report: ImportReport) -> str:
    losses = ", ".join(f"{count} of kind {kind}" for kind, count in report.losses.items())
    return f"more than half of the stored entries would be removed ({losses}); allow it with --allow-removal"


def _keys(connection: Connection, query: Select[Any]) -> tuple[str, ...]:
    return tuple(sorted(f"{row.kind}:{row.id}" for row in connection.execute(query)))


def _content_hash(connection: Connection) -> str:
    digest = hashlib.sha256()
    columns = select(ENTRY.c.kind, ENTRY.c.id, ENTRY.c.hash)
    for row in connection.execute(columns.order_by(ENTRY.c.kind, ENTRY.c.id)):
        digest.update(f"{row.kind}:{row.id}={row.hash}\n".encode())
    return digest.hexdigest()[:16]
