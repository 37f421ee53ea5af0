"""A small catalogue that is built once, with an encoder trained for a second."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assistant.model import Language, LifeSituation, Office, Section, SectionKind, Service, ServiceText
from knowledge.encoder.recipe import TrainingSettings
from knowledge.encoder.tokens import Hashing
from knowledge.index import build_index
from knowledge.settings import EncoderSettings, RetrievalSettings


@dataclass(frozen=True)
class ListCatalogue:
    """A catalogue of given services."""

    entries: tuple[Service, ...]
    revision: str = "1"

    def service(self, service_id: str) -> Service | None:
        return next((service for service in self.entries if service.id == service_id), None)

    def services(self) -> Iterator[Service]:
        return iter(sorted(self.entries, key=lambda service: service.id))

    def office(self, office_id: str) -> Office | None:
        return None

    def offices(self) -> Iterator[Office]:
        return iter(())

    def life_situations(self) -> Sequence[LifeSituation]:
        return ()

    def services_in_situation(self, situation_id: str) -> Sequence[Service]:
        return ()


def make_service(
    service_id: str, title: str, synonyms: tuple[str, ...], summary: str, sections: dict[SectionKind, str]
) -> Service:
    """A German service with these sections."""
    text = ServiceText(
        Language.DE, title, summary, synonyms, tuple(Section(kind, body) for kind, body in sections.items())
    )
    return Service(service_id, (text,))


SERVICES = (
    make_service(
        "reisepass",
        "Reisepass beantragen",
        ("Reisepass", "ePass", "Passport"),
        "Mit dem Reisepass reisen Sie in Länder außerhalb der Europäischen Union.",
        {
            SectionKind.FEE: "Der Reisepass kostet **70,00 Euro**, unter 24 Jahren 37,50 Euro.",
            SectionKind.DOCUMENTS: "Bringen Sie ein digitales Passfoto und Ihren alten Pass mit.",
            SectionKind.REPRESENTATION: "Sie müssen persönlich kommen. Abholen darf auch jemand mit Vollmacht.",
        },
    ),
    make_service(
        "vorlaeufiger-reisepass",
        "Vorläufigen Reisepass beantragen",
        ("vorläufiger Reisepass", "Notpass"),
        "Der vorläufige Reisepass hilft, wenn die Reise schon morgen beginnt.",
        {SectionKind.FEE: "Der vorläufige Reisepass kostet 26,00 Euro."},
    ),
    make_service(
        "hund-anmelden",
        "Hund anmelden und Hundesteuer",
        ("Hundesteuer", "Hund anmelden", "Hundemarke", "Welpe anmelden"),
        "Wer einen Hund hält, meldet ihn beim Finanzamt an und zahlt Hundesteuer.",
        {
            SectionKind.FEE: "Die Hundesteuer kostet 150,00 Euro im Jahr. Gebühren für die Anmeldung gibt es nicht.",
            SectionKind.DEADLINE: "Melden Sie den Hund innerhalb von 14 Tagen an.",
        },
    ),
    make_service(
        "abfallgebuehren",
        "Mülltonnen und Abfallgebühren",
        ("Müllgebühren", "Abfallgebühr", "Restmülltonne", "Biotonne"),
        "Für die Leerung der Tonnen zahlen Sie Gebühren.",
        {SectionKind.FEE: "Die Gebühren hängen von der Größe der Tonne ab. Gebühren und Kosten stehen im Bescheid."},
    ),
    make_service(
        "wohnsitz-anmelden",
        "Wohnsitz anmelden oder ummelden",
        ("Anmeldung", "Ummeldung", "Wohnung anmelden", "Umzug melden", "neue Adresse"),
        "Nach dem Einzug melden Sie sich innerhalb von zwei Wochen an.",
        {
            SectionKind.DOCUMENTS: "Bringen Sie den Ausweis und die Wohnungsgeberbestätigung mit.",
            SectionKind.APPOINTMENT: "Einen Termin buchen Sie online oder unter 115.",
        },
    ),
    make_service(
        "eheschliessung",
        "Eheschließung anmelden",
        ("heiraten", "Hochzeit", "Trauung"),
        "Wer heiraten will, meldet die Eheschließung beim Standesamt an.",
        {SectionKind.PROCEDURE: "Kommen Sie zusammen zum Standesamt."},
    ),
)

LEXICON = (
    {
        "key": "wohnung-anmelden",
        "title": {"de": "Wohnung anmelden", "tr": "İkamet kaydı", "en": "Register your address"},
        "summary": {
            "de": "Wer umzieht, meldet sich an.",
            "tr": "Taşınan kişi kaydolur.",
            "en": "Register after moving.",
        },
        "terms": {"de": ["Bude anmelden", "Meldeamt"], "tr": ["adres kaydı"], "en": ["Anmeldung"]},
        "questions": {
            "de": ["ich bin umgezogen wo trage ich mich ein", "neue wohnung wem sage ich das", "wir sind eingezogen"],
            "tr": ["yeni eve taşındık nereye bildiririz", "taşındım ne yapmalıyım", "adresim değişti"],
            "en": ["i have moved where do i register", "new flat who do i tell", "we moved in last week"],
        },
    },
    {
        "key": "baugenehmigung",
        "title": {"de": "Baugenehmigung", "tr": "Yapı ruhsatı", "en": "Building permit"},
        "summary": {
            "de": "Wer baut, braucht eine Genehmigung.",
            "tr": "İnşaat için izin.",
            "en": "Permission to build.",
        },
        "terms": {"de": ["Bauantrag", "Carport"], "tr": ["inşaat izni"], "en": ["planning permission"]},
        "questions": {
            "de": ["darf ich eine garage bauen", "anbau am haus was muss ich einreichen", "zaun höher als zwei meter"],
            "tr": ["garaj yapabilir miyim", "eve ek bina yapmak istiyorum", "çit yüksekliği kaç metre"],
            "en": ["may i build a garage", "i want to extend my house", "how high may my fence be"],
        },
    },
)


@pytest.fixture(scope="session")
def catalogue() -> ListCatalogue:
    """Six services in German."""
    return ListCatalogue(SERVICES)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> RetrievalSettings:
    """A small encoder and a lexicon of two entries, one of which the catalogue lacks."""
    lexicon = tmp_path_factory.mktemp("lexicon") / "small.jsonl"
    lexicon.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in LEXICON), encoding="utf-8")
    training = TrainingSettings(Hashing(1 << 12, 1 << 13, (3, 4)), dimensions=32, steps=80)
    return RetrievalSettings(encoder=EncoderSettings(training=training), lexicon=(lexicon,), bundled_translations=False)


@pytest.fixture(scope="session")
def built(catalogue: ListCatalogue, settings: RetrievalSettings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the built index; not to be changed."""
    directory = tmp_path_factory.mktemp("data")
    build_index(catalogue, directory, settings, no_progress)
    return directory


@pytest.fixture
def bigger(catalogue: ListCatalogue) -> ListCatalogue:
    """The catalogue with one service more."""
    fishing = make_service("fischereischein", "Fischereischein", ("Angelschein",), "Zum Angeln.", {})
    return replace(catalogue, entries=(*catalogue.entries, fishing), revision="2")


def no_progress(stage: str, share: float) -> None:
    """Shows nothing."""
