"""What a city may have besides its German pages, as a lexicon that the encoder learns from: no question of OMoS-QA.

A lexicon's entry is a text in several languages; from it the encoder learns which words mean the same.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from assistant.model import Language
from evaluation.lines import read_lines

LANGUAGES = (Language.DE, Language.EN, Language.FR, Language.AR, Language.UK)
TITLES_FILE = "derived_multilingual_titles.tsv"
_LEAST_WORDS = 4


class AidName(StrEnum):
    """The aids there are."""

    TITLES = "titles"
    PAGES = "pages"


Texts = Mapping[str, str]
"""One text by language code."""


@dataclass(frozen=True, slots=True)
class Aid:
    """``texts`` reads the translated texts below a folder for a split that is asked, ``files`` says which it reads."""

    name: str
    texts: Callable[[Path, str], Iterator[Texts]]
    files: Callable[[Path, str], list[Path]]

    def write(self, folder: Path, split: str, lexicon: Path) -> None:
        """Write the aid as a lexicon."""
        entries = (
            {"key": f"{self.name}-{number}", "title": texts, "summary": {}, "terms": {}, "questions": {}}
            for number, texts in enumerate(self.texts(folder, split))
        )
        lexicon.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries), encoding="utf-8")


def split_files(folder: Path, split: str) -> dict[Language, Path]:
    """The files of a split by language."""
    return {language: folder / "splits" / f"{split}_{language}.jsonl" for language in LANGUAGES}


def _titles(folder: Path, _: str) -> Iterator[Texts]:
    """The titles of the portals' pages, also of those that are asked."""
    titles: dict[str, dict[str, str]] = {}
    with (folder / TITLES_FILE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            own = titles.setdefault(f"{row['city']}-{row['de_page_id']}", {"de": row["de_title"]})
            if row["lang"] in set(Language):
                own[row["lang"]] = row["translated_title_from_slug"]
    yield from titles.values()


def _pages(folder: Path, split: str) -> Iterator[Texts]:
    """The lines of the other split's pages, German beside their translations; pages that are asked are left out."""
    asked = {_page(record) for record in read_lines(split_files(folder, split)[Language.DE], dict)}
    files = split_files(folder, _other(split))
    contexts: dict[Language, dict[tuple[str, int], list[str]]] = {language: {} for language in files}
    for language, path in files.items():
        for record in read_lines(path, dict):
            contexts[language].setdefault(_page(record), record["context"].split("\n"))
    for page, german in contexts[Language.DE].items():
        if page not in asked:
            for number, line in enumerate(german):
                texts = {str(language): contexts[language][page][number].strip() for language in files}
                if len(line.split()) >= _LEAST_WORDS and all(texts.values()):
                    yield texts


def _page(record: Mapping[str, Any]) -> tuple[str, int]:
    return record["city"], record["pageId"]


def _other(split: str) -> str:
    return "train" if split == "dev" else "dev"


def _title_files(folder: Path, _: str) -> list[Path]:
    return [folder / TITLES_FILE]


def _page_files(folder: Path, split: str) -> list[Path]:
    return list(split_files(folder, _other(split)).values())


AIDS = {
    AidName.TITLES: Aid("translated titles", _titles, _title_files),
    AidName.PAGES: Aid("other pages translated", _pages, _page_files),
}
