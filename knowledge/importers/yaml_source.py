"""YAML as written by people: every value with its line, no surprises.

Stricter than YAML 1.1: a date or a time stays text, so does a number longer than any that is meant as one, ``no`` and
``on`` stay words, a key stands once, and anchors and tags are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import ImportFileError
from assistant.own_yaml import LOADER

MAX_BYTES = 2_000_000

JsonPath = tuple[str | int, ...]

_MAX_DEPTH = 40
_Events = Iterator[Any]


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A parsed file: its ``data`` (JSON-like) and the line at which each value starts."""

    data: Any
    lines: dict[JsonPath, int] = field(default_factory=dict)

    def line(self, path: JsonPath) -> int:
        """The line of the value at ``path``, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def json_path(path: JsonPath) -> str:
    """The path as people read it: ``$.texts.de.sections[0]``."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def read_yaml(path: Path) -> YamlSource:
    """The parsed file; raises ImportFileError with place and reason."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportFileError(f"{path}: larger than {MAX_BYTES} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{path}: not UTF-8 at byte {error.start}") from error
    return parse_yaml(text, str(path))


def parse_yaml(text: str, name: str) -> YamlSource:
    """The parsed text; raises ImportFileError that names ``name``, line and reason."""
    lines: dict[JsonPath, int] = {}
    try:
        data = _document(
            yaml.parse(text, Loader=LOADER),  # only its events are used: nothing is made of tags
            lines,
        )
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ImportFileError(f"{name}:{line}: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise ImportFileError(f"{name}: {error}") from error
    return YamlSource(data, lines)


def _document(events: _Events, lines: dict[JsonPath, int]) -> Any:
    """The value of the only document, None for an empty file."""
    data = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _problem(event, "only one document a file")
            data = _value(next(events), events, (), lines)
    return data


def _value(event: Any, events: _Events, path: JsonPath, lines: dict[JsonPath, int]) -> Any:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise _problem(event, "anchors and aliases are not allowed")
    if event.tag is not None:
        raise _problem(event, "tags are not allowed")
    if len(path) > _MAX_DEPTH:
        raise _problem(event, f"nested deeper than {_MAX_DEPTH} levels")
    lines[path] = event.start_mark.line + 1
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, path, lines)
    if isinstance(event, yaml.SequenceStartEvent):
        children = takewhile(lambda child: not isinstance(child, yaml.SequenceEndEvent), events)
        return [_value(child, events, (*path, index), lines) for index, child in enumerate(children)]
    return _scalar(event)


def _mapping(events: _Events, path: JsonPath, lines: dict[JsonPath, int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        if not isinstance(key, yaml.ScalarEvent):
            raise _problem(key, "a key must be a word")
        if key.value in result:
            raise _problem(key, f"the key {key.value!r} stands twice")
        result[key.value] = _value(next(events), events, (*path, key.value), lines)
    return result


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.style:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]{0,17})", text):
        return int(text)
    if re.fullmatch(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}", text):
        return float(text)
    return text


def _problem(event: Any, reason: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=reason, problem_mark=event.start_mark)
