"""``roland serve``, ``setup-data`` and ``purge``: what an operator runs."""

import asyncio
import time

import typer

from assistant import bootstrap
from assistant.cli.common import DEFAULT_CONFIG, ConfigOption, DataOption, say, settings_of, told_errors


def serve(config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Serve the portal page, the widget and the API until stopped."""
    with told_errors():
        bootstrap.serve(config, data)


def line(config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Take telephone calls in a process of its own until stopped, where several workers serve the web."""
    with told_errors():
        bootstrap.serve_line(config, data)


def setup_data(config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Make the data directory ready: sample catalogue where Bremen has none, encoder, search index, language model."""
    started = time.monotonic()
    with told_errors():
        bootstrap.set_up_data(settings_of(config, data), say)
    say(f"The data directory is ready after {time.monotonic() - started:.1f} s.")


def purge(config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Remove every conversation past its retention date."""
    with told_errors():
        removed = asyncio.run(bootstrap.purge(settings_of(config, data)))
    typer.echo(f"{removed} conversations removed")
