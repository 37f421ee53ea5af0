"""``roland nlu``: train and measure the understanding."""

from enum import StrEnum
from typing import Annotated

import typer

from assistant import bootstrap
from assistant.cli.common import DEFAULT_CONFIG, ConfigOption, err, settings_of, told_errors

app = typer.Typer(help="Train and evaluate the understanding.", no_args_is_help=True)


class EngineName(StrEnum):
    """The engines that can be trained."""

    SPACY = "spacy"
    RASA = "rasa"


@app.command()
def train(
    engine: Annotated[list[EngineName] | None, typer.Option(help="Which engine; both if not given.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Train the engines from nlu/rasa/data, where their models are not up to date."""
    with told_errors():
        settings = settings_of(config, None)
        for name in engine or list(EngineName):
            model = bootstrap.train_nlu(settings, name, lambda message: err.print(message, highlight=False))
            typer.echo(f"{name}: {model}")
