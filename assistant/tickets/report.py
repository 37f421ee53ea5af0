"""Which promises were kept, by office."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.model import Ticket


@dataclass(frozen=True, slots=True)
class OfficeReport:
    """The promises of one office that were due in a period; ``owed`` are those that can still be kept."""

    office_id: str | None
    office: str
    kept: int
    broken: int
    owed: int

    @property
    def share_kept(self) -> float | None:
        """How many of those decided were kept (0–1); None where none is decided."""
        decided = self.kept + self.broken
        return self.kept / decided if decided else None


def promises(tickets: Sequence[Ticket], now: datetime) -> tuple[OfficeReport, ...]:
    """One report for each office, by name; what belongs to none comes first under an empty name.

    A ticket counts for the office that has it now, however often it was sent on. An office that was renamed is told by
    its latest name.
    """
    by_office: defaultdict[str | None, list[Ticket]] = defaultdict(list)
    for ticket in sorted(tickets, key=lambda ticket: ticket.created_at):
        by_office[ticket.office_id].append(ticket)
    reports = [_report(office_id, theirs, now) for office_id, theirs in by_office.items()]
    return tuple(sorted(reports, key=lambda report: (report.office, report.office_id or "")))


def _report(office_id: str | None, tickets: Sequence[Ticket], now: datetime) -> OfficeReport:
    outcomes = [ticket.is_kept(now) for ticket in tickets]
    counts = (outcomes.count(True), outcomes.count(False), outcomes.count(None))
    return OfficeReport(office_id, tickets[-1].office_name, *counts)
