"""Runs a dialplan as Asterisk does, as far as the one in docs/examples/asterisk needs it."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

_SECTION = re.compile(r"\[([\w-]+)\]")
_STEP = re.compile(r"(?:exten => ([^,]+),1|same => n(?:\((\w+)\))?),(\w+)\((.*)\)")
_COMPARISON = re.compile(r'\$\["(.*?)" (=|!=) "(.*?)"\]\?(\w+)')


@dataclass(frozen=True)
class Step:
    """An application with its arguments, and the label of the line."""

    application: str
    arguments: str
    label: str | None


@dataclass
class Dialplan:
    """Extensions by context, and the global variables."""

    contexts: dict[str, list[Step]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def filled(self, text: str) -> str:
        """A text with its variables filled; unknown ones are empty, as in Asterisk."""
        return re.sub(r"\$\{(\w+)\}", lambda found: self.variables.get(found[1], ""), text)

    def place(self, context: str, label: str) -> int:
        """Where a label stands; raises ValueError where there is none."""
        return [step.label for step in self.contexts[context]].index(label)


def read(path: Path) -> Dialplan:
    """The dialplan of a file; a line that Asterisk would not understand fails."""
    plan, section = Dialplan(), ""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if not text or text.startswith(";"):
            continue
        if match := _SECTION.fullmatch(text):
            section = match[1]
        elif section == "globals":
            name, _, value = text.partition("=")
            plan.variables[name] = value
        else:
            match = _STEP.fullmatch(text)
            assert match, text
            plan.contexts.setdefault(section, []).append(Step(match[3], match[4], match[2]))
    return plan


Run = Callable[[str, str], Awaitable[None]]


async def run(plan: Dialplan, context: str, do: Run) -> AsyncIterator[str]:
    """Walk through a context; every application but those that jump or set is done by ``do``. Yields their names."""
    at = 0
    while True:
        step = plan.contexts[context][at]
        arguments = plan.filled(step.arguments)
        at += 1
        match step.application:
            case "Set":
                name, _, value = arguments.partition("=")
                plan.variables[name] = value
            case "GotoIf":
                compared = _COMPARISON.fullmatch(arguments)
                assert compared, arguments
                if (compared[1] == compared[3]) == (compared[2] == "="):
                    at = plan.place(context, compared[4])
            case "Goto":
                context, at = arguments.split(",")[0], 0
            case application:
                await do(application, arguments)
                yield f"{application}({arguments})"
                if application == "Hangup":
                    return
