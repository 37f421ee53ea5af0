"""``roland catalogue``: imports are reported, and never do harm by mistake."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Roland

Stored = Callable[[], list[str]]


def import_(roland: Roland, bundle: Path, *options: str) -> str:
    """Imports a bundle without building an index; returns what was told."""
    result = roland("catalogue", "import", bundle, "--no-index", *options)
    assert result.exit_code == 0, result.output
    return result.stdout


def copies(bundle: Path, *names: str) -> None:
    """Puts copies of the passport into the bundle, under other ids."""
    passport = (bundle / "services" / "reisepass.yaml").read_text(encoding="utf-8")
    assert "id: reisepass\n" in passport
    for name in names:
        (bundle / "services" / f"{name}.yaml").write_text(passport.replace("id: reisepass\n", f"id: {name}\n"), "utf-8")


def test_an_import_tells_what_changed(roland: Roland, bundle: Path, stored: Stored) -> None:
    """The first import adds everything, the second leaves everything as it is."""
    assert import_(roland, bundle).startswith("added 4  changed 0")
    assert stored() == ["reisepass"]
    assert import_(roland, bundle).startswith("added 0  changed 0  unchanged 4")


def test_machines_read_the_report(roland: Roland, bundle: Path) -> None:
    """With --json, stdout is one JSON document with the ids of all that changed."""
    report = json.loads(import_(roland, bundle, "--json"))
    assert "service:reisepass" in report["added"]
    assert report["invalid"] == report["removed"] == []
    assert report["revision"]


def test_notes_of_one_kind_are_told_once(roland: Roland, bundle: Path) -> None:
    """What is odd about many entries is one line, with how many and the first place."""
    copies(bundle, "zweiter")
    odd = [line for line in import_(roland, bundle).splitlines() if line.startswith("note")]
    assert len(odd) == 1
    assert "2 times; first: " in odd[0]


def test_a_dry_run_changes_nothing(roland: Roland, bundle: Path, stored: Stored) -> None:
    """--dry-run tells what would change and leaves the catalogue alone."""
    assert "(dry run)" in import_(roland, bundle, "--dry-run")
    assert stored() == []


def test_a_broken_file_changes_nothing(roland: Roland, bundle: Path, stored: Stored) -> None:
    """A file that cannot be read ends with exit code 1 and its name; what was stored stays."""
    import_(roland, bundle)
    copies(bundle, "ausweis")
    (bundle / "bundle.yaml").write_text("format: [", encoding="utf-8")
    result = roland("catalogue", "import", bundle, "--no-index")
    assert result.exit_code == 1
    assert "bundle.yaml" in result.stderr
    assert stored() == ["reisepass"]


def test_an_invalid_entry_is_told(roland: Roland, bundle: Path, stored: Stored) -> None:
    """An entry that breaks the format is reported with its place and exit code 1; the others are imported."""
    copies(bundle, "ausweis", "kaputt")
    with (bundle / "services" / "kaputt.yaml").open("a", encoding="utf-8") as file:
        file.write("farbe: rot\n")
    result = roland("catalogue", "import", bundle, "--no-index")
    assert result.exit_code == 1
    assert "invalid 1" in result.stdout
    assert "kaputt.yaml" in result.stdout
    assert stored() == ["ausweis", "reisepass"]


def test_a_great_loss_must_be_allowed(roland: Roland, bundle: Path, stored: Stored) -> None:
    """An import that would remove more than half of the services is refused until it is said to be meant."""
    copies(bundle, "a", "b", "c")
    import_(roland, bundle)
    for name in "abc":
        (bundle / "services" / f"{name}.yaml").unlink()
    assert "more than half of kind service is removed: 3" in import_(roland, bundle, "--dry-run")
    refused = roland("catalogue", "import", bundle, "--no-index")
    assert refused.exit_code == 1
    assert "--allow-removal" in refused.stderr
    assert stored() == ["a", "b", "c", "reisepass"]
    import_(roland, bundle, "--allow-removal")
    assert stored() == ["reisepass"]


def test_a_title_is_shown_letter_by_letter(roland: Roland, bundle: Path) -> None:
    """Brackets in a title are no commands to the terminal."""
    path = bundle / "services" / "reisepass.yaml"
    path.write_text(path.read_text("utf-8").replace("title: Reisepass", "title: Reisepass [/alt]", 1), "utf-8")
    import_(roland, bundle)
    assert "[/alt]" in roland("catalogue", "list").stdout


def test_an_unknown_format_is_a_wrong_usage(roland: Roland, bundle: Path) -> None:
    """A format nobody knows is refused with the ones there are, and exit code 2."""
    result = roland("catalogue", "import", bundle, "--format", "excel")
    assert result.exit_code == 2
    assert "xzufi" in result.stderr


def test_a_service_is_shown_whole(roland: Roland, bundle: Path) -> None:
    """`show` prints the whole service as JSON; an id that is not there is an error."""
    import_(roland, bundle)
    assert json.loads(roland("catalogue", "show", "reisepass").stdout)["id"] == "reisepass"
    missing = roland("catalogue", "show", "hund")
    assert missing.exit_code == 1
    assert "'hund'" in missing.stderr
