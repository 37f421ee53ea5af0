"""``roland form``: look at the forms that Roland explains, and check those that are being written."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    settings_of,
    told_errors,
)
from assistant.cli.form_tree import tree_of
from assistant.cli.form_walk import FormWalk
from assistant.model import Language, Register, WalkMode
from assistant.model.form import Field, Form

app = typer.Typer(help="Look at the forms that Roland explains, and check them.", no_args_is_help=True)

_LEGEND = "✓ whole  – none  −n: n texts missing  old: made from another German  ! wrong"


@app.command("list")
def list_forms(as_json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """List the city's forms: title, edition, services, number of fields, languages."""
    with told_errors():
        library = bootstrap.open_forms(settings_of(config, data))
        forms, problems = library.forms(), library.problems
    rows = [_Row.of(form) for form in forms]
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        table = Table("id", "title", "edition", "services", "fields", "languages")
        table.columns[0].overflow = "fold"
        for row in rows:
            cells = (row.id, row.title, row.edition, " ".join(row.services), str(row.fields), " ".join(row.languages))
            table.add_row(*map(escape, cells))
        out.print(table)
    if problems:
        err.print(f"[yellow]warning[/] {len(problems)} files with problems: roland form check", highlight=False)


@app.command()
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders of forms; if not given, all of the city's.", exists=True),
    ] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Name each text that a language lacks.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Check forms and their translations. Exit code 1 if anything is wrong; what is missing or outdated is told."""
    with told_errors():
        settings = settings_of(config, None)
        found = bootstrap.check_forms(settings, files or ())
    if as_json:
        print_json({"problems": dict(found.problems), "forms": [_as_json(reading) for reading in found.readings]})
    else:
        for reason in "\n".join(found.problems.values()).splitlines():
            out.print(f"[red]problem[/] {escape(reason)}", highlight=False, soft_wrap=True)
        out.print(_table(found.readings, settings.city.languages))
        out.print(_LEGEND, style="dim")
        if missing:
            _show_missing(found.readings)
        fields = sum(_Row.of(reading.form).fields for reading in found.readings)
        typer.echo(f"{len(found.readings)} forms, {fields} fields, {len(found.problems)} files with problems")
    if found.problems:
        raise typer.Exit(1)


@app.command()
def show(
    form: Annotated[str, typer.Argument(help="The id of one of the city's forms, or a file.")],
    lang: Annotated[Language, typer.Option(help="Show it as told in this language.")] = Language.DE,
    plain: Annotated[bool, typer.Option("--plain", help="Show it in plain language.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Show a form whole: its parts and fields, when each is asked, and all that is said about it."""
    with told_errors():
        found = bootstrap.find_form(settings_of(config, data), form)
    out.print(tree_of(found, found.text(lang, Register.PLAIN if plain else Register.STANDARD)))


@app.command()
def walk(
    form: Annotated[str, typer.Argument(help="The id of one of the city's forms, or a file, also a FIM schema.")],
    lang: Annotated[Language, typer.Option(help="Go through it in this language.")] = Language.DE,
    plain: Annotated[bool, typer.Option("--plain", help="Go through it in plain language.")] = False,
    fill: Annotated[bool, typer.Option("--fill", help="Fill it in, instead of having it explained only.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Go through a form as people do: Enter for the next step, or any words that are understood there."""
    with told_errors():
        found = bootstrap.find_form(settings_of(config, data), form)
    register = Register.PLAIN if plain else Register.STANDARD
    FormWalk(found, lang, register, typer.echo).go(_line, WalkMode.FILL if fill else WalkMode.EXPLAIN)


def _line() -> str | None:
    """What is typed; None at its end."""
    try:
        return input("> ")
    except (EOFError, KeyboardInterrupt):
        return None


@dataclass(frozen=True, slots=True)
class _Row:
    """A form in one line."""

    id: str
    title: str
    edition: str
    services: tuple[str, ...]
    fields: int
    languages: tuple[str, ...]

    @classmethod
    def of(cls, form: Form) -> "_Row":
        fields = sum(isinstance(element, Field) for element in form.walk())
        languages = tuple(_key(text.language, text.register) for text in form.texts)
        return cls(form.id, form.text(Language.DE).title, form.edition, form.service_ids, fields, languages)

    def as_json(self) -> dict[str, object]:
        """The row for machines."""
        return {name: getattr(self, name) for name in self.__slots__}


def _key(language: Language, register: Register) -> str:
    return f"{language}-{register}" if register is Register.PLAIN else str(language)


def _as_json(reading: "bootstrap.FormReading") -> dict[str, object]:
    languages = {
        telling.key: {"missing": telling.missing, "of": telling.of and str(telling.of), "problems": telling.faults}
        for telling in reading.tellings
    }
    return {"file": str(reading.path), **_Row.of(reading.form).as_json(), "languages": languages}


def _table(readings: "Sequence[bootstrap.FormReading]", languages: Sequence[Language]) -> Table:
    """How far each form is told in each language beside German."""
    keys = ["de-plain", *(str(language) for language in languages if language is not Language.DE)]
    table = Table()
    table.add_column("form", overflow="fold")
    table.add_column("fields")
    for key in keys:
        table.add_column(key, no_wrap=True)
    for reading in readings:
        states = {telling.key: telling for telling in reading.tellings}
        cells = (_cell(states.get(key)) for key in keys)
        table.add_row(escape(reading.form.id), str(_Row.of(reading.form).fields), *cells)
    return table


def _cell(telling: "bootstrap.Telling | None") -> str:
    if telling is None:
        return "[dim]–[/]"
    if telling.is_whole:
        return "[green]✓[/]"
    parts = [f"−{len(telling.missing)}"] if telling.missing else []
    parts += ["old"] if telling.of else []
    parts += ["!"] if telling.faults else []
    return f"[yellow]{' '.join(parts)}[/]"


def _show_missing(readings: "Sequence[bootstrap.FormReading]") -> None:
    for reading in readings:
        for telling in reading.tellings:
            for place in telling.missing:
                line = f"[yellow]missing[/] {escape(f'{telling.path}: {telling.key}: {place}')}"
                out.print(line, highlight=False, soft_wrap=True)
