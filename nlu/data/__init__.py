"""Word data of the understanding, by language."""

from functools import cache
from importlib.resources import files
from typing import Any

from assistant.own_yaml import read_yaml


@cache
def load(name: str) -> dict[str, Any]:
    """The content of ``<name>.yaml`` in this package."""
    text = files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = read_yaml(text)
    return loaded
