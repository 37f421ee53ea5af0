"""The figures of a full desk, for people."""

from collections.abc import Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from evaluation.bench.handoff import Figures, Plan

AIM_MS = 150.0
_WIDTH = 150


def show(plan: Plan, figures: Sequence[Figures], machine: dict[str, str], console: Console) -> None:
    """Print the figures as a table, and what was promised beside what was measured."""
    console = Console(file=console.file, width=max(console.width, _WIDTH))
    for name, value in machine.items():
        console.print(f"{name:10} {value}", highlight=False)
    console.print(_table(plan, figures))
    for one in figures:
        met = "[green]met[/]   " if one.delivery.p95_ms < AIM_MS else "[red]missed[/]"
        measured = f"{one.delivery.p95_ms:.0f} ms"
        console.print(f"{met} {one.place}: p95 of delivery under {AIM_MS:.0f} ms: {measured}", highlight=False)
        sound = "[green]sound[/] " if one.is_sound else "[red]broken[/]"
        console.print(
            f"{sound} {one.place}: {one.claimed_twice} of {one.claims} claims given twice, {one.lost} of {one.sent} "
            f"messages lost, {one.doubled} doubled",
            highlight=False,
        )


def _table(plan: Plan, figures: Sequence[Figures]) -> Table:
    title = (
        f"{plan.chats} waiting, {plan.agents} agents with {plan.at_once} chats each, {plan.seconds:.0f} s; "
        "delivery from sending to the other side's stream; × against a queue in the process, without a store"
    )
    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column("place")
    columns = (
        *("chats", "claims", "races lost", "messages", "per s", "p50 ms", "p95 ms"),
        *("queue p50", "queue p95", "×", "MB", "load"),
    )
    for name in columns:
        table.add_column(name, justify="right")
    for one in figures:
        table.add_row(
            one.place,
            str(one.chats),
            str(one.claims),
            str(one.lost_races),
            str(one.sent),
            f"{one.delivery.per_second:.1f}",
            f"{one.delivery.p50_ms:.1f}",
            f"{one.delivery.p95_ms:.1f}",
            f"{one.baseline.p50_ms:.2f}",
            f"{one.baseline.p95_ms:.2f}",
            f"{one.ratio:.0f}",
            " → ".join(f"{memory:.0f}" for memory in one.memory_mb),
            f"{one.load:.1f}",
        )
    return table
