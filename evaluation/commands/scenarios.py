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
    settings_of,
    told_errors,
)
from assistant.dialogue.context import DialogueTools
from assistant.model import Language
from evaluation.scenarios import Scenario, ScenarioError, ScenarioResult, find, run

app = typer.Typer(help="Run scenario files against the dialogue core.", no_args_is_help=True)


# Those in tests/scenarios/wanted are not kept yet; name the folder to run them.
DEFAULT_PATHS = [Path("tests/scenarios") / language for language in Language]


@app.callback()
def _group() -> None:
    """Keeps ``roland scenarios run`` a command of its group."""


@app.command("run")
def run_files(
    paths: Annotated[list[Path] | None, typer.Argument(help="Scenario files or folders.", exists=True)] = None,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Hold each conversation and report what was expected and missing; exit code 1 if anything was."""
    try:
        scenarios = list(find(paths or DEFAULT_PATHS))
    except ScenarioError as error:
        raise typer.BadParameter(str(error)) from error
    with told_errors():
        settings = settings_of(config, data)
        logs.configure(settings.logging, keep_days=settings.retention.log_days)
        tools = bootstrap.build_tools(settings)
        results = asyncio.run(_run_all(scenarios, tools))
    failed = [result for result in results if not result.passed]
    if as_json:
        print_json([_summary(result) for result in results])
    else:
        for result in failed:
            _show(result)
        out.print(f"{len(results) - len(failed)} passed, {len(failed)} failed", highlight=False)
    if failed:
        raise typer.Exit(1)


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
