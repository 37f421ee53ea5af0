"""``roland bench``: how fast everything is, beside a plain Rasa bot on the same machine."""

from dataclasses import asdict
from typing import Annotated

import typer

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
from evaluation.bench.report import show
from evaluation.bench.run import FULL, QUICK, Bench

app = typer.Typer(help="Measure latency, throughput and growth beside a plain Rasa bot.", invoke_without_command=True)


@app.callback()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Two minutes with fewer figures and samples.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Measure whole turns and the search index; exit code 1 if a turn failed."""
    with told_errors():
        report = Bench(settings_of(config, data), config, QUICK if quick else FULL, _tell).run()
    if as_json:
        aims = [asdict(aim) for aim in report.aims()]
        print_json({**asdict(report), "query_growth": report.query_growth, "aims": aims})
    else:
        show(report, out)
    if report.failures:
        raise typer.Exit(1)


def _tell(message: str) -> None:
    err.print(message, highlight=False)
