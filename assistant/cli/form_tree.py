"""A form as a tree for the terminal."""

from collections.abc import Iterator

from rich.markup import escape
from rich.tree import Tree

from assistant.model.form import (
    All,
    Cardinality,
    Compares,
    Condition,
    Either,
    Equals,
    Field,
    FieldGroup,
    Filled,
    Form,
    FormElement,
    FormText,
    Limits,
    Not,
)


def tree_of(form: Form, text: FormText) -> Tree:
    """The form as that text tells it: its head, its elements one in another, what is enclosed, and the terms."""
    tree = Tree(f"[bold]{escape(text.title)}[/] [dim]{escape(form.id)}[/]")
    for line in _head(form, text):
        tree.add(line)
    for element in form.elements:
        _add(tree, element, text)
    if form.attachments:
        branch = tree.add("[bold]Attachments[/]")
        for attachment in form.attachments:
            leaf = branch.add(
                _told(text.attachments.get(attachment.id, attachment.id), f"attachment:{attachment.id}", text)
            )
            if attachment.condition:
                leaf.add(f"[cyan]only if[/] {escape(in_words(attachment.condition, text))}")
    if text.terms:
        branch = tree.add("[bold]Terms[/]")
        for term in text.terms:
            words = ", ".join(term.words)
            branch.add(f"[bold]{escape(words)}[/] {_told(term.text, f'term:{term.words[0]}', text)}")
    for rule in form.unread_rules:
        tree.add(f"[yellow]rule that could not be read[/] {escape(rule)}")
    return tree


def in_words(condition: Condition, text: FormText) -> str:
    """A condition as a person would say it, by the names on the form."""
    match condition:
        case Equals(path, values):
            labels = text.options.get(path, {})
            return f"“{_label(path, text)}” is {' or '.join(labels.get(value, value) for value in sorted(values))}"
        case Filled(path):
            return f"“{_label(path, text)}” is filled in"
        case Compares(path, relation, value):
            return f"“{_label(path, text)}” {relation} {value}"
        case Not(inner):
            return f"not ({in_words(inner, text)})"
        case All(conditions):
            return " and ".join(_enclosed(one, text) for one in conditions)
        case Either(conditions):
            return " or ".join(_enclosed(one, text) for one in conditions)


def _enclosed(condition: Condition, text: FormText) -> str:
    words = in_words(condition, text)
    return f"({words})" if isinstance(condition, All | Either) else words


def _label(path: str, text: FormText) -> str:
    element = text.elements.get(path)
    return element.label if element else path


def _head(form: Form, text: FormText) -> Iterator[str]:
    facts = {
        "language": f"{text.language}, {text.register}",
        "edition": form.edition,
        "texts of": str(form.updated_on or ""),
        "page": form.url or "",
        "schema": form.schema_id or "",
        "services": ", ".join(form.service_ids),
        "also called": ", ".join(text.names),
        "legal basis": "; ".join(form.legal_basis),
        "minutes": str(form.minutes or ""),
    }
    yield from (f"[dim]{name}[/] {escape(fact)}" for name, fact in facts.items() if fact)
    if text.summary:
        yield _told(text.summary, ":summary", text)
    if text.hand_in:
        yield f"[dim]handing in[/] {_told(text.hand_in, ':hand_in', text)}"


def _add(tree: Tree, element: FormElement, text: FormText) -> None:
    number = f"{escape(element.number)} " if element.number else ""
    name = f"[bold]{number}{_told(_label(element.path, text), element.path, text)}[/]"
    branch = tree.add(f"{name} [dim]{escape(element.path)}[/] {escape(', '.join(_kind(element)))}")
    if element.condition:
        branch.add(f"[cyan]only if[/] {escape(in_words(element.condition, text))}")
    for line in _said(element, text):
        branch.add(line)
    if isinstance(element, FieldGroup):
        for child in element.children:
            _add(branch, child, text)
        return
    for code in element.options:
        label = text.options.get(element.path, {}).get(code, code)
        branch.add(f"◦ {_told(label, f'{element.path}={code}', text)} [dim]{escape(code)}[/]")


def _told(words: str, key: str, text: FormText) -> str:
    """The words, marked where a version lacks them and the German is told."""
    mark = "[yellow](de)[/] " if key in text.german else ""
    return f"{mark}{escape(words)}"


def _kind(element: FormElement) -> Iterator[str]:
    yield element.kind if isinstance(element, Field) else "group"
    yield from _times(element.cardinality)
    if isinstance(element, Field):
        yield from _limits(element.limits)


def _times(cardinality: Cardinality) -> Iterator[str]:
    if not cardinality.is_required:
        yield "optional"
    if cardinality.repeats:
        most = f", at most {cardinality.at_most}" if cardinality.at_most else ""
        yield f"repeated, at least {cardinality.at_least}{most}"


def _limits(limits: Limits) -> Iterator[str]:
    stated = {
        "at least {} characters": limits.min_length,
        "at most {} characters": limits.max_length,
        "not below {}": limits.minimum,
        "not above {}": limits.maximum,
        "like {}": limits.pattern,
        "not before {}": limits.earliest,
        "not after {}": limits.latest,
    }
    yield from (words.format(limit) for words, limit in stated.items() if limit is not None)


def _said(element: FormElement, text: FormText) -> Iterator[str]:
    told = text.elements.get(element.path)
    if told is not None:
        if told.about:
            yield escape(told.about)
        parts = {"why": told.why, "example": told.example, "often wrong": told.mistake, "where": told.where}
        yield from (f"[dim]{name}[/] {escape(words)}" for name, words in parts.items() if words)
    if element.legal_basis:
        yield f"[dim]legal basis[/] {escape('; '.join(element.legal_basis))}"
    if isinstance(element, Field) and element.attachments:
        labels = (text.attachments.get(name, name) for name in element.attachments)
        yield f"[dim]to enclose[/] {escape(', '.join(labels))}"
