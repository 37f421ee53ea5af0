"""``roland lexicon``: check what citizens call things, and see which services it is matched with."""

from collections import Counter
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

app = typer.Typer(help="Check the lexicon of everyday words, and its matches in the catalogue.", no_args_is_help=True)


@app.command()
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="JSON Lines files; if not given, the bundled ones and the city's own.", exists=True),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Check lexicon files: schema, languages, counts, letters, nothing twice. Exit code 1 if anything is wrong."""
    with told_errors():
        check = bootstrap.check_lexicon(files or bootstrap.lexicon_files(settings_of(config, None)))
    if as_json:
        print_json(asdict(check))
    else:
        for problem in check.problems:
            out.print(f"[red]problem[/] {escape(str(problem))}", highlight=False, soft_wrap=True)
        out.print(_sizes(check))
        typer.echo(f"{check.total} entries, {len(check.problems)} problems")
    if check.problems:
        raise typer.Exit(1)


@app.command()
def match(
    write: Annotated[
        Path | None, typer.Option(help="Write a file of corrections to edit; it must not be there yet.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Show which services each entry means and why, the doubtful ones first, and services without an entry."""
    with told_errors():
        report = bootstrap.match_lexicon(settings_of(config, data))
    if as_json:
        print_json(asdict(report))
    else:
        _show(report)
    for warning in report.warnings:
        err.print(f"[yellow]warning[/] {escape(warning)}", highlight=False, soft_wrap=True)
    if write is not None:
        _write(report, write)


def _write(report: "bootstrap.MatchReport", path: Path) -> None:
    try:
        bootstrap.write_matches(report, path)
    except FileExistsError as error:
        raise typer.BadParameter(
            f"{path} is there already; name another file, it will hold the corrections in force too",
            param_hint="--write",
        ) from error
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="--write") from error
    say(f"written: {path}")


def _sizes(check: "bootstrap.LexiconCheck") -> Table:
    table = Table("language", "entries", "terms", "questions")
    for language, count in check.entries.items():
        table.add_row(language, str(count), str(check.terms[language]), str(check.questions[language]))
    return table


def _show(report: "bootstrap.MatchReport") -> None:
    table = Table("entry", "how", "near", "services")
    for entry in report.entries:
        maybe = "? " if entry.candidates else ""
        services = "\n".join(f"{maybe}{one.id} {one.title}" for one in entry.services or entry.candidates)
        mark = " ?" if entry.doubtful else ""
        table.add_row(entry.key, f"{entry.how}{mark}", f"{entry.similarity:.2f}", escape(services))
    out.print(table)
    if report.uncovered:
        bare = Table("services without an entry", "title")
        for service in report.uncovered:
            bare.add_row(escape(service.id), escape(service.title))
        out.print(bare)
    counts = Counter(entry.how for entry in report.entries)
    told = "  ".join(f"{how} {count}" for how, count in counts.items())
    doubtful = sum(entry.doubtful for entry in report.entries)
    typer.echo(f"{told}  doubtful {doubtful}  services without an entry {len(report.uncovered)}")
