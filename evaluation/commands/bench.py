"""``roland bench``: how fast everything is, beside a plain Rasa bot on the same machine; how a full desk does."""

import asyncio
from dataclasses import asdict
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


def _tell(message: str) -> None:
    err.print(message, highlight=False)
