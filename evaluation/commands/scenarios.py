"""``roland scenarios``: hold the conversations of the scenario files."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from assistant import bootstrap, logs
from assistant.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DataOption,
    JsonOption,
    err,
    out,
    print_json,
    say,
    settings_of,
    told_errors,
)
from assistant.config import Settings
from assistant.dialogue.context import DialogueTools
from assistant.model import Channel, Language
from evaluation.commands.evaluate import RESULTS, ResultsOption, finish
from evaluation.mishearing.run import hold_all, result_of, spoken
from evaluation.results import about
from evaluation.scenarios import Scenario, ScenarioError, ScenarioResult, find, run

app = typer.Typer(help="Run scenario files against the dialogue core.", no_args_is_help=True)


# Those in tests/scenarios/wanted are not kept yet; name the folder to run them.
DEFAULT_RATES = (0, 10, 25)
DEFAULT_PATHS = [Path("tests/scenarios") / language for language in Language]


@app.callback()
def _group() -> None:
    """Keeps ``roland scenarios run`` a command of its group."""


@app.command("run")
def run_files(
    paths: Annotated[list[Path] | None, typer.Argument(help="Scenario files or folders.", exists=True)] = None,
    channel: Annotated[
        Channel | None, typer.Option(help="phone: all by telephone, misheard, and in chat beside; measured and kept.")
    ] = None,
    wer: Annotated[
        list[int] | None, typer.Option(help="Word error rates in per cent, by telephone.", min=0, max=90)
    ] = None,
    callers: Annotated[int, typer.Option(help="How many people hold each scenario at a rate above 0.", min=1)] = 3,
    results: ResultsOption = RESULTS,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Hold each conversation and report what was expected and missing; exit code 1 if anything was.

    With ``--channel phone`` nothing can fail: it measures how many are solved where words are misheard.
    """
    if channel not in {None, Channel.PHONE}:
        raise typer.BadParameter(
            "each conversation is held on its own channel, or all by phone", param_hint="--channel"
        )
    if wer and channel is None:
        raise typer.BadParameter("only callers are misheard: --channel phone", param_hint="--wer")
    try:
        scenarios = list(find(paths or DEFAULT_PATHS))
    except ScenarioError as error:
        raise typer.BadParameter(str(error)) from error
    if channel is Channel.PHONE:
        rates = [rate / 100 for rate in dict.fromkeys(wer or DEFAULT_RATES)]
        _by_phone(scenarios, rates, callers, results, settings_of(config, data), as_json=as_json)
        return
    with told_errors():
        settings = settings_of(config, data)
        logs.configure(settings.logging, keep_days=settings.retention.log_days)
        tools = bootstrap.build_tools(settings)
        outcomes = asyncio.run(_run_all(scenarios, tools))
    failed = [result for result in outcomes if not result.passed]
    if as_json:
        print_json([_summary(result) for result in outcomes])
    else:
        for result in failed:
            _show(result)
        out.print(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed", highlight=False)
    if failed:
        raise typer.Exit(1)


def _by_phone(
    scenarios: list[Scenario], rates: list[float], callers: int, results: Path, settings: Settings, *, as_json: bool
) -> None:
    chosen, left_out = spoken(scenarios)
    if not chosen:
        raise typer.BadParameter("none of these can be held by telephone", param_hint="PATHS")
    for scenario in left_out:
        say(f"left out: {scenario.name} ({scenario.not_by_phone})")
    with told_errors():
        logs.configure(settings.logging, keep_days=settings.retention.log_days)
        tools = bootstrap.build_tools(settings)
        held = asyncio.run(hold_all(chosen, tools, rates, callers, say))
        told = {**about(settings), "callers": str(callers), "left_out": str(len(left_out))}
    finish(result_of(held, chosen, told), results, as_json=as_json)


async def _run_all(scenarios: list[Scenario], tools: DialogueTools) -> list[ScenarioResult]:
    results = []
    for scenario in scenarios:
        err.print(f"· {scenario.name}", highlight=False)
        results.append(await run(scenario, tools))
    return results


def _show(result: ScenarioResult) -> None:
    out.print(f"[red]✗[/] {result.scenario.path}", highlight=False)
    for step in result.steps:
        for fault in step.faults:
            out.print(f"    {step.step.words}: {fault}", highlight=False, markup=False)
    for fault in result.packet_faults:
        out.print(f"    {fault}", highlight=False, markup=False)


def _summary(result: ScenarioResult) -> dict[str, object]:
    return {
        "name": result.scenario.name,
        "passed": result.passed,
        "faults": [{"step": step.step.words, "faults": step.faults} for step in result.steps if step.faults],
    }
