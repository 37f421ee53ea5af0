"""The sample forms of Bremen, read once for all tests of a process."""

from functools import cache
from pathlib import Path

from knowledge.forms.library import FileFormLibrary

FORMS = Path(__file__).parents[1] / "knowledge" / "bremen" / "forms"


@cache
def forms_of_bremen() -> FileFormLibrary:
    """All forms of the sample data; nobody may change them."""
    library = FileFormLibrary((FORMS,))
    library.forms()  # read now, as a server does before it takes messages: no turn waits for it
    return library
