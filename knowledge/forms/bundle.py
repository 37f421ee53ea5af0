"""Forms of a Roland bundle: ``forms/<id>.yaml`` with its German, ``forms/translations/<language>/<id>.yaml``.

Described for editors in ``docs/forms.md``, for machines by the JSON Schemas in ``knowledge/schemas``.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.errors import ImportFileError
from assistant.model import Language
from assistant.model.form import (
    NO,
    YES,
    AcroForm,
    All,
    Attachment,
    Cardinality,
    Condition,
    Either,
    Equals,
    Field,
    FieldGroup,
    FieldKind,
    Filled,
    Form,
    FormElement,
    Limits,
    Not,
)
from knowledge.forms.checking import faults_of
from knowledge.forms.texts import form_text, laid_over, text_problems, unnamed, with_said
from knowledge.forms.translations import Telling, read_translations, told_in
from knowledge.importers.schemas import schema_problems
from knowledge.importers.subset import is_link
from knowledge.importers.yaml_source import JsonPath, YamlSource, json_path, read_yaml

GERMAN, PLAIN = "de", "de-plain"
SchemaOf = Callable[[str], Form | None]
_MAX_PROBLEMS = 20
_Problem = tuple[JsonPath, str]


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form as its file has it, and how far it is told in each language beside standard German."""

    path: Path
    form: Form
    tellings: tuple[Telling, ...] = ()

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with its translations, by file, one reason a line."""
        return {str(telling.path): "\n".join(telling.faults) for telling in self.tellings if telling.faults}


def read_form(path: Path) -> Form:
    """The form of a file; raises ImportFileError that names file, line and reason of everything that is wrong."""
    return read_bundled(path).form


def read_bundled(path: Path, schema_of: SchemaOf = lambda _: None) -> FormReading:
    """The form of a file with its translations; ``schema_of`` finds the FIM schema that a file explains, by its id.

    Raises ImportFileError that names file, line and reason of everything that is wrong with the German. What is wrong
    with a translation is told by its ``Telling``, and left out.
    """
    source = read_yaml(path)
    _refuse(path, source, schema_problems("form", source.data))
    data = source.data
    _refuse(path, source, _shape_problems(path, data))
    schema = schema_of(data["schema"]) if "schema" in data else None
    if "schema" in data and schema is None:
        _refuse(path, source, [(("schema",), f"the FIM schema {data['schema']} is not at hand")])
    form = _form(data, schema)
    _refuse(path, source, _form_problems(form, data))
    german = form.text(Language.DE)
    tellings = list(read_translations(path.parent / "translations", form.id, form.updated_on, german))
    if PLAIN in data["texts"]:
        tellings.insert(0, told_in(PLAIN, path, form_text(PLAIN, data["texts"][PLAIN]), german))
    texts = (german, *(telling.text for telling in tellings if telling.text))
    elements = tuple(with_said(element, texts) for element in form.elements)
    return FormReading(path, replace(form, texts=texts, elements=elements), tuple(tellings))


def _refuse(path: Path, source: YamlSource, problems: Iterator[_Problem] | Sequence[_Problem]) -> None:
    """Raises ImportFileError with a line for each problem, if there is any."""
    found = [f"{path}:{source.line(where)}: {json_path(where)}: {reason}" for where, reason in problems]
    if len(found) > _MAX_PROBLEMS:
        found = [*found[:_MAX_PROBLEMS], f"{path}: … and {len(found) - _MAX_PROBLEMS} more"]
    if found:
        raise ImportFileError("\n".join(found))


# ── what may be wrong, beyond the schema ───────────────────────────────────────────────────────────────────────────


def _shape_problems(path: Path, data: Mapping[str, Any]) -> Iterator[_Problem]:
    if data["id"] != path.stem:
        yield ("id",), f"{data['id']!r} is not the name of the file"
    if ("schema" in data) == ("groups" in data):
        yield (), "either 'groups' or the 'schema' that has them"
    for place, url in ((("url",), data["url"]), (("pdf", "url"), data.get("pdf", {}).get("url"))):
        if url is not None and not is_link(url):
            yield place, f"link to {url!r} leads nowhere"


def _form_problems(form: Form, data: Mapping[str, Any]) -> Iterator[_Problem]:
    places = dict(_places(data.get("groups", ()), ("groups",)))
    for index, attachment in enumerate(data.get("attachments", ())):
        places[f"attachment:{attachment['id']}"] = ("attachments", index)
    for fault in faults_of(form):
        # What a FIM schema itself gets wrong has no place in this file, and nobody can set it right here.
        if fault.owner in places:
            yield (*places[fault.owner], fault.key), fault.reason
    yield from _pdf_problems(form)
    for key, text in data["texts"].items():
        yield from ((("texts", key, *where), reason) for where, reason in text_problems(form_text(key, text), form))
    yield from ((("texts", GERMAN, *where), reason) for where, reason in unnamed(form.text(Language.DE), form))


def _pdf_problems(form: Form) -> Iterator[_Problem]:
    known = {element.path: element for element in form.walk()}
    for key in form.acro_form.fields if form.acro_form else ():
        place, _, code = key.partition("=")
        path, _, rounds = place.partition("#")
        element = known.get(path)
        if element is None or (code and code not in _codes(element)) or not re.fullmatch(r"(\d+(\.\d+)*)?", rounds):
            yield ("pdf", "fields", key), "there is no such field"


def _codes(element: FormElement) -> tuple[str, ...]:
    """The values of an element that can have a box each."""
    if not isinstance(element, Field):
        return ()
    return (YES, NO) if element.kind is FieldKind.YES_NO else element.options


def _places(elements: Sequence[Mapping[str, Any]], where: JsonPath, above: str = "") -> Iterator[tuple[str, JsonPath]]:
    """Where in the file each element stands, by its path."""
    for index, element in enumerate(elements):
        path, place = f"{above}{element['id']}", (*where, index)
        yield path, place
        yield from _places(element.get("fields", ()), (*place, "fields"), f"{path}/")


# ── from data to values; the data fits the schema here ─────────────────────────────────────────────────────────────


def _form(data: Mapping[str, Any], schema: Form | None) -> Form:
    """The form of the data; of a FIM schema it takes over the elements, and what it does not say itself."""
    german = form_text(GERMAN, data["texts"][GERMAN])
    own = Form(
        id=data["id"],
        texts=(laid_over(german, schema.text(Language.DE)) if schema else german,),
        elements=tuple(_element(group, "") for group in data.get("groups", ())),
        edition=data["edition"],
        updated_on=date.fromisoformat(data["updated_on"]),
        url=data["url"],
        service_ids=tuple(data["services"]),
        attachments=tuple(Attachment(one["id"], _when(one)) for one in data.get("attachments", ())),
        minutes=data.get("minutes"),
        legal_basis=_legal_basis(data),
        acro_form=AcroForm(**data["pdf"]) if "pdf" in data else None,
    )
    if schema is None:
        return own
    return replace(
        own,
        elements=schema.elements,
        schema_id=schema.schema_id,
        legal_basis=own.legal_basis or schema.legal_basis,
        unread_rules=schema.unread_rules,
    )


def _element(data: Mapping[str, Any], above: str) -> FormElement:
    path = f"{above}{data['id']}"
    common: dict[str, Any] = {
        "path": path,
        "cardinality": _cardinality(data),
        "condition": _when(data),
        "number": data.get("number"),
        "legal_basis": _legal_basis(data),
    }
    if "fields" in data:
        return FieldGroup(children=tuple(_element(child, f"{path}/") for child in data["fields"]), **common)
    return Field(
        kind=FieldKind(data["kind"]),
        limits=_limits(data.get("limits", {})),
        options=tuple(data.get("options", ())),
        attachments=tuple(data.get("attachments", ())),
        **common,
    )


def _cardinality(data: Mapping[str, Any]) -> Cardinality:
    at_least = 1 if data.get("required", True) else 0
    if "repeat" not in data:
        return Cardinality(at_least, 1)
    return Cardinality(data["repeat"].get("at_least", at_least), data["repeat"].get("at_most"))


def _limits(data: Mapping[str, Any]) -> Limits:
    bounds = {name: Decimal(str(data[name])) for name in ("minimum", "maximum") if name in data}
    return Limits(**{**data, **bounds})


def _legal_basis(data: Mapping[str, Any]) -> tuple[str, ...]:
    return (data["legal_basis"],) if "legal_basis" in data else ()


def _when(data: Mapping[str, Any]) -> Condition | None:
    return _condition(data["when"]) if "when" in data else None


def _condition(data: Mapping[str, Any]) -> Condition:
    if "field" in data:
        return Equals(data["field"], frozenset(data["is"]))
    if "filled" in data:
        return Filled(data["filled"])
    if "not" in data:
        return Not(_condition(data["not"]))
    if "all" in data:
        return All(tuple(_condition(one) for one in data["all"]))
    return Either(tuple(_condition(one) for one in data["any"]))
