"""The elements of a schema while it is read: a tree with parents, which rules are read upon."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assistant.model.form import Cardinality, ElementText, FieldKind, Limits


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words, as it stands at an element or at the schema."""

    id: str
    text: str


@dataclass(slots=True, eq=False)
class Node:
    """An element where it stands; the schema itself is the root, with an empty path.

    ``kind`` is None for a group; ``names`` are all its names, as rules quote them; ``options`` are codes and labels.
    """

    id: str
    path: str
    parent: "Node | None" = None
    kind: FieldKind | None = None
    cardinality: Cardinality = field(default_factory=Cardinality)
    names: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    legal_basis: tuple[str, ...] = ()
    text: ElementText = field(default_factory=lambda: ElementText(""))
    rules: tuple[RuleText, ...] = ()
    children: list["Node"] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """How many elements it lies within; 0 for the schema."""
        return sum(1 for _ in self.around())

    def around(self) -> Iterator["Node"]:
        """What it lies within, the nearest first, the schema last."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def walk(self) -> Iterator["Node"]:
        """Itself and everything within it, in the form's order."""
        yield self
        for child in self.children:
            yield from child.walk()
