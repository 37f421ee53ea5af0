"""Shows an evaluation of wishes as tables."""

from collections.abc import Iterator

from rich.table import Table

from nlu.wishes.evaluate import WishEvaluation


def tables(evaluation: WishEvaluation) -> Iterator[Table]:
    """By language, by wish, and what is confused most."""
    yield _by_language(evaluation)
    yield _by_wish(evaluation)
    yield _confusions(evaluation)


def _by_language(evaluation: WishEvaluation) -> Table:
    title = f"wishes acted upon from {evaluation.threshold:.2f} on"
    table = Table("", "sentences", "right", "wrong", "missed", "false alarms", title=title)
    for name, figures in {**evaluation.by_language, "all": evaluation.overall}.items():
        shares = (figures.right, figures.wrong, figures.missed, figures.false_alarms)
        table.add_row(name, str(figures.sentences), *(f"{share:.3f}" for share in shares))
    return table


def _by_wish(evaluation: WishEvaluation) -> Table:
    table = Table("wish", "right", title="by wish")
    for wish, share in evaluation.right_by_wish.items():
        table.add_row(wish, f"{share:.3f}")
    return table


def _confusions(evaluation: WishEvaluation) -> Table:
    table = Table("meant", "told", "times", title="confused most")
    for meant, told, count in evaluation.confusions:
        table.add_row(meant, told, str(count))
    return table
