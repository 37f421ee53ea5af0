"""``roland outbox``: what waits to be done outside, and what was given up."""

import asyncio
from collections.abc import Sequence
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
from assistant.model import Errand


def outbox(
    retry: Annotated[
        list[str] | None, typer.Option("--retry", help="Id of something given up that is to be tried again.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Show the mails and messages that wait to be sent, and those given up; exit code 1 where there is one given up."""
    with told_errors():
        settings = settings_of(config, data)
        revived = asyncio.run(bootstrap.retry_errands(settings, retry or ()))
        waiting, dead = asyncio.run(bootstrap.outbox_errands(settings))
    if as_json:
        print_json({"waiting": [_row(errand) for errand in waiting], "given_up": [_row(errand) for errand in dead]})
    else:
        _print("waiting", waiting)
        _print("given up", dead)
    unknown = set(retry or ()) - set(revived)
    if unknown:
        typer.echo(f"not among what was given up: {', '.join(sorted(unknown))}", err=True)
    raise typer.Exit(1 if dead or unknown else 0)


def _row(errand: Errand) -> dict[str, Any]:
    """Without the payload: whom a mail goes to is nobody's business."""
    return {
        "id": errand.id,
        "kind": errand.kind,
        "created_at": errand.created_at.isoformat(),
        "due_at": errand.due_at.isoformat(),
        "tries": errand.tries,
        "last_error": errand.last_error,
    }


def _print(title: str, errands: Sequence[Errand]) -> None:
    table = Table("id", "kind", "next try", "tries", "last error", title=f"{len(errands)} {title}")
    for errand in errands:
        row = _row(errand)
        table.add_row(*(str(row[name]) for name in ("id", "kind", "due_at", "tries", "last_error")))
    out.print(table)
