"""Another city's real catalogue in a data directory of its own."""

import json
from pathlib import Path

import pytest

from tests.system.conversation import Conversation, Known, check
from tests.system.installation import ROOT, Installation

pytestmark = [pytest.mark.slow, pytest.mark.shared_data, pytest.mark.timeout(1800)]

QUESTIONS = (
    Known("Was kostet ein Reisepass?", "1063453", ("70 Euro", "37,50 Euro")),
    Known("Was kostet ein Personalausweis?", "1063441", ("46 Euro",)),
    Known("Was kostet eine Meldebescheinigung?", "1063576", ("5 Euro",)),
    Known("Was kostet der Kirchenaustritt?", "1063731", ("25 Euro",)),
    Known("Was kostet ein Bewohnerparkausweis?", "1072043", ("30 Euro",)),
    Known("Wie teuer ist eine Gewerbeanmeldung?", "1063423", ("50 bis 60 Euro",)),
    Known("Was kostet ein Führungszeugnis?", "1063565", ("13 Euro",)),
    Known("Was kostet ein Saisonkennzeichen?", "1064333", ("30 Euro",)),
    Known("Was kostet die Abmeldung eines Fahrzeugs?", "1064305", ("16,80 Euro",)),
    Known("Was kostet die Zufahrtserlaubnis für den Oktoberfest-Sperrring?", "1080733", ("ebührenfrei",)),
)


@pytest.fixture(scope="session")
def munich(prepared: Installation, cache: Path) -> Installation:
    """Munich's catalogue, imported and made searchable; skips the test where there is none beside the checkout."""
    folder = ROOT.parent / "shared" / "data" / "munich-dldb"
    if not folder.is_dir():
        pytest.skip(f"no {folder.relative_to(ROOT.parent)} beside the checkout")
    files = [str(folder / "services_de.json"), str(folder / "locations_de.json")]
    city = Installation(cache / "munich", prepared.models, ROOT / "config" / "muenchen.toml", prepared.settings)
    imported = city.run("catalogue", "import", *files, "--format", "dldb")
    assert imported.returncode == 0, imported.stderr
    return city


def test_questions_about_munich(munich: Installation, tmp_path: Path) -> None:
    """Ten questions about Munich are answered from the right service of Munich, with its words and its sources."""
    with munich.copy(tmp_path / "data").serving() as server, server.client() as client:
        for known in QUESTIONS:
            answer = Conversation.begin(client).ask(known.question)
            check(answer, known)
            assert all("muenchen" in source["url"] for source in answer["sources"] if source["url"]), known


def test_cities_do_not_mix(munich: Installation, prepared: Installation) -> None:
    """The same question is answered about the city whose data directory is asked."""
    answers = [json.loads(city.run("ask", QUESTIONS[0].question, "--json").stdout) for city in (munich, prepared)]
    sources = [{source["service_id"] for source in answer["sources"]} - {None} for answer in answers]
    assert sources == [{"1063453"}, {"reisepass"}]
