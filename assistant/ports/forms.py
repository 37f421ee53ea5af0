"""Forms that can be explained and led through."""

from collections.abc import Mapping
from typing import Protocol

from assistant.model.form import Form


class FormLibrary(Protocol):
    """The forms of a city. Any thread may ask; the first question reads the files, which takes seconds for large ones.

    What cannot be read takes nothing else away: it stands among the problems.
    """

    def form(self, form_id: str) -> Form | None:
        """The form with that id, or None."""
        ...

    def forms(self) -> tuple[Form, ...]:
        """All forms by id."""
        ...

    def of_service(self, service_id: str) -> tuple[Form, ...]:
        """The forms that belong to a service, those first whose main service it is."""
        ...

    @property
    def problems(self) -> Mapping[str, str]:
        """What could not be read, or was left out, by file: a reason with its place, one a line."""
        ...
