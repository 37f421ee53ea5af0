"""What the commands share: options, output, and what an error looks like.

Data goes to stdout, progress and complaints to stderr. Exit codes: 0 done, 1 failed, 2 wrong usage.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from assistant.config import Settings, load_settings
from assistant.errors import RolandError

out = Console()
err = Console(stderr=True)

DEFAULT_CONFIG = Path("config/bremen.toml")

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", envvar="ROLAND_CONFIG", help="The city's configuration file (TOML).")
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", "-d", envvar="ROLAND_DATA", help="Data directory instead of the configured one."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def settings_of(config: Path, data: Path | None) -> Settings:
    """The settings of a command; the errors of the file are told as those of any command."""
    return load_settings(config, data_dir=data)


def say(message: str) -> None:
    """Tell progress to stderr, letter by letter."""
    err.print(message, highlight=False, markup=False)


def print_json(value: Any) -> None:
    """Print a JSON document to stdout, without colours, so that a program can read it."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def told_errors() -> Iterator[None]:
    """Expected errors become one line on stderr and exit code 1."""
    try:
        yield
    except RolandError as error:
        err.print(f"[bold red]error[/] ({error.code}): {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
