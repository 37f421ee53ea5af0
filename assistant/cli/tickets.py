"""``roland tickets``: what is owed to citizens, and which promises were kept."""

import asyncio
from datetime import datetime, time, timedelta
from typing import Annotated, Any

import typer
from rich.table import Table

from assistant import bootstrap
from assistant.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DataOption,
    JsonOption,
    out,
    print_json,
    settings_of,
    told_errors,
)
from assistant.config import Settings
from assistant.model import Ticket, TicketFilter, TicketKind, TicketState

app = typer.Typer(help="Look at tickets and at the promises that were made.", no_args_is_help=True)

_DAY = "%Y-%m-%d"


@app.command("list")
def list_tickets(
    state: Annotated[TicketState | None, typer.Option(help="Only those in this state.")] = None,
    kind: Annotated[TicketKind | None, typer.Option(help="Only those of this kind.")] = None,
    office: Annotated[str | None, typer.Option(help="Only those of the office with this id.")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """List tickets, the one due first at the beginning; what citizens wrote is not shown."""
    with told_errors():
        settings = settings_of(config, data)
        found = asyncio.run(bootstrap.find_tickets(settings, TicketFilter(office, kind, state)))
    if as_json:
        print_json([_row(ticket) for ticket in found])
        return
    table = Table("due", "state", "kind", "office", "language", title=f"{len(found)} tickets")
    for ticket in found:
        due = f"{ticket.due_at.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        table.add_row(due, ticket.state, ticket.kind, ticket.office_name, ticket.language)
    out.print(table)


@app.command()
def report(
    begin: Annotated[datetime, typer.Option("--from", formats=[_DAY], help="First day of the promised moments.")],
    end: Annotated[datetime, typer.Option("--to", formats=[_DAY], help="Last day of them.")],
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Report which promises were kept and which were broken, by office."""
    if end < begin:
        raise typer.BadParameter("the last day lies before the first", param_hint="--to")
    with told_errors():
        settings = settings_of(config, data)
        span = (_start(begin, settings), _start(end + timedelta(days=1), settings))
        reports = asyncio.run(bootstrap.report_promises(settings, *span))
    if as_json:
        print_json(
            [
                {
                    "office_id": one.office_id,
                    "office": one.office,
                    "kept": one.kept,
                    "broken": one.broken,
                    "owed": one.owed,
                    "share_kept": one.share_kept,
                }
                for one in reports
            ]
        )
        return
    table = Table("office", "kept", "broken", "still owed", "kept in %")
    for one in reports:
        share = "–" if one.share_kept is None else f"{one.share_kept:.0%}"
        table.add_row(one.office or "(none)", str(one.kept), str(one.broken), str(one.owed), share)
    out.print(table)


def _start(day: datetime, settings: Settings) -> datetime:
    return datetime.combine(day, time(), settings.zone)


def _row(ticket: Ticket) -> dict[str, Any]:
    return {
        "kind": ticket.kind,
        "state": ticket.state,
        "created_at": ticket.created_at.isoformat(),
        "due_at": ticket.due_at.isoformat(),
        "settled_at": ticket.settled_at.isoformat() if ticket.settled_at else None,
        "office_id": ticket.office_id,
        "office": ticket.office_name,
        "service_id": ticket.service_id,
        "language": ticket.language,
        "channel": ticket.channel,
        "reply_by": ticket.reply_by,
        "reminded": ticket.reminded_at is not None,
        "escalated": ticket.escalated_at is not None,
    }
