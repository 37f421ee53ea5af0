"""``roland call``: a whole telephone call to watch, or a line to dial with one's own telephone."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from assistant import logs
from assistant.cli.common import DEFAULT_CONFIG, ConfigOption, DataOption, out, settings_of, told_errors
from assistant.errors import SpeechUnavailableError
from evaluation.calls.show import Showing

_TEST_MODEL = Path("var/voice/test-model")

app = typer.Typer(help="Watch a whole telephone call, from the greeting to another telephone that rings.")


@app.callback(invoke_without_command=True)
def call(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the line open afterwards, for a telephone of your own.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The line's SIP port; 0 takes a free one.")] = 0,
    noise: Annotated[float | None, typer.Option(help="How far the voice is above the noise around it, in dB.")] = None,
    model: Annotated[Path, typer.Option(help="The folder of the recogniser's model.")] = _TEST_MODEL,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Call a line that is opened for it, and show what is said; exit code 1 if no other telephone rang in the end."""
    is_passed_on = True
    with told_errors(), TemporaryDirectory(prefix="roland-call-") as folder:
        if model == _TEST_MODEL and not model.exists():
            raise SpeechUnavailableError("there is no test model yet: make call, or roland voice model build")
        settings = settings_of(config, data)
        logs.configure(settings.logging.model_copy(update={"level": "error", "format": "console", "file": None}))
        showing = Showing(settings, model, Path(folder), out, port, noise, keep)
        try:
            is_passed_on = asyncio.run(showing.run())
        except KeyboardInterrupt:
            out.print("The line is closed.")
    if not is_passed_on:
        raise typer.Exit(1)
