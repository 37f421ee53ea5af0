"""``roland catalogue``: bring a service catalogue in, and look at what is there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from assistant import bootstrap
from assistant.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DataOption,
    JsonOption,
    err,
    out,
    print_json,
    say,
    settings_of,
    told_errors,
)
from assistant.errors import CatalogueError
from assistant.model import ImportReport
from assistant.storage.codec import encode

app = typer.Typer(help="Import and inspect the service catalogue.", no_args_is_help=True)

_SHOWN = 50


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="Files or bundle folders of one catalogue.", exists=True)],
    format_name: Annotated[
        str, typer.Option("--format", "-f", help=f"One of: {', '.join(bootstrap.catalogue_formats())}.")
    ] = "bundle",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would change, and change nothing.")] = False,
    allow_removal: Annotated[
        bool, typer.Option("--allow-removal", help="Go on although more than half of the stored entries are removed.")
    ] = False,
    index: Annotated[bool, typer.Option(help="Build the search index afterwards.")] = True,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Import a catalogue: what it does not name any more is removed, a broken file changes nothing."""
    if format_name not in bootstrap.catalogue_formats():
        raise typer.BadParameter(
            f"{format_name!r} is none of {', '.join(bootstrap.catalogue_formats())}", param_hint="--format"
        )
    with told_errors():
        settings = settings_of(config, data)
        with err.status("Reading…"):
            report = bootstrap.import_catalogue(
                settings, format_name, files, dry_run=dry_run, allow_removal=allow_removal
            )
        if as_json:
            print_json(asdict(report))
        else:
            _show(report)
        if index and not dry_run:
            bootstrap.build_search(settings, say)
    if report.invalid:
        raise typer.Exit(1)


@app.command()
def show(
    service_id: Annotated[str, typer.Argument(help="The id of a service.")],
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Print everything the catalogue says about one service, as JSON."""
    with told_errors():
        catalogue = bootstrap.open_catalogue(settings_of(config, data))
        service = catalogue.service(service_id)
        if service is None:
            raise CatalogueError(f"there is no service {service_id!r}")
        typer.echo(encode(service))


@app.command("list")
def list_services(as_json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """List the services of the catalogue."""
    with told_errors():
        catalogue = bootstrap.open_catalogue(settings_of(config, data))
        services = list(catalogue.services())
        if as_json:
            print_json([{"id": service.id, "title": service.texts[0].title} for service in services])
            return
        table = Table("id", "title", "sections", "updated on")
        for service in services:
            text = service.texts[0]
            table.add_row(service.id, escape(text.title), str(len(text.sections)), str(service.updated_on or ""))
        out.print(table)


def _show(report: ImportReport) -> None:
    counts = {
        name: len(getattr(report, name)) for name in ("added", "changed", "unchanged", "removed", "invalid", "notes")
    }
    out.print(
        "  ".join(f"{name} {count}" for name, count in counts.items()) + ("  (dry run)" if report.dry_run else "")
    )
    for kind, count in report.losses.items():
        _line("yellow", "warning", f"more than half of kind {kind} is removed: {count} entries")
    invalid = [f"{entry.place}: {entry.reason}" for entry in report.invalid]
    for told in invalid[:_SHOWN]:
        _line("red", "invalid", told)
    notes = _alike(report.notes)
    for told in notes[:_SHOWN]:
        _line("yellow", "note", told)
    if len(invalid) > _SHOWN or len(notes) > _SHOWN:
        out.print("… and more; --json lists everything")


def _alike(notes: Sequence[tuple[str, str]]) -> list[str]:
    """One line for each different note, the most frequent first: how often, and where it is met first."""
    first = {text: place for place, text in reversed(notes)}
    counts = Counter(text for _, text in notes)
    return [f"{text} ({count} times; first: {first[text]})" for text, count in counts.most_common()]


def _line(colour: str, kind: str, text: str) -> None:
    out.print(f"[{colour}]{kind:8}[/]{escape(text)}", highlight=False, soft_wrap=True)
