"""``roland nlu``: train and measure the understanding."""

import asyncio
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant import bootstrap
from assistant.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    out,
    print_json,
    say,
    settings_of,
    told_errors,
)

HELD_OUT = Path("evaluation/data")
_ACTED_FROM = 0.5

app = typer.Typer(help="Train and evaluate the understanding.", no_args_is_help=True)


class EngineName(StrEnum):
    """The engines that can be trained."""

    SPACY = "spacy"
    RASA = "rasa"


@app.command()
def train(
    engine: Annotated[
        list[EngineName] | None, typer.Option(help="Which engine; if not given, those the city uses.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Train the engines from nlu/rasa/data, where their models are not up to date; Rasa where the city uses it."""
    with told_errors():
        settings = settings_of(config, None)
        used = dict.fromkeys((EngineName.SPACY, EngineName(settings.nlu.engine)))
        for name in engine or used:
            model = bootstrap.train_nlu(settings, name, say)
            typer.echo(f"{name}: {model}")
        typer.echo(f"wishes: {bootstrap.train_wish_reader(settings)}")


@app.command()
def evaluate(
    engine: Annotated[list[EngineName] | None, typer.Option(help="Which engine; both if not given.")] = None,
    held_out: Annotated[
        list[Path] | None,
        typer.Option(help="Sentences never trained on (JSON lines); Roland's own if not given.", exists=True),
    ] = None,
    folds: Annotated[int, typer.Option(help="Into how many parts to cut the training sentences.", min=2)] = 5,
    as_json: JsonOption = False,
) -> None:
    """Measure the engines side by side: F1 by intent, cross-validated, and on sentences never trained on."""
    files = held_out or sorted(HELD_OUT.glob("nlu_heldout.*.jsonl"))
    if not files:
        raise typer.BadParameter(f"there are none in {HELD_OUT}; name the files", param_hint="--held-out")
    with told_errors():
        evaluation = asyncio.run(bootstrap.evaluate_nlu(engine or list(EngineName), files, folds, say))
    if as_json:
        typer.echo(evaluation.to_json())
        return
    for table in bootstrap.nlu_tables(evaluation):
        out.print(table)


@app.command()
def wishes(
    held_out: Annotated[
        Path, typer.Option(help="Sentences never trained on (JSON lines).", exists=True, dir_okay=False)
    ] = HELD_OUT / "wishes_heldout.jsonl",
    threshold: Annotated[
        float, typer.Option(help="From which probability on a wish is acted upon.", min=0, max=1)
    ] = _ACTED_FROM,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Measure how well wishes at a form's steps are told: right, wrong, missed, and false alarms, by language."""
    with told_errors():
        measured = bootstrap.evaluate_wishes(settings_of(config, None), held_out, threshold)
    if as_json:
        print_json(asdict(measured))
        return
    for table in bootstrap.wish_tables(measured):
        out.print(table)
