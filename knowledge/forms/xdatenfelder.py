"""FIM schemas: reading a form from an XDatenfelder file.

Versions 3.0 and 2.0, and what is in use of 1.0. A schema is a tree of groups and fields that are used in many schemas,
so the same id occurs in several places; an element is known by its path of ids.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.errors import ImportFileError
from assistant.model.form import (
    Cardinality,
    ElementText,
    Field,
    FieldGroup,
    FieldKind,
    Form,
    FormElement,
    FormText,
)
from assistant.model.language import Language
from knowledge.forms import xdatenfelder_xml as xml
from knowledge.forms.code_lists import CodeLists
from knowledge.forms.rules import Rules, read_rules
from knowledge.forms.schema_fields import (
    certain,
    code,
    kind_of,
    limits_of,
    list_reference,
    option_helps,
    options_of,
)
from knowledge.forms.schema_tree import Node
from knowledge.forms.schema_words import help_text, legal_basis, list_told
from knowledge.importers.safe_xml import Element, local_name, value

_MAX_ELEMENTS = 20_000


@dataclass(frozen=True, slots=True)
class SchemaReading:
    """A form, what became of its rules, and ``notes`` on whatever was odd though usable, with the place."""

    form: Form
    rules: Rules
    notes: tuple[str, ...] = ()


def read_schema(path: Path) -> Form:
    """The form of a schema file; raises ImportFileError with file, line and reason."""
    return read_with_notes(path).form


def read_with_notes(path: Path) -> SchemaReading:
    """Like ``read_schema``, with what is to be said about it."""
    root, schema = xml.open_schema(path)
    reader = _Reader(path, CodeLists(path, root))
    tree = reader.read(schema)
    if not tree.children:
        raise ImportFileError(f"{path}:{schema.sourceline}: {tree.id}: neither a group nor a field")
    rules = read_rules(tree, frozenset(reader.left_out))
    labels = xml.names(schema) or (tree.id,)
    text = FormText(
        Language.DE,
        title=labels[0],
        summary=help_text("", (value(schema, "definition"), value(schema, "beschreibung")), labels),
        names=labels[1:],
        elements={node.path: node.text for node in tree.walk() if node.path},
        options={node.path: node.options for node in tree.walk() if node.options},
    )
    form = Form(
        id=tree.id,
        texts=(text,),
        elements=tuple(_element(node, rules) for node in tree.children),
        edition=xml.version(schema, root),
        updated_on=xml.changed_on(schema, root),
        schema_id=tree.id,
        legal_basis=legal_basis(xml.references(schema)),
        unread_rules=rules.unread,
    )
    return SchemaReading(form, rules, (*reader.notes, *reader.lists.notes))


def _element(node: Node, rules: Rules) -> FormElement:
    cardinality = node.cardinality
    if node.path in rules.required:
        cardinality = replace(cardinality, at_least=max(cardinality.at_least, 1))
    condition = rules.conditions.get(node.path)
    if node.kind is None:
        children = tuple(_element(child, rules) for child in node.children)
        return FieldGroup(node.path, children, cardinality, condition, legal_basis=node.legal_basis)
    return Field(
        node.path,
        node.kind,
        cardinality,
        condition,
        limits=node.limits,
        options=tuple(node.options),
        legal_basis=node.legal_basis,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """A group on the way down, as it is compared to find one that contains itself."""

    id: str
    version: str
    is_optional: bool


_Above = tuple[_Group, ...]


@dataclass(slots=True)
class _Reader:
    """Builds the tree of a schema; ``left_out`` are the ids of elements that the form does not show."""

    path: Path
    lists: CodeLists
    notes: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    _paths: set[str] = field(default_factory=set)

    def read(self, schema: Element) -> Node:
        root = Node(xml.identifier(schema, self.path), "", rules=xml.rules(schema))
        if local_name(schema) in xml.ELEMENTS:
            # A single group or field is a form of one element; what is told of the message is told of it.
            root = replace(root, rules=())
            self._add(None, schema, Cardinality(), root, ())
        else:
            self._add_parts(schema, root, ())
        return root

    def _add_parts(self, element: Element, node: Node, above: _Above) -> None:
        for reference, inner, cardinality in xml.parts(element, self.path):
            self._add(reference, inner, cardinality, node, above)

    def _add(
        self, reference: Element | None, element: Element, cardinality: Cardinality, parent: Node, above: _Above
    ) -> None:
        found = xml.identifier(element, self.path)
        place = f"{self.path}:{element.sourceline}: {'/'.join(filter(None, (parent.path, found)))}"
        if cardinality.at_most == 0 or code(element, "feldart") == "hidden":
            self._leave_out(element, f"{place}: not for people to fill in: left out")
            return
        node = Node(found, self._path(parent, found), parent, cardinality=cardinality, names=xml.names(element))
        node.legal_basis = legal_basis(xml.references(reference, element))
        node.rules = xml.rules(element)
        if len(self._paths) > _MAX_ELEMENTS:
            raise ImportFileError(f"{place}: more than {_MAX_ELEMENTS} elements")
        if local_name(element) == xml.FIELD:
            notes: list[str] = []
            self._read_field(element, node, notes)
            self.notes += [f"{place}: {note}" for note in notes]
        else:
            group = _Group(found, xml.version(element, element), not cardinality.is_required)
            if self._is_cut(group, above, place):
                self._leave_out(element, f"{place}: contains itself: cut here")
                return
            node.text = _text(element, node)
            self._add_parts(element, node, (*above, group))
        parent.children.append(node)

    def _path(self, parent: Node, found: str) -> str:
        """The path of a new element: the second of an id under one parent is told apart by a number."""
        base = f"{parent.path}/{found}" if parent.path else found
        path, number = base, 1
        while path in self._paths:
            number += 1
            path = f"{base}~{number}"
        self._paths.add(path)
        return path

    def _is_cut(self, group: _Group, above: _Above, place: str) -> bool:
        """Whether the group stands within itself and may be left out; if it may not, that is an error."""
        same = [index for index, one in enumerate(above) if (one.id, one.version) == (group.id, group.version)]
        if not same:
            return False
        cycle = (*above[same[-1] + 1 :], group)
        if group.is_optional or not any(one.is_optional for one in cycle):
            if group.is_optional:
                return True
            told = " > ".join((group.id, *(one.id for one in cycle)))
            raise ImportFileError(f"{place}: contains itself without end: {told}")
        return False

    def _leave_out(self, element: Element, note: str) -> None:
        self.notes.append(note)
        self.left_out.add(xml.identifier(element, self.path))
        for _, inner, _ in xml.parts(element, self.path):
            self.left_out |= {xml.identifier(one, self.path) for one in (inner, *_within(inner))}

    def _read_field(self, element: Element, node: Node, notes: list[str]) -> None:
        options = options_of(element, self.lists)
        kind = kind_of(element, options, notes)
        node.limits = limits_of(element, kind, notes)
        node.kind = certain(kind, " ".join(node.names), node.limits)
        node.options = options
        node.text = _text(element, node)
        if code(element, "feldart") == "select" and not options and kind is not FieldKind.YES_NO:
            reference = list_reference(element)
            told = reference.short_name if reference else ""
            notes.append(
                f"the values of the list {(reference.uri or told) if reference else 'of this field'!r} are not known"
            )
            node.text = replace(node.text, where=list_told(told) if told else "")


def _within(element: Element) -> Iterator[Element]:
    yield from (one for one in element.iter("{*}*") if local_name(one) in xml.ELEMENTS and one is not element)


def _text(element: Element, node: Node) -> ElementText:
    label = node.names[0] if node.names else node.id
    others = (value(element, "definition"), value(element, "beschreibung"))
    about = help_text(value(element, "hilfetextEingabe"), others, node.names)
    if node.kind is FieldKind.NOTE:
        about = value(element, "inhalt") or about
    return ElementText(label, " ".join(filter(None, (about, *option_helps(element)))))
