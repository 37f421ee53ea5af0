"""A field of a schema: what is entered, within which limits, from which list."""

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from assistant.model.form import FieldKind, Limits
from knowledge.forms.code_lists import CodeLists, ListReference
from knowledge.forms.schema_words import certain_kind
from knowledge.importers.safe_xml import Element, child, children, value

_KINDS = {
    "text": FieldKind.TEXT,
    "text_latin": FieldKind.TEXT,
    "num_int": FieldKind.INTEGER,
    "num": FieldKind.NUMBER,
    "num_currency": FieldKind.AMOUNT,
    "date": FieldKind.DATE,
    "bool": FieldKind.YES_NO,
    "file": FieldKind.FILE,
    "obj": FieldKind.NOTE,
    # A moment is no day: it is said in words.
    "datetime": FieldKind.TEXT,
    "time": FieldKind.TEXT,
}
_NOT_ENTERED = frozenset({"label", "locked"})
_MAX_PATTERN = 1_000
_MAX_LENGTH = 1_000_000
_MAX_DIGITS = 30


def code(field: Element, name: str) -> str:
    """The code of a property, such as ``feldart``."""
    return value(field, name, "code")


def kind_of(field: Element, options: Mapping[str, str], notes: list[str]) -> FieldKind:
    """What is entered; a choice without known values is told in words."""
    art, datatype = code(field, "feldart"), code(field, "datentyp")
    if art in _NOT_ENTERED:
        return FieldKind.NOTE
    if options:
        return FieldKind.CHOICE
    if datatype not in _KINDS:
        notes.append(f"unknown kind of data {datatype!r}: read as text")
    return _KINDS.get(datatype, FieldKind.TEXT)


def certain(kind: FieldKind, names: str, limits: Limits) -> FieldKind:
    """The kind itself, or what name and pattern of a text make certain."""
    if kind is not FieldKind.TEXT:
        return kind
    expression = limits.pattern
    if expression is None and limits.min_length == limits.max_length == 5:
        expression = r"\d{5}"
    return certain_kind(names, re.compile(expression) if expression else None) or kind


# ── values ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def inline_options(field: Element) -> dict[str, str]:
    """The values that stand at the field itself, by code."""
    found: dict[str, str] = {}
    for one in children(field, "werte", "wert"):
        if one_code := value(one, "code"):
            found.setdefault(one_code, value(one, "name") or one_code)
    return found


def option_helps(field: Element) -> Iterator[str]:
    """What is said of single values."""
    for one in children(field, "werte", "wert"):
        if told := value(one, "hilfe"):
            yield f"{value(one, 'name') or value(one, 'code')}: {told}"


def list_reference(field: Element) -> ListReference | None:
    """The list of codes that the field refers to; the three versions write it in three ways."""
    reference = child(field, "codelisteReferenz")
    if reference is not None:
        within = child(reference, "genericodeIdentification")
        identification = reference if within is None else within
        return ListReference(
            uri=value(identification, "canonicalIdentification"),
            version=value(identification, "version"),
            columns=(value(field, "codeKey"), value(field, "nameKey")),
        )
    described = child(field, "codeliste")
    if described is not None:
        return ListReference(value(described, "kennung"), value(described, "version"), value(described, "name"))
    return None


def options_of(field: Element, lists: CodeLists) -> dict[str, str]:
    """The values of a choice, at the field or in a list that is at hand; none where they are not known."""
    if code(field, "feldart") != "select":
        return {}
    if options := inline_options(field):
        return options
    reference = list_reference(field)
    found = lists.find(reference) if reference and reference.uri else None
    return found.options(reference.columns) if found and reference else {}


# ── limits ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def limits_of(field: Element, kind: FieldKind, notes: list[str]) -> Limits:
    """What a value must keep to; what cannot be kept to is left out and noted."""
    if not kind.is_entered or kind in {FieldKind.CHOICE, FieldKind.YES_NO}:
        return Limits()
    stated = _stated(field, notes)
    low, high = stated.get("minValue", ""), stated.get("maxValue", "")
    if kind is FieldKind.DATE:
        # Lengths and patterns of a date are those of its notation, which is not the one that people use.
        return _possible(Limits(earliest=_day(low, notes), latest=_day(high, notes)), notes)
    limits = Limits(
        min_length=_length(stated, "minLength", notes),
        max_length=_length(stated, "maxLength", notes),
        minimum=_number(low, notes),
        maximum=_number(high, notes),
        pattern=_pattern(stated.get("pattern", ""), notes),
    )
    return _possible(limits, notes)


def _stated(field: Element, notes: list[str]) -> dict[str, str]:
    element = child(field, "praezisierung")
    if element is None:
        return {}
    if element.attrib:
        return {str(name): str(stated).strip() for name, stated in element.attrib.items()}
    text = (element.text or "").strip()
    if not text:
        return {}
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        notes.append(f"limits in words only: {text[:80]!r}")
        return {}
    return {name: str(stated).strip() for name, stated in data.items() if isinstance(stated, str | int | float)}


def _length(stated: Mapping[str, str], name: str, notes: list[str]) -> int | None:
    text = stated.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) > _MAX_LENGTH:
        notes.append(f"{name} is no length: {text[:40]!r}")
        return None
    return int(text) or None


def _number(text: str, notes: list[str]) -> Decimal | None:
    if not text:
        return None
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number.adjusted() > _MAX_DIGITS:
        notes.append(f"no number: {text[:40]!r}")
        return None
    return number


def _day(text: str, notes: list[str]) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        notes.append(f"no date: {text[:40]!r}")
        return None


def _pattern(text: str, notes: list[str]) -> str | None:
    """The pattern if Python understands it; classes of characters by their Unicode property it does not."""
    if not text:
        return None
    reason = "too long" if len(text) > _MAX_PATTERN else ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(text[:_MAX_PATTERN])
    except (re.error, ValueError, OverflowError, RecursionError, Warning) as error:
        reason = reason or str(error)
    if reason:
        notes.append(f"a pattern that cannot be used ({reason}): {text[:80]!r}")
    return None if reason else text


def _possible(limits: Limits, notes: list[str]) -> Limits:
    bounds = (
        (limits.min_length, limits.max_length),
        (limits.minimum, limits.maximum),
        (limits.earliest, limits.latest),
    )
    if any(low is not None and high is not None and low > high for low, high in bounds):  # type: ignore[operator]
        notes.append("limits that nothing can keep to")
        return Limits(pattern=limits.pattern)
    return limits
