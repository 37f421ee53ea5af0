"""Every command explains itself, and docs/commands.md explains every command."""

import re
from collections.abc import Iterator

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup, TyperOption

from assistant.cli import app
from tests.cli.conftest import ROOT, Roland

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EVERYWHERE = {"--help", "--config", "--data", "--json"}


def commands(command: object, *names: str) -> Iterator[tuple[tuple[str, ...], TyperCommand | TyperGroup]]:
    """Every command that does something, by the words that call it."""
    if isinstance(command, TyperGroup):
        context = typer.Context(command)
        if names and command.invoke_without_command:
            yield names, command
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), *names, name)
    elif isinstance(command, TyperCommand):
        yield names, command


COMMANDS = dict(commands(typer.main.get_command(app)))
SECTIONS = {
    tuple(heading.split()): text
    for heading, text in re.findall(r"^### `roland ([^`]+)`\n(.*?)(?=^##|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_says_what_it_does(roland: Roland, words: tuple[str, ...]) -> None:
    """--help begins with a sentence, and every option and argument has one."""
    result = roland(*words, "--help")
    assert result.exit_code == 0
    assert (COMMANDS[words].help or "").split("\n")[0].endswith(".")
    assert [parameter.name for parameter in COMMANDS[words].params if not getattr(parameter, "help", None)] == []


def test_the_page_has_every_command() -> None:
    """Each command has a section of its own, and no section tells of a command that does not exist."""
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("words", SECTIONS, ids=" ".join)
def test_the_page_has_every_option(words: tuple[str, ...]) -> None:
    """A section names the options of its command, and none that the command does not have."""
    options = [parameter for parameter in COMMANDS[words].params if isinstance(parameter, TyperOption)]
    named = {name for option in options for name in (*option.opts, *option.secondary_opts) if name.startswith("--")}
    told = set(re.findall(r"--[a-z][a-z-]+", SECTIONS[words]))
    assert told <= named
    assert named - EVERYWHERE <= told
