"""``roland doctor``: is everything there that Roland needs, and does it answer?"""

import asyncio

import typer
from rich.markup import escape
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


def doctor(as_json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Check every part: settings, catalogue, search index, understanding, database. Exit code 1 if one is missing."""
    with told_errors():
        findings = asyncio.run(bootstrap.examine(settings_of(config, data)))
    if as_json:
        print_json([{"part": f.part, "ok": f.ok, "required": f.required, "detail": f.detail} for f in findings])
    else:
        table = Table("part", "state", "detail")
        for finding in findings:
            state = "[green]ok[/]" if finding.ok else "[red]missing[/]" if finding.required else "[yellow]absent[/]"
            table.add_row(finding.part, state, escape(finding.detail))
        out.print(table)
    if any(finding.required and not finding.ok for finding in findings):
        raise typer.Exit(1)
