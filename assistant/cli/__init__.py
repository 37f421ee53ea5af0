"""The command line ``roland``. Commands of other packages join through the entry points ``roland.commands``."""

from importlib.metadata import entry_points

import typer

from assistant.cli import catalogue, config, db, desk, doctor, form, lexicon, nlu, operate, outbox, tickets
from assistant.cli.ask import ask

app = typer.Typer(
    name="roland",
    help="Roland, the virtual Bürgeramt.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command()(ask)
app.command()(doctor.doctor)
app.command()(operate.serve)
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
for _point in entry_points(group="roland.commands"):
    app.add_typer(_point.load(), name=_point.name)


def main() -> None:
    """Entry point of the ``roland`` command."""
    app()
