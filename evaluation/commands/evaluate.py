"""``roland evaluate``: measure how well Roland finds, answers, declines and understands."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DataOption,
    JsonOption,
    out,
    say,
    settings_of,
    told_errors,
)
from assistant.cli.nlu import EngineName
from evaluation import conversations, omos, others, retrieval
from evaluation.lines import LineError
from evaluation.omos_aids import AIDS, AidName
from evaluation.questions import development_set, own_file
from evaluation.results import Result, to_json, write
from evaluation.tables import tables

app = typer.Typer(help="Measure how well Roland works, and compare with the run before.", no_args_is_help=True)

RESULTS = Path("var/evaluation")
_WIDTH = 160

ResultsOption = Annotated[Path, typer.Option("--results", help="Where results are kept, one folder a run.")]


@app.command("retrieval")
def evaluate_retrieval(
    questions: Annotated[
        Path | None, typer.Argument(help="Questions with gold services (JSON lines).", exists=True, dir_okay=False)
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="Folder of a sentence-transformers model to measure beside.", exists=True)
    ] = None,
    results: ResultsOption = RESULTS,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Measure how well questions find their services, beside plain baselines; the city's own set if none is named."""
    with told():
        settings = settings_of(config, data)
        path = questions or development_set(settings.city.name)
        if path is None:
            raise typer.BadParameter(f"there is no set for {settings.city.name}; name a file", param_hint="QUESTIONS")
        finish(retrieval.evaluate(settings, path, model), results, as_json=as_json)


@app.command("scope")
def evaluate_scope(
    questions: Annotated[
        Path | None, typer.Argument(help="Questions with what is expected (JSON lines).", exists=True, dir_okay=False)
    ] = None,
    answerable: Annotated[
        Path | None,
        typer.Option(help="Questions that must not be refused; the city's own set if none.", exists=True),
    ] = None,
    results: ResultsOption = RESULTS,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Measure what is declined, passed on or greeted as it should be, and what is refused although it has an answer."""
    with told():
        settings = settings_of(config, data)
        asked = answerable or development_set(settings.city.name)
        path = questions or own_file("scope_dev.jsonl")
        finish(conversations.evaluate_scope(settings, path, asked), results, as_json=as_json)


@app.command("dialogues")
def evaluate_dialogues(
    dialogues: Annotated[
        Path | None, typer.Argument(help="Conversations with gold turns (JSON lines).", exists=True, dir_okay=False)
    ] = None,
    results: ResultsOption = RESULTS,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Measure how many turns of running conversations end on the right service and section."""
    with told():
        path = dialogues or own_file("dialogues_dev.jsonl")
        finish(conversations.evaluate_dialogues(settings_of(config, data), path), results, as_json=as_json)


@app.command("omos")
def evaluate_omos(
    folder: Annotated[Path, typer.Argument(help="Folder of OMoS-QA, with splits/.", exists=True, file_okay=False)],
    split: Annotated[str, typer.Option(help="Which split is asked.")] = "dev",
    aids: Annotated[
        list[AidName] | None, typer.Option("--aid", help="Also an encoder that has read these translations.")
    ] = None,
    results: ResultsOption = RESULTS,
    as_json: JsonOption = False,
) -> None:
    """Measure questions in five languages against German pages of OMoS-QA, and the sentences taken from them."""
    with told():
        finish(omos.evaluate(folder, split, say, [AIDS[aid] for aid in aids or ()]), results, as_json=as_json)


@app.command("nlu")
def evaluate_nlu(
    engine: Annotated[list[EngineName] | None, typer.Option(help="Which engine; both if not given.")] = None,
    held_out: Annotated[
        list[Path] | None, typer.Option(help="Sentences never trained on; Roland's own if not given.", exists=True)
    ] = None,
    folds: Annotated[int, typer.Option(help="Into how many parts to cut the training sentences.", min=2)] = 5,
    results: ResultsOption = RESULTS,
    as_json: JsonOption = False,
) -> None:
    """Measure the engines that understand questions, as `roland nlu evaluate` does, and keep the result."""
    with told():
        files = held_out or sorted(own_file("").glob("nlu_heldout.*.jsonl"))
        finish(others.evaluate_nlu(engine or list(EngineName), files, folds, say), results, as_json=as_json)


@app.command("latency")
def evaluate_latency(
    results: ResultsOption = RESULTS,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Measure latency and throughput with the quick benchmark, and keep the result."""
    with told():
        finish(others.evaluate_latency(settings_of(config, data), config, say), results, as_json=as_json)


@app.command("report")
def make_report(
    output: Annotated[
        Path | None, typer.Option(help="The page to write; report.html beside the results if not given.")
    ] = None,
    results: ResultsOption = RESULTS,
) -> None:
    """Write one HTML page about the newest results, what became worse since the run before first."""
    # Every command loads this module, and the plots take their time to load.
    from evaluation import report  # noqa: PLC0415

    with told():
        page = output or results / "report.html"
        written = report.write_page(results, page)
        typer.echo(f"{page}: {written} measurements")


@contextmanager
def told() -> Iterator[None]:
    """Errors of Roland as everywhere; a wrong file of questions is a wrong use of the command."""
    try:
        with told_errors():
            yield
    except LineError as error:
        raise typer.BadParameter(str(error)) from error


def finish(result: Result, results: Path, *, as_json: bool) -> None:
    """Keep a result and show it."""
    path = write(result, results)
    if as_json:
        typer.echo(to_json(result))
    else:
        console = Console(file=out.file, width=max(out.width, _WIDTH))
        for table in tables(result):
            console.print(table)
    say(f"{path}")
