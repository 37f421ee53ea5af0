"""The published JSON Schemas of the bundle, and what a key such as ``de-plain`` means in it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource

from assistant.model import Language, Register
from knowledge.importers.yaml_source import JsonPath


@cache
def validator(name: str) -> Draft202012Validator:
    """The validator of ``knowledge/schemas/<name>.schema.json``; dates are checked as dates."""
    published = _published()
    contents = published[f"{name}.schema.json"].contents
    return Draft202012Validator(contents, format_checker=FormatChecker(["date"]), registry=published)


def schema_problems(name: str, data: Any) -> Iterator[tuple[JsonPath, str]]:
    """What in ``data`` breaks a schema, with its place, in the order of the places."""
    for error in sorted(validator(name).iter_errors(data), key=lambda error: [str(step) for step in error.path]):
        meant = _meant(error)
        yield tuple(meant.absolute_path), meant.message


def version_of(key: str) -> tuple[Language, Register]:
    """Language and register of a text's key; raises ValueError for a language Roland does not speak."""
    language, _, register = key.partition("-")
    return Language(language), Register.PLAIN if register else Register.STANDARD


@cache
def _published() -> Registry[Any]:
    """All schemas by the name of their file, so that one may refer to another."""
    found = (file for file in (files("knowledge") / "schemas").iterdir() if file.name.endswith(".schema.json"))
    schemas = ((file.name, Resource.from_contents(json.loads(file.read_text("utf-8")))) for file in found)
    registry: Registry[Any] = Registry().with_resources(schemas)
    return registry


def _meant(error: ValidationError) -> ValidationError:
    """Of "none of these fits", the first error in the alternative that was probably meant: that with the right keys."""
    while error.context:
        alternatives: defaultdict[Any, list[ValidationError]] = defaultdict(list)
        for reason in error.context:
            alternatives[reason.relative_schema_path[0]].append(reason)
        error = min(alternatives.values(), key=lambda reasons: (_at_the_root(reasons), len(reasons)))[0]
    return error


def _at_the_root(reasons: list[ValidationError]) -> int:
    return sum(not reason.relative_path for reason in reasons)
