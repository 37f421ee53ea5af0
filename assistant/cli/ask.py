"""``roland ask``: one question, answered without a server."""

import asyncio
import secrets
from typing import Annotated

import typer

from assistant import bootstrap, logs
from assistant.cli.common import DEFAULT_CONFIG, ConfigOption, DataOption, JsonOption, out, print_json, settings_of
from assistant.cli.common import told_errors as told
from assistant.dialogue.run import TurnRunner
from assistant.http.presenter import Presenter
from assistant.http.schemas import AnswerOut
from assistant.model import Answer, Channel, Conversation, DialogueState, Language, Register, Utterance


def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    lang: Annotated[Language | None, typer.Option(help="Answer in this language instead of the detected one.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Answer in plain language.")] = False,
    trace: Annotated[bool, typer.Option("--trace", help="Show how the answer came about.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Answer a question from the catalogue, with its sources."""
    with told():
        settings = settings_of(config, data)
        logs.configure(settings.logging, keep_days=settings.retention.log_days)
        tools = bootstrap.build_tools(settings)
    now = tools.clock.now()
    state = DialogueState(
        language=lang or Language.DE,
        language_is_chosen=lang is not None,
        register=Register.PLAIN if plain else Register.STANDARD,
    )
    conversation = Conversation(secrets.token_hex(8), Channel.CLI, now, now, state=state)
    utterance = Utterance(question, Channel.CLI, now, secrets.token_hex(8))
    answer, _ = asyncio.run(TurnRunner(tools).respond(conversation, (), utterance))
    presenter = Presenter(tools.messages, tools.city.name)
    shown = presenter.answer(answer)
    if as_json:
        print_json(shown.model_dump(mode="json", by_alias=True))
    else:
        _show(shown, presenter)
        if trace:
            _show_trace(answer)
    if answer.error is not None:
        raise typer.Exit(1)


def _show(answer: AnswerOut, presenter: Presenter) -> None:
    out.print(answer.text, highlight=False, markup=False, soft_wrap=True)
    for reply in answer.quick_replies:
        out.print(f"  [{reply.label}]", highlight=False, markup=False, soft_wrap=True)
    for line in presenter.source_lines(answer):
        out.print(line, highlight=False, markup=False, style="dim", soft_wrap=True)


def _show_trace(answer: Answer) -> None:
    lines = [f"status     {answer.status}", f"aspects    {', '.join(answer.aspects) or '–'}"]
    lines += [f"candidate  {found.score:.3f}  {found.service_id}  {found.title}" for found in answer.candidates]
    lines += [f"time       {step:14} {milliseconds:8.2f} ms" for step, milliseconds in answer.timings.items()]
    out.print("", *lines, sep="\n", highlight=False, markup=False, soft_wrap=True)
