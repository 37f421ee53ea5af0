"""The lexicon for those who keep it: is it well-formed, and what does it mean in this catalogue?"""

from dataclasses import replace
from pathlib import Path

from assistant.bootstrap.catalogue import open_catalogue
from assistant.bootstrap.knowledge import retrieval_settings
from assistant.config import Settings
from assistant.errors import CatalogueEmptyError
from knowledge import lexicon
from knowledge.lexicon import LexiconCheck, MatchReport, check_lexicon

__all__ = ["LexiconCheck", "MatchReport", "check_lexicon", "lexicon_files", "match_lexicon", "write_matches"]


def lexicon_files(settings: Settings) -> tuple[Path, ...]:
    """The bundled files with the city's own."""
    return retrieval_settings(settings.retrieval).lexicon_paths


def match_lexicon(settings: Settings) -> MatchReport:
    """What the lexicon's entries mean in the present catalogue; a file of corrections may yet be missing."""
    services = tuple(open_catalogue(settings).services())
    if not services:
        raise CatalogueEmptyError("the catalogue holds no public service; import one: roland catalogue import")
    retrieval = retrieval_settings(settings.retrieval)
    entries = lexicon.read_lexicon(retrieval.lexicon_paths)
    path = retrieval.lexicon_matches
    if path is None or path.exists():
        return lexicon.report_matches(entries, services, lexicon.read_corrections(path) if path else {})
    report = lexicon.report_matches(entries, services, {})
    return replace(report, warnings=(f"{path}: this file is configured, but not there; --write makes it",))


def write_matches(report: MatchReport, path: Path) -> None:
    """Write the file of corrections; raises FileExistsError rather than lose what somebody wrote there."""
    with path.open("x", encoding="utf-8") as file:
        file.write(lexicon.to_toml(report))
