"""``roland db``: the tables of the conversations."""

import typer

from assistant import bootstrap
from assistant.cli.common import DEFAULT_CONFIG, ConfigOption, DataOption, settings_of, told_errors

app = typer.Typer(help="Look after the database of the conversations.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps ``roland db upgrade`` a command of its group."""


@app.command()
def upgrade(config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Bring the tables to this version of Roland; a starting server does the same."""
    with told_errors():
        revision = bootstrap.upgrade_database(settings_of(config, data))
    typer.echo(f"the tables are at revision {revision}")
