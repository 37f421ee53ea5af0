"""Reads the YAML files that come with Roland: word data, sentences, templates. What others send is read elsewhere."""

from typing import Any

import yaml

# libyaml's loader is ten times as quick; it is missing where PyYAML was built without it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str | bytes) -> Any:
    """The content of a file; raises yaml.YAMLError."""
    return yaml.load(text, LOADER)  # noqa: S506 – both are safe loaders
