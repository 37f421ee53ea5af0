"""YAML as written by people: every value with its line, no surprises.

Stricter than YAML 1.1: a date or a time stays text, ``no`` and ``on`` stay words, a key stands once, and
anchors and tags are refused.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import ImportFileError

MAX_BYTES = 2_000_000

JsonPath = tuple[str | int, ...]


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
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[JsonPath, int] = {}
        data = None if node is None else _value(node, (), lines, set())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ImportFileError(f"{name}:{line}: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ImportFileError(f"{name}: {error}") from error
    return YamlSource(data, lines)


def _value(node: yaml.Node, path: JsonPath, lines: dict[JsonPath, int], seen: set[int]) -> Any:
    if id(node) in seen:
        raise _problem(node, "anchors and aliases are not allowed")
    seen.add(id(node))
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), lines, seen) for index, child in enumerate(node.value)]
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _mapping(node: yaml.MappingNode, path: JsonPath, lines: dict[JsonPath, int], seen: set[int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key: Hashable = key_node.value
        if not isinstance(key_node, yaml.ScalarNode) or not isinstance(key, str):
            raise _problem(key_node, "a key must be a word")
        if key in result:
            raise _problem(key_node, f"the key {key!r} stands twice")
        result[key] = _value(value_node, (*path, key), lines, seen)
    return result


def _scalar(node: yaml.ScalarNode) -> Any:
    if node.style is not None:
        return node.value
    text: str = node.value
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]*)", text):
        return int(text)
    if re.fullmatch(r"[-+]?[0-9]+\.[0-9]+", text):
        return float(text)
    return text


def _problem(node: yaml.Node, reason: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=reason, problem_mark=node.start_mark)
