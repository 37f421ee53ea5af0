"""What stands in the documentation leads somewhere: files, headings, targets of make."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("assistant", "nlu", "knowledge", "voice", "connectors", "evaluation", "tests", "docs", "changelog.d")
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", flags=re.DOTALL)


def pages() -> Iterator[Path]:
    """Every Markdown file of the project."""
    yield from ROOT.glob("*.md")
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.md") if "node_modules" not in path.parts)


def links(page: Path) -> list[str]:
    """Where a page's links and pictures lead within the project."""
    found = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return [link for link in found if not link.startswith(("https://", "http://", "mailto:", "tel:"))]


def anchors(page: Path) -> set[str]:
    """What a page's headings are called in a link."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


PAGES = sorted(pages())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Each link within the project leads to a file, a folder or a heading that exists."""
    for link in links(page):
        file, _, heading = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{link} does not exist"
        assert not heading or heading in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_targets_of_make_exist(page: Path) -> None:
    """Each `make` command that a page names is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:^ {4}|`|[A-Z]+=\S+ )make ([a-z-]+)", text, flags=re.MULTILINE)) <= targets


def test_the_readme_leads_to_every_document() -> None:
    """A newcomer finds every page of docs/ from the README."""
    listed = {(ROOT / link.partition("#")[0]).resolve() for link in links(ROOT / "README.md")}
    documents = {*(ROOT / "docs").glob("*.md"), ROOT / "docs" / "adr" / "README.md"}
    assert {path for path in documents if path not in listed} == set()
