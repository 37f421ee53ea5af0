"""The sample forms say all that is needed in German and in plain German, and the same in every translation."""

from pathlib import Path

import pytest

from assistant.model import Language, Register
from assistant.model.form import Field, Form, FormText
from knowledge.forms.bundle import FormReading, read_bundled

BREMEN = Path(__file__).parents[3] / "knowledge" / "bremen"
FILES = sorted((BREMEN / "forms").glob("*.yaml"))
TRANSLATIONS = sorted((BREMEN / "forms" / "translations").glob("*/*.yaml"))


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def reading(request: pytest.FixtureRequest) -> FormReading:
    """One of the sample forms; reading it finds fault with whatever is wrong in its file."""
    return read_bundled(request.param)


def unexplained(form: Form, text: FormText) -> list[str]:
    """The elements without an explanation, or that are entered and have no example."""
    without = []
    for element in form.walk():
        told = text.elements[element.path]
        is_typed = isinstance(element, Field) and element.kind.is_entered and element.kind not in {"yes_no", "choice"}
        without += [element.path] if not told.about or (is_typed and not told.example) else []
    return without


def test_there_are_sample_forms() -> None:
    """The tests below look at something."""
    assert FILES


@pytest.mark.slow
def test_everything_is_explained_in_german(reading: FormReading) -> None:
    """Every part and field, with an example wherever something is typed; terms and names people use as well."""
    german = reading.form.text(Language.DE)
    assert unexplained(reading.form, german) == []
    assert len(german.names) >= 5
    assert len(german.terms) >= 4


def test_everything_is_explained_in_plain_german(reading: FormReading) -> None:
    """Every part, field, option and attachment in plain words of its own; terms may be told in standard German."""
    plain = reading.form.text(Language.DE, Register.PLAIN)
    assert plain.register is Register.PLAIN
    assert unexplained(reading.form, plain) == []
    assert [key for key in sorted(plain.german) if not key.startswith("term:")] == []


def test_its_services_exist(reading: FormReading) -> None:
    """A form belongs to services of the sample catalogue."""
    services = {path.stem for path in (BREMEN / "services").glob("*.yaml")}
    assert [service for service in reading.form.service_ids if service not in services] == []


def test_its_translations_are_whole_and_faithful(reading: FormReading) -> None:
    """A translation lacks nothing, is made from the present German, and differs in no figure, date or link."""
    translations = [telling for telling in reading.tellings if telling.key != "de-plain"]
    assert [telling for telling in translations if not telling.is_whole] == []


def test_every_translation_has_its_form() -> None:
    """No file of a translation is left over."""
    assert [path for path in TRANSLATIONS if path.stem not in {form.stem for form in FILES}] == []
