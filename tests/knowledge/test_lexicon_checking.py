"""What the check of lexicon files finds, and where."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.model import Language
from knowledge.lexicon import LexiconCheck, bundled_files, check_lexicon

LETTERS = {Language.AR: "كلب", Language.FA: "سگ", Language.RU: "собака", Language.UK: "собака"}

Change = Callable[[dict[str, Any]], object]


def entry(key: str = "hund") -> dict[str, Any]:
    """An entry that keeps every rule."""
    words = {language: LETTERS.get(language, "Hund") for language in Language}
    return {
        "key": key,
        "leika_keys": ["99102013000000"],
        "title": {language: f"{word} {key}" for language, word in words.items()},
        "summary": {language: f"{word} {key}." for language, word in words.items()},
        "terms": {language: [word, "Hund"][: 1 + (word != "Hund")] for language, word in words.items()},
        "questions": {
            language: [f"{word} {key} {language} {number}?" for number in range(12 if language is Language.DE else 6)]
            for language, word in words.items()
        },
    }


def checked(folder: Path, *entries: object) -> LexiconCheck:
    """The check of a file with an empty line before the entries, which so begin in line 2."""
    path = folder / "mine.jsonl"
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in entries]
    path.write_text("\n".join(["", *lines]), encoding="utf-8")
    return check_lexicon([path])


@pytest.mark.slow
def test_the_bundled_lexicon_keeps_every_rule() -> None:
    """Nothing is wrong in the lexicon that comes with Roland, and each entry speaks nine languages."""
    check = check_lexicon(bundled_files())
    assert [str(problem) for problem in check.problems] == []
    assert set(check.entries.values()) == {check.total}


def test_a_lexicon_is_counted(tmp_path: Path) -> None:
    """Entries, terms and questions are counted by language."""
    check = checked(tmp_path, entry(), entry("katze"))
    assert check.problems == ()
    assert check.total == check.entries[Language.FA] == 2
    assert (check.questions[Language.DE], check.questions[Language.TR]) == (24, 12)
    assert (check.terms[Language.DE], check.terms[Language.RU]) == (2, 4)


CHANGES: list[tuple[str, Change]] = [
    ("lacks 'summary'", lambda e: e.pop("summary")),
    ("title: lacks 'fa'", lambda e: e["title"].pop("fa")),
    ("terms: lacks 'pl'", lambda e: e["terms"].pop("pl")),
    ("terms.pl: 0 texts, at least 1 are wanted", lambda e: e["terms"]["pl"].clear()),
    ("questions.de: 11 texts, at least 12 are wanted", lambda e: e["questions"]["de"].pop()),
    ("questions.uk: 5 texts, at least 6 are wanted", lambda e: e["questions"]["uk"].pop()),
    ("'colour' was unexpected", lambda e: e.update(colour="red")),
    ("'xx' is not one of", lambda e: e["title"].update(xx="Hund")),
    ("3 is not of type 'object'", lambda e: e.update(questions=3)),
    ('key: not of the form ^[a-z0-9]+(-[a-z0-9]+)*$: "Hund Steuer"', lambda e: e.update(key="Hund Steuer")),
    ('leika_keys: not of the form ^99[0-9]{12}$: "9910201"', lambda e: e.update(leika_keys=["9910201"])),
    ('questions.en: not of the form ^\\S.*\\S$: ""', lambda e: e["questions"]["en"].append("")),
    ('questions.en: not of the form ^\\S.*\\S$: "   "', lambda e: e["questions"]["en"].append("   ")),
    ("questions.en: longer than 300 letters", lambda e: e["questions"]["en"].append("x" * 301)),
    ("title.en: longer than 120 letters", lambda e: e["title"].update(en="x" * 121)),
    ("summary.en: longer than 400 letters", lambda e: e["summary"].update(en="x" * 401)),
    ('questions.en: twice: "Dog?"', lambda e: e["questions"]["en"].extend(["Dog?", "Dog?"])),
    ('questions.en: twice: "DOG"', lambda e: e["questions"]["en"].extend(["Dog?", "DOG"])),
    ('terms.de: twice: "Hund"', lambda e: e["terms"]["de"].append("Hund")),
    ('title.de: Cyrillic letters: "Нund"', lambda e: e["title"].update(de="Нund")),
    ("terms.tr: Arabic letters", lambda e: e["terms"]["tr"].append("كلب")),
    ("questions.ar: no Arabic letters", lambda e: e["questions"]["ar"].append("Wo melde ich den Hund an?")),
    ("summary.ru: no Cyrillic letters", lambda e: e["summary"].update(ru="Hund")),
    ("terms.fa: Cyrillic letters", lambda e: e["terms"]["fa"].append("собака")),
    ("questions.ru: letters of another language (ії)", lambda e: e["questions"]["ru"].append("їжі")),
    ("questions.uk: letters of another language (ы)", lambda e: e["questions"]["uk"].append("сыр")),
]


@pytest.mark.parametrize(("reason", "change"), CHANGES, ids=[reason for reason, _ in CHANGES])
def test_a_broken_rule_is_told_with_its_place(tmp_path: Path, reason: str, change: Change) -> None:
    """Each rule has its own words, once; the sound entry before is not complained of."""
    wrong = entry("katze")
    change(wrong)
    (problem,) = checked(tmp_path, entry(), wrong).problems
    assert reason in problem.reason
    assert (problem.line, problem.key) == (3, wrong.get("key"))
    assert str(problem).startswith(f"{tmp_path / 'mine.jsonl'}:3: ")


def test_every_problem_is_told(tmp_path: Path) -> None:
    """One mistake does not hide another, in the same entry or behind a line that cannot be read."""
    first, last = entry(), entry("katze")
    first["title"].pop("fa")
    first["leika_keys"] = ["1"]
    last["questions"]["de"].pop()
    check = checked(tmp_path, first, "{", last)
    assert [problem.line for problem in check.problems] == [2, 2, 3, 4]
    assert check.problems[2].reason.startswith("not JSON")
    assert check.total == 2


def test_keys_and_questions_stand_once_in_all_files(tmp_path: Path) -> None:
    """A key or a question that stands in another file too is told with the other place, however it is written."""
    second = entry("katze")
    second["questions"]["tr"][0] = entry()["questions"]["de"][3].upper()
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    paths[0].write_text(json.dumps(entry()), encoding="utf-8")
    paths[1].write_text(f"{json.dumps(second)}\n{json.dumps(entry())}", encoding="utf-8")
    reasons = [
        (problem.line, problem.reason) for problem in check_lexicon(paths).problems if problem.file.endswith("b.jsonl")
    ]
    assert (1, f'questions.tr: stands in hund ({paths[0]}:1) too: "HUND HUND DE 3?"') in reasons
    assert (2, f"the key stands in {paths[0]}:1 too") in reasons


@pytest.mark.parametrize("line", ["[]", "7", '"hund"', "null"])
def test_a_line_that_is_no_entry_is_told(tmp_path: Path, line: str) -> None:
    """JSON that is no object is one problem."""
    (problem,) = checked(tmp_path, line).problems
    assert "is not of type 'object'" in problem.reason
    assert problem.key is None


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A file in another encoding, and one that is no file, are problems and no crash."""
    (tmp_path / "latin.jsonl").write_bytes('{"key": "größe"}'.encode("latin-1"))
    reasons = [str(problem) for problem in check_lexicon([tmp_path / "latin.jsonl", tmp_path]).problems]
    assert [reason.split(": ", 1)[1] for reason in reasons] == [
        "not written in UTF-8",
        "cannot be read (Is a directory)",
    ]
