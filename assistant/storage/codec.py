"""Domain values as JSON text and back.

Frozen dataclasses become objects, enums their values, dates and times ISO 8601. A member of a union of dataclasses
carries its class name in ``"type"``. Fields at their default are left out, so that a field added later changes neither
the stored text nor its hash; unknown fields are passed over, so that an older version can read what a newer one wrote.
"""

import json
from datetime import date, datetime, time
from functools import cache
from typing import TypeVar

from cattrs import BaseValidationError, Converter, transform_error
from cattrs.strategies import configure_tagged_union

from assistant.errors import StorageError
from assistant.model import Block, Entry, Origin, TextBlock

T = TypeVar("T")

# Inner unions first: a union's members are looked through when it is set up.
_UNIONS = (Origin, TextBlock, Block, Entry)


def encode(value: object) -> str:
    """``value`` as JSON text; equal values give equal texts."""
    return json.dumps(_converter().unstructure(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(text: str, kind: type[T]) -> T:
    """The value of the class ``kind`` that was encoded as ``text``; raises StorageError where it is none."""
    try:
        return _converter().structure(json.loads(text), kind)
    except BaseValidationError as error:
        raise StorageError(f"stored text is no {kind.__name__}: {'; '.join(transform_error(error))}") from error
    except (ValueError, TypeError) as error:
        raise StorageError(f"stored text is no {kind.__name__}: {error}") from error


def _is_frozenset(kind: object) -> bool:
    return getattr(kind, "__origin__", None) is frozenset


@cache
def _converter() -> Converter:
    converter = Converter(omit_if_default=True)
    for kind in (datetime, date, time):
        converter.register_unstructure_hook(kind, lambda value: value.isoformat())
        converter.register_structure_hook(kind, lambda text, wanted: wanted.fromisoformat(text))
    # In one order, so that equal values give equal texts.
    converter.register_unstructure_hook_func(_is_frozenset, sorted)
    for union in _UNIONS:
        configure_tagged_union(union, converter, tag_name="type")
    return converter
