"""Translations of a form: ``translations/<language>/<id>.yaml``, told only as far as they say what the German says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from assistant.errors import ImportFileError
from assistant.model import Language, Register
from assistant.model.fidelity import differences
from assistant.model.form import NO, YES, FormText
from knowledge.forms.texts import completed, counterparts, form_text, sayings, without
from knowledge.importers.schemas import schema_problems, version_of
from knowledge.importers.subset import problems
from knowledge.importers.yaml_source import JsonPath, YamlSource, json_path, read_yaml

_YES_NO = (YES, NO)
# Said of an element in some languages and not in others.
_WHERE_IT_HELPS = frozenset({"why", "mistake", "where"})


@dataclass(frozen=True, slots=True)
class Telling:
    """How far a form is told in one language (``tr``, or ``de-plain``).

    ``missing`` are places of what the German says and every language must say; ``of`` is the day of the German it was
    made from, where that is not the present one; ``faults`` say what is left out or cannot be read, with file, line and
    reason.
    """

    key: str
    path: Path
    text: FormText | None
    missing: tuple[str, ...] = ()
    of: date | None = None
    faults: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing, outdated or wrong."""
        return not (self.missing or self.of or self.faults)


def read_translations(folder: Path, form_id: str, updated_on: date | None, german: FormText) -> Iterator[Telling]:
    """What the folder holds of a form, language by language; a file that cannot be read is one without a text."""
    for path in sorted(folder.glob(f"*/{form_id}.yaml")):
        yield _read(path, updated_on, german)


def told_in(key: str, path: Path, own: FormText, german: FormText) -> Telling:
    """The version of a form that such a text makes."""
    missing = tuple(json_path(place).removeprefix("$.") for place in _missing(own, german))
    return Telling(key, path, completed(own, german), missing)


def _read(path: Path, updated_on: date | None, german: FormText) -> Telling:
    key = path.parent.name
    try:
        language, _ = version_of(key)
        source = read_yaml(path)
    except ValueError:
        return Telling(key, path, None, faults=(f"{path}: Roland does not speak {key!r}",))
    except ImportFileError as error:
        return Telling(key, path, None, faults=(str(error),))
    if language is Language.DE:
        return Telling(key, path, None, faults=(f"{path}: the German stands in the form's own file",))
    broken = list(schema_problems("form-text", source.data))
    if not broken and "of" not in source.data:
        broken = [((), "'of' is missing: the day of the German that was translated")]
    if broken:
        return Telling(key, path, None, faults=_placed(path, source, broken))
    own = form_text(key, source.data)
    wrong = list(_differing(own, german))
    telling = told_in(key, path, without(own, [place for place, _ in wrong]), german)
    of = date.fromisoformat(source.data["of"])
    return replace(telling, of=None if of == updated_on else of, faults=_placed(path, source, wrong))


def _placed(path: Path, source: YamlSource, found: list[tuple[JsonPath, str]]) -> tuple[str, ...]:
    return tuple(f"{path}:{source.line(place)}: {json_path(place)}: {reason}" for place, reason in found)


def _missing(own: FormText, german: FormText) -> Iterator[JsonPath]:
    if german.names and not own.names and own.register is not Register.PLAIN:
        yield ("names",)
    here = sayings(own)
    for place in counterparts(own, german):
        is_free = place[0] == "elements" and place[-1] in _WHERE_IT_HELPS
        if place not in here and not is_free:
            yield place


def _differing(own: FormText, german: FormText) -> Iterator[tuple[JsonPath, str]]:
    """What differs from the German in figures, months, links or addresses, or has no German to be held against."""
    there = counterparts(own, german)
    for place, words in sayings(own).items():
        if place not in there:
            yield place, "left out: the German has no such text"
            continue
        wrong = (*(problems(words) if place == ("hand_in",) else ()), *differences(there[place], words))
        if wrong:
            yield place, f"left out: {', '.join(wrong)}"
    for path, said in own.said.items():
        codes = german.options.get(path, _YES_NO if path in german.elements else ())
        yield from ((("said", path, code), "left out: there is no such option") for code in said if code not in codes)
