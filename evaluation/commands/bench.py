"""``roland bench``: how fast everything is, beside a plain Rasa bot; how a full desk and a full telephone line do."""

import asyncio
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from assistant.bootstrap import open_catalogue
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
from evaluation.bench import handoff_report, machine
from evaluation.bench.handoff import Place, Plan, measure
from evaluation.bench.report import show
from evaluation.bench.run import FULL, QUICK, Bench
from evaluation.bench.voice import report as voice_report
from evaluation.bench.voice import run as voice_run
from evaluation.bench.voice.picture import picture
from voice.model.folder import read_model_folder

_TEST_MODEL = Path("var/voice/test-model")

app = typer.Typer(help="Measure latency, throughput and growth beside a plain Rasa bot.", invoke_without_command=True)


@app.callback()
def bench(
    context: typer.Context,
    quick: Annotated[bool, typer.Option("--quick", help="Two minutes with fewer figures and samples.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Measure whole turns and the search index; exit code 1 if a turn failed."""
    if context.invoked_subcommand:
        return
    with told_errors():
        report = Bench(settings_of(config, data), config, QUICK if quick else FULL, _tell).run()
    if as_json:
        aims = [asdict(aim) for aim in report.aims()]
        print_json({**asdict(report), "query_growth": report.query_growth, "aims": aims})
    else:
        show(report, out)
    if report.failures:
        raise typer.Exit(1)


@app.command()
def handoff(
    chats: Annotated[int, typer.Option(min=1, help="How many people always wait.")] = 200,
    agents: Annotated[int, typer.Option(min=1, help="How many agents answer them.")] = 20,
    seconds: Annotated[float, typer.Option(min=1, help="How long chats begin.")] = 300,
    database: Annotated[str, typer.Option(help="URL of a PostgreSQL database for the measurement alone.")] = "",
    redis: Annotated[str, typer.Option(help="URL of a Redis; together with --database.")] = "",
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Let many people wait and agents answer: claims, delivery, memory; exit code 1 if anything was lost or doubled."""
    if bool(database) != bool(redis):
        raise typer.BadParameter("--database and --redis go together")
    plan = Plan(chats, agents, seconds)
    places = [Place("SQLite, one worker")]
    if database:
        places.append(Place("PostgreSQL and Redis, two workers", database, redis))
    with told_errors():
        catalogue = open_catalogue(settings_of(config, data))
        figures = [asyncio.run(measure(plan, place, catalogue, machine.load())) for place in places]
    if as_json:
        told = [{**asdict(one), "ratio": one.ratio} for one in figures]
        print_json({"plan": asdict(plan), "machine": machine.describe(), "places": told})
    else:
        handoff_report.show(plan, figures, machine.describe(), out)
    if not all(one.is_sound for one in figures):
        raise typer.Exit(1)


@app.command()
def voice(
    quick: Annotated[bool, typer.Option("--quick", help="Five minutes with fewer steps and calls.")] = False,
    calls: Annotated[list[int] | None, typer.Option(min=1, help="Only so many calls at once; may be repeated.")] = None,
    model: Annotated[Path, typer.Option(help="The folder of the recogniser's model.")] = _TEST_MODEL,
    plot: Annotated[Path | None, typer.Option(help="A file for the picture of waits against calls (SVG).")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Let many people call, ask and interrupt: waits, limits, jitter, memory; exit code 1 if a promise is not kept."""
    scope = voice_run.QUICK if quick else voice_run.FULL
    if calls:
        scope = replace(scope, steps=tuple(sorted(calls)))
    with told_errors():
        rate = read_model_folder(model).rate
        report = voice_run.VoiceBench(settings_of(config, data), config, model, rate, scope, _tell).run()
    aims = list(report.aims())
    if plot is not None:
        plot.write_text(picture(report), encoding="utf-8")
    if as_json:
        print_json({**asdict(report), "sustained": report.sustained, "aims": [asdict(aim) for aim in aims]})
    else:
        voice_report.show(report, out)
    if not all(aim.met for aim in aims):
        raise typer.Exit(1)


def _tell(message: str) -> None:
    err.print(message, highlight=False)
