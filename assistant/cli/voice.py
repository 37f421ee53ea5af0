"""``roland voice``: the models of the recogniser that hears callers."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from assistant import bootstrap
from assistant.cli.common import JsonOption, err, out, print_json, say, told_errors

TEST_MODEL = Path("var/voice/test-model")
_A_MEGABYTE = 10**6

app = typer.Typer(help="The telephone's hearing.", no_args_is_help=True)
model = typer.Typer(help="Show, make and measure models of the recogniser.", no_args_is_help=True)
app.add_typer(model, name="model")

FolderArgument = Annotated[Path, typer.Argument(help="The model's folder; the test model's if not given.")]


@model.command()
def show(folder: FolderArgument = TEST_MODEL, as_json: JsonOption = False) -> None:
    """Tell what a model is: rate, size, words, whether a step can restrict them, whether it is the test model."""
    with told_errors():
        found = bootstrap.read_model_folder(folder)
    if as_json:
        print_json({**asdict(found), "path": str(found.path), "kind": found.kind})
        return
    table = Table(show_header=False)
    table.add_row("path", escape(str(found.path)))
    table.add_row("kind", f"[bold red]{found.kind}[/]" if found.is_test_model else found.kind)
    table.add_row("language", found.language or "not told by the model")
    table.add_row("rate", f"{found.rate} Hz")
    table.add_row("size", f"{found.size / _A_MEGABYTE:.1f} MB")
    table.add_row("words", "not listed" if found.words is None else str(found.words))
    table.add_row("grammar of a step", "yes" if found.takes_grammar else "no")
    out.print(table)
    say("How a city installs a real model: docs/voice-model.md")


@model.command()
def build(folder: FolderArgument = TEST_MODEL) -> None:
    """Make the synthetic test model from espeak-ng's speech, unless it is there already and up to date."""
    with told_errors():
        made = bootstrap.build_voice_model(folder, say)
        found = bootstrap.read_model_folder(folder)
    say(f"{found.kind} ({'made' if made else 'up to date'}):")
    typer.echo(folder)


@model.command()
def record(
    texts: Annotated[
        Path, typer.Argument(help="A text file, a sentence a line.", exists=True, dir_okay=False, readable=True)
    ],
    folder: Annotated[Path, typer.Argument(help="Where the recordings go.")],
) -> None:
    """Speak sentences over a simulated telephone line, in synthetic voices that the test model was not made from."""
    sentences = [line.strip() for line in texts.read_text(encoding="utf-8").splitlines() if line.strip()]
    with told_errors():
        bootstrap.record_sentences(sentences, folder)
    typer.echo(f"{len(sentences)} recordings in {folder}")


@model.command()
def check(
    wer: Annotated[
        Path,
        typer.Option(
            help="A folder of recordings NAME.wav (8 or 16 kHz, 16 bit, mono) with their words in NAME.txt.",
            exists=True,
            file_okay=False,
        ),
    ],
    folder: FolderArgument = TEST_MODEL,
    as_json: JsonOption = False,
) -> None:
    """Measure the share of words that a model gets wrong (WER), by recording and in all."""
    with told_errors():
        found = bootstrap.read_model_folder(folder)
        hearings = list(track(bootstrap.hear_recordings(folder, wer), "Listening …", console=err, transient=True))
    rate = bootstrap.error_rate(hearings)
    if as_json:
        print_json({"kind": found.kind, "wer": rate, "recordings": [_summary(hearing) for hearing in hearings]})
        return
    table = Table("recording", "WER", "said", "heard")
    for hearing in hearings:
        table.add_row(
            escape(hearing.name),
            f"{bootstrap.error_rate([hearing]):.0%}",
            escape(" ".join(hearing.said)),
            escape(" ".join(hearing.heard)),
        )
    out.print(table)
    typer.echo(
        f"{found.kind}: WER {rate:.1%} over {len(hearings)} recordings, {sum(len(h.said) for h in hearings)} words"
    )


def _summary(hearing: "bootstrap.Hearing") -> dict[str, object]:
    return {
        "name": hearing.name,
        "wer": bootstrap.error_rate([hearing]),
        "said": " ".join(hearing.said),
        "heard": " ".join(hearing.heard),
    }
