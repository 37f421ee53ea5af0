"""Services of several cities in one catalogue: where each is valid, and which are the same matter."""

from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.model import Language
from assistant.ports import Catalogue

_ALIKE = 70


@dataclass(frozen=True, slots=True)
class CatalogueMap:
    """Implements ``assistant.dialogue.topic.Map`` over the catalogue."""

    catalogue: Catalogue

    def areas(self, service_id: str) -> tuple[str, ...]:
        """The areas of a service; empty where it is valid everywhere."""
        service = self.catalogue.service(service_id)
        return service.areas if service is not None else ()

    def are_twins(self, one: str, other: str) -> bool:
        """Whether two services of different areas share their LeiKa key or, where one has none, nearly their title."""
        left, right = self.catalogue.service(one), self.catalogue.service(other)
        if left is None or right is None or set(left.areas) & set(right.areas):
            return False
        if left.leika_key and right.leika_key:
            return left.leika_key == right.leika_key
        titles = (service.text(Language.DE).title for service in (left, right))
        return fuzz.token_set_ratio(*titles) >= _ALIKE
