"""The measurements that hold conversations: what is in scope, and whole dialogues."""

import asyncio
from pathlib import Path

from assistant import bootstrap, logs
from assistant.config import Settings
from evaluation import dialogues, scope
from evaluation.questions import read_questions
from evaluation.results import Result, about, data_hashes


def evaluate_scope(settings: Settings, path: Path, answerable: Path | None) -> Result:
    """Ask what is out of scope, and what is in it; files are read before anything is built."""
    questions = scope.read_scope(path)
    answerable_questions = read_questions(answerable) if answerable else ()
    logs.configure(settings.logging, keep_days=settings.retention.log_days)
    tools = bootstrap.build_tools(settings)
    handled = asyncio.run(scope.ask_scope(questions, tools))
    answered = asyncio.run(scope.ask_answerable(answerable_questions, tools))
    return Result(
        "scope",
        (*scope.scope_measures(handled), *scope.answerable_measures(answered)),
        about(settings),
        data_hashes([path, answerable] if answerable else [path]),
        confusions=scope.scope_confusions(handled),
        misses=scope.misses((*handled, *answered)),
    )


def evaluate_dialogues(settings: Settings, path: Path) -> Result:
    """Hold the conversations of a file."""
    held = asyncio.run(dialogues.hold(dialogues.read_dialogues(path), bootstrap.build_tools(settings)))
    return Result(
        "dialogues",
        tuple(dialogues.dialogue_measures(held)),
        about(settings),
        data_hashes([path]),
        misses=dialogues.misses(held),
    )
