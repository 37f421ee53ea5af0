"""The catalogue changes while people ask."""

import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.system.conversation import PASSPORT, Conversation, check, check_sourced, services_of
from tests.system.installation import ROOT, Installation, Server, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

BEEHIVE = """
id: bienenstand
areas: ["040110000000"]
url: https://www.service.bremen.de/
updated_on: 2026-11-01
texts:
  de:
    title: Bienenstand anzeigen
    synonyms: [Imkerei, Bienenvölker, Bienen halten, Bienenstock]
    summary: Wer Bienen hält, zeigt den Standort der Völker beim Veterinäramt an.
    sections:
      - kind: fee
        title: Was kostet es?
        text: |
          Die Anzeige eines Bienenstands kostet **23,40 Euro**.
"""
QUESTION = "Was kostet es, einen Bienenstand anzuzeigen?"


@pytest.fixture
def changed_catalogue(tmp_path: Path) -> Path:
    """The sample catalogue with one service more and another fee for the passport."""
    folder = tmp_path / "changed"
    shutil.copytree(ROOT / "knowledge" / "bremen", folder)
    (folder / "services" / "bienenstand.yaml").write_text(BEEHIVE, encoding="utf-8")
    passport = folder / "services" / "reisepass.yaml"
    passport.write_text(passport.read_text(encoding="utf-8").replace("**70,00 Euro**", "**71,30 Euro**"), "utf-8")
    return folder


def is_found(server: Server) -> bool:
    """Whether the new service is answered; the passport's fee must be answered meanwhile in any case."""
    with server.client() as client:
        passport = Conversation.begin(client).ask(PASSPORT.question)
        assert passport["status"] == "answered"
        assert ("70,00 Euro" in passport["text"]) != ("71,30 Euro" in passport["text"])
        answer = Conversation.begin(client).ask(QUESTION)
        check_sourced(answer) if answer["status"] == "answered" else None
        return services_of(answer) == {"bienenstand"} and "23,40 Euro" in answer["text"]


def test_import_while_serving(bremen: Installation, changed_catalogue: Path) -> None:
    """What another process imports is answered without a restart; until then every question gets a whole answer."""
    # With the encoder that is there: training one anew would take minutes and change nothing of what is promised here.
    bremen = bremen.having({"retrieval.encoder": next((bremen.data / "encoders").iterdir())})
    with bremen.serving() as server, server.client() as client:
        assert not is_found(server)
        importing = subprocess.Popen(
            bremen.command("catalogue", "import", str(changed_catalogue), "--format", "bundle"),
            cwd=ROOT,
            env=bremen.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        until(lambda: is_found(server) or importing.poll() not in {None, 0}, 600, look=0.5)
        _, told = importing.communicate()
        assert importing.returncode == 0, told.decode()
        assert "71,30 Euro" in Conversation.begin(client).ask(PASSPORT.question)["text"]
        revision = client.get("/health").json()["catalogue_revision"]
    with bremen.serving() as again, again.client() as client:
        assert is_found(again)
        assert client.get("/health").json()["catalogue_revision"] == revision


def test_index_broken_while_serving(bremen: Installation) -> None:
    """An index that vanishes under a running server costs no answer; the health page says what the next start lacks."""
    with bremen.serving() as server, server.client() as client:
        conversation = Conversation.begin(client)
        check(conversation.ask(PASSPORT.question), PASSPORT)
        (bremen.data / "index" / "current").write_text("no-such-index", encoding="utf-8")
        until(lambda: client.get("/health").status_code == httpx.codes.SERVICE_UNAVAILABLE)
        assert client.get("/health").json()["checks"]["search index"] == "index"
        check(Conversation.begin(client).ask(PASSPORT.question), PASSPORT)
