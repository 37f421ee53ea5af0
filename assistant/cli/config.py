"""``roland config``: what is set, and where it comes from."""

import typer

from assistant.cli.common import DEFAULT_CONFIG, ConfigOption, DataOption, print_json, settings_of, told_errors

app = typer.Typer(help="Inspect the configuration.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps ``roland config show`` a command of its group."""


@app.command()
def show(config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Print every setting in force, defaults and environment included, as JSON; secrets stay hidden."""
    with told_errors():
        print_json(settings_of(config, data).model_dump(mode="json"))
