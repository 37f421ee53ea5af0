"""FastAGI: questions that Asterisk's dialplan asks over TCP, answered by setting variables of the channel.

Asterisk connects, sends lines ``agi_name: value`` and an empty one, then takes commands line by line and answers each
with a status (200 done, 510 unknown, 511 the channel is gone, 520 wrong usage); HANGUP in between says that the caller
has left.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from types import MappingProxyType

MOST_LINE_BYTES = 4096
_MOST_LINES = 100
_LINE = re.compile(r"(agi_[a-z0-9_]+): ?(.*)")
_NUMBER_HIDDEN = 0x60
"""The bits of ``agi_callingpres`` that say that a number is withheld or missing."""
_NO_NUMBER = frozenset({"", "unknown", "anonymous", "s"})


class AgiError(Exception):
    """The other side does not speak FastAGI, or its channel is gone."""


@dataclass(frozen=True, slots=True)
class AgiRequest:
    """A question: ``script`` is what it is about, ``arguments`` and ``variables`` what was sent along."""

    script: str
    arguments: tuple[str, ...]
    variables: Mapping[str, str]

    def argument(self, place: int) -> str:
        """The argument at that place, counted from 1 as in the dialplan; empty where there is none."""
        return self.arguments[place - 1] if place <= len(self.arguments) else ""

    @property
    def channel(self) -> str:
        """By what Asterisk's own records know the call."""
        return self.variables.get("agi_uniqueid", "")

    @property
    def caller(self) -> str | None:
        """The caller's number; None where it is withheld or unknown."""
        presentation = self.variables.get("agi_callingpres", "0")
        is_hidden = presentation.isdecimal() and int(presentation) & _NUMBER_HIDDEN
        return None if is_hidden else _number(self.variables.get("agi_callerid", ""))

    @property
    def called(self) -> str | None:
        """The number that was dialled; where the trunk did not signal it, the extension that was reached."""
        return _number(self.variables.get("agi_dnid", "")) or _number(self.variables.get("agi_extension", ""))


AgiAnswer = Callable[[AgiRequest], Mapping[str, str]]
"""The variables to be set on the channel, in this order; raises AgiError where nothing is answered."""


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: AgiAnswer) -> None:
    """Answer the question of one connection; raises AgiError where it cannot be."""
    for name, value in answer(await read_request(reader)).items():
        await set_variable(reader, writer, name, value)


async def read_request(reader: asyncio.StreamReader) -> AgiRequest:
    """The question that a connection begins with; raises AgiError for anything else."""
    variables: dict[str, str] = {}
    for _ in range(_MOST_LINES):
        line = await _line(reader)
        if not line:
            break
        match = _LINE.fullmatch(line)
        if match is None:
            raise AgiError("this is no FastAGI")
        variables[match[1]] = match[2]
    else:
        raise AgiError("too many lines")
    names = takewhile(variables.__contains__, (f"agi_arg_{place}" for place in count(1)))
    arguments = tuple(variables[name] for name in names)
    return AgiRequest(variables.get("agi_network_script", "").strip("/"), arguments, MappingProxyType(variables))


async def set_variable(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str, value: str) -> None:
    """Set a variable of the channel; raises AgiError where Asterisk does not confirm it."""
    writer.write(f"SET VARIABLE {name} {quoted(value)}\n".encode())
    try:
        await writer.drain()
    except ConnectionError as error:
        raise AgiError("the connection is gone") from error
    while (answer := await _line(reader)) == "HANGUP":
        pass
    if not answer.startswith("200 "):
        raise AgiError(f"a variable was not taken: {answer[:3]}")


def quoted(value: str) -> str:
    """A value as one argument of a command; raises ValueError for what would end the line."""
    if not value.isprintable():
        raise ValueError("a control character in a value")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


async def _line(reader: asyncio.StreamReader) -> str:
    try:
        line = await reader.readuntil(b"\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError) as error:
        raise AgiError("the connection ended within a line, or the line has no end") from error
    return line.decode("utf-8", "replace").rstrip("\r\n")


def _number(signalled: str) -> str | None:
    return None if signalled.lower() in _NO_NUMBER else signalled
