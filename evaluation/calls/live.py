"""A call on the terminal while it goes on: who says what, how it was heard, how long each stage of an answer took."""

import time

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.handoff.packet import Packet
from voice.session.observe import (
    CallBegan,
    CallerKeyed,
    CallerSaid,
    CallEvent,
    CallFinished,
    Faltered,
    Interrupted,
    PassedOn,
    RolandSaid,
    TurnTimed,
)


class LiveCall:
    """Looks on at the line, from its thread, and is told by the caller's side what is really said."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began_at = 0.0

    def says(self, words: str) -> None:
        """The caller begins to say this."""
        self._show("caller", f"[bold green]{escape(words)}[/]")

    def rings(self, name: str, reference: str) -> None:
        """Another telephone has taken the call."""
        self._show(name, f"[bold magenta]answers; call reference {escape(reference)}[/]")

    def notice(self, call_id: str, at: float, event: CallEvent) -> None:
        """See ``CallObserver``."""
        match event:
            case CallBegan():
                self._began_at = at
                self._show("line", f"[dim]call over {event.trunk}[/]")
            case CallerSaid():
                self._note(f"heard: {event.text} ({event.confidence:.0%} sure)")
            case CallerKeyed():
                self._show("caller", f"key {event.key}")
            case RolandSaid():
                self._show("Roland", f"[cyan]{escape(event.text)}[/]")
            case Interrupted():
                self._note("interrupted; Roland stops")
            case TurnTimed():
                self._note(
                    f"{event.recognised_ms:.0f} ms understood, {event.answered_ms:.0f} ms answered, "
                    f"{event.sounded_ms:.0f} ms first sound"
                )
            case PassedOn():
                self._show("line", f"passed on: {event.outcome.value}")
            case Faltered():
                self._show("line", f"[bold red]{event.what} failed: {escape(event.error)}[/]")
            case CallFinished():
                self._show(
                    "line", f"[dim]over after {event.seconds:.0f} s, {event.turns} turns: {event.ending.value}[/]"
                )

    def _show(self, who: str, what: str) -> None:
        seconds = time.monotonic() - self._began_at
        self._row(f"[dim]{seconds // 60:2.0f}:{seconds % 60:04.1f}[/]", who, what)

    def _note(self, what: str) -> None:
        self._row("", "", f"[dim]{escape(what)}[/]")

    def _row(self, *cells: str) -> None:
        grid = Table.grid(padding=(0, 1))
        for width in (7, 6):
            grid.add_column(width=width, justify="right")
        grid.add_row(*cells)
        self._console.print(grid, highlight=False)


def table_of(packet: Packet) -> Table:
    """What the person at the desk sees when the telephone rings."""
    table = Table(title="at the desk", show_header=False, title_justify="left")
    table.add_row("asked", escape("\n".join(packet.questions)))
    table.add_row("about", escape(packet.service_title or "–"))
    if packet.form is not None:
        table.add_row(
            "in the form",
            escape(f"{packet.form.title}: {packet.form.at} ({packet.form.position} of {packet.form.total})"),
        )
    table.add_row("read out", escape("\n".join(dict.fromkeys(source.title for source in packet.shown))))
    return table
