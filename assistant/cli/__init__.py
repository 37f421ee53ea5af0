"""The command line ``roland``. Commands of other packages join through the entry points ``roland.commands``."""

from importlib.metadata import entry_points
from typing import Any

import typer
from typer.core import TyperGroup

from assistant.cli import catalogue, config, db, desk, doctor, form, lexicon, nlu, operate, outbox, tickets, voice
from assistant.cli.ask import ask

_MORE = {point.name: point for point in entry_points(group="roland.commands")}


class _Commands(TyperGroup):
    """Commands of other packages are loaded when they are called: measuring needs much that serving does not.

    Typer keeps the types of its contexts and commands to itself.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({*super().list_commands(ctx), *_MORE})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _MORE:
            return super().get_command(ctx, cmd_name)
        command = typer.main.get_group(_MORE[cmd_name].load())
        command.name = cmd_name
        return command


app = typer.Typer(
    name="roland",
    cls=_Commands,
    help="Roland, the virtual Bürgeramt.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command()(ask)
app.command()(doctor.doctor)
app.command()(operate.serve)
app.command()(operate.line)
app.command("setup-data")(operate.setup_data)
app.command()(operate.purge)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(config.app, name="config")
app.add_typer(db.app, name="db")
app.add_typer(desk.app, name="desk")
app.add_typer(form.app, name="form")
app.add_typer(lexicon.app, name="lexicon")
app.add_typer(nlu.app, name="nlu")
app.command("outbox")(outbox.outbox)
app.add_typer(tickets.app, name="tickets")
app.add_typer(voice.app, name="voice")


def main() -> None:
    """Entry point of the ``roland`` command."""
    app()
