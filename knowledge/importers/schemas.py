"""The published JSON Schemas of the bundle, and what a key such as ``de-plain`` means in it."""

import json
from functools import cache
from importlib.resources import files

from jsonschema import Draft202012Validator, FormatChecker

from assistant.model import Language, Register


@cache
def validator(name: str) -> Draft202012Validator:
    """The validator of ``knowledge/schemas/<name>.schema.json``; dates are checked as dates."""
    schema = json.loads((files("knowledge") / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))


def version_of(key: str) -> tuple[Language, Register]:
    """Language and register of a text's key; raises ValueError for a language Roland does not speak."""
    language, _, register = key.partition("-")
    return Language(language), Register.PLAIN if register else Register.STANDARD
