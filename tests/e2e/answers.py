"""One answer of each kind, as Roland gives it in Bremen; told by a dialogue that follows a script."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time

from assistant.model import (
    Address,
    Answer,
    AnswerStatus,
    Canned,
    ContactWays,
    Conversation,
    DialogueState,
    Fact,
    Facts,
    FormHelp,
    Language,
    LinkOut,
    LinkPurpose,
    Office,
    OfficeCard,
    OpeningHours,
    Paragraph,
    QuickReply,
    SectionKind,
    Source,
    SourceKind,
    Steps,
    Translated,
    Turn,
    Utterance,
    Weekday,
)
from assistant.ports import Dialogue

PASSPORT_PAGE = "https://service.bremen.de/dienstleistungen/reisepass-beantragen-8364"
PASSPORT = Source(
    SourceKind.SERVICE, "reisepass", "Reisepass beantragen", SectionKind.FEE, PASSPORT_PAGE, date(2025, 5, 1)
)
DOCUMENTS = replace(PASSPORT, section=SectionKind.DOCUMENTS, updated_on=date(2025, 8, 8))
DOG = Source(
    SourceKind.SERVICE,
    "hundesteuer",
    "Hundesteuer anmelden",
    SectionKind.FEE,
    "https://www.service.bremen.de/",
    date(2025, 3, 1),
)
OFFICE = Office(
    "buergerservicecenter-stresemannstrasse",
    "BürgerServiceCenter-Stresemannstraße",
    address=Address("Stresemannstraße", "48", "28207", "Bremen", "Hastedt"),
    phone="0421 361-0",
    email="bscstresemannstrasse@buergeramt.bremen.de",
    url="https://www.service.bremen.de/",
    appointment_url="https://www.service.bremen.de/",
    opening_hours=(
        OpeningHours((Weekday.MO, Weekday.TH), time(7, 30), time(18)),
        OpeningHours((Weekday.TU,), time(7, 30), time(13), "nur mit Termin"),
    ),
    hours_note="Am besten mit Termin.",
    transport="Straßenbahn bis Haltestelle Stresemannstraße, von dort wenige Minuten zu Fuß.",
    accessibility="Eingang stufenlos, Aufzug vorhanden.",
    updated_on=date(2025, 9, 1),
)
AT_OFFICE = Source(
    SourceKind.OFFICE, OFFICE.id, OFFICE.name, url="https://www.service.bremen.de/", updated_on=date(2025, 9, 1)
)

FEE = Answer(
    AnswerStatus.ANSWERED,
    Language.DE,
    (
        Paragraph("Ein Reisepass kostet **70,00 Euro**, für Personen unter 24 Jahren **37,50 Euro**.", PASSPORT),
        Facts(
            (
                Fact("48 statt 32 Seiten", "22,00 Euro zusätzlich"),
                Fact("Expressverfahren", "32,00 Euro zusätzlich"),
                Fact("Passfoto im Amt", "6,00 Euro"),
            ),
            PASSPORT,
        ),
        OfficeCard(OFFICE, AT_OFFICE),
        LinkOut("Termin beim Bürgeramt Bremen", "https://www.service.bremen.de/", LinkPurpose.APPOINTMENT, PASSPORT),
        LinkOut("Reisepass beantragen", PASSPORT_PAGE, LinkPurpose.OFFICIAL_PAGE, PASSPORT),
    ),
    quick_replies=(
        QuickReply("Welche Unterlagen?", "service:reisepass#documents"),
        QuickReply("Wie lange dauert es?", "service:reisepass#duration"),
        QuickReply("Geht das online?", "service:reisepass#online"),
    ),
    service_id="reisepass",
)
PAPERS = Answer(
    AnswerStatus.ANSWERED,
    Language.DE,
    (
        Paragraph("Für den Reisepass bringen Sie mit:", DOCUMENTS),
        Steps(
            (
                "Ihren bisherigen Reisepass oder Personalausweis",
                "ein **digitales Passfoto** mit QR-Code",
                "die Eheurkunde, wenn sich Ihr Name geändert hat",
            ),
            DOCUMENTS,
        ),
        FormHelp("Zustimmungserklärung", "https://www.service.bremen.de/", DOCUMENTS, "Nur für Kinder."),
        LinkOut("Reisepass beantragen", PASSPORT_PAGE, LinkPurpose.ONLINE_SERVICE, DOCUMENTS),
    ),
    service_id="reisepass",
)
WHICH = Answer(
    AnswerStatus.CLARIFICATION,
    Language.DE,
    (Paragraph("Was meinen Sie?", Canned("dialogue.clarify")),),
    quick_replies=(
        QuickReply("Hundesteuer anmelden", "service:hundesteuer"),
        QuickReply("Hund als gefährlich melden", "service:gefaehrlicher-hund"),
        QuickReply("Nichts davon", "act:deny"),
    ),
)
BOTH = Answer(
    AnswerStatus.ANSWERED_PARTLY,
    Language.DE,
    (
        *FEE.blocks[:1],
        Paragraph("Die Hundesteuer beträgt in Bremen 150,00 Euro im Jahr.", DOG),
    ),
    service_id="reisepass",
)
NOTHING = Answer(
    AnswerStatus.UNANSWERABLE_NOT_FOUND,
    Language.DE,
    (
        Paragraph(
            "Dazu habe ich in meinem Verzeichnis nichts Sicheres gefunden. Ich möchte nicht raten.",
            Canned("dialogue.not_found"),
        ),
    ),
    quick_replies=(QuickReply("Mit einem Menschen sprechen", "act:human"),),
)
DANGER = Answer(
    AnswerStatus.HANDOFF_EMERGENCY,
    Language.DE,
    (
        Paragraph(
            "**Ist jemand in Gefahr? Rufen Sie sofort an: Feuerwehr und Rettungsdienst 112, Polizei 110.**",
            Canned("dialogue.emergency"),
        ),
    ),
)
BROKEN = Answer(
    AnswerStatus.ERROR_INTERNAL,
    Language.DE,
    (Paragraph("Entschuldigung, da ist bei mir etwas schiefgegangen.", Canned("dialogue.error")),),
)
ARABIC = Answer(
    AnswerStatus.ANSWERED,
    Language.AR,
    (
        Paragraph("تبلغ رسوم جواز السفر 70,00 يورو. للأسئلة اتصلوا بالرقم 0421 361-6021 أو 115.", PASSPORT),
        Paragraph(
            "Ein Reisepass kostet **70,00 Euro**, für Personen unter 24 Jahren **37,50 Euro**.", PASSPORT, Language.DE
        ),
        OfficeCard(OFFICE, AT_OFFICE),
    ),
    quick_replies=(QuickReply("المستندات المطلوبة", "service:reisepass#documents"),),
    service_id="reisepass",
)

MACHINE = Answer(
    AnswerStatus.ANSWERED,
    Language.AR,
    (
        Paragraph("ترجمة آلية. النص الألماني هو المعتمد.", Canned("dialogue.machine_translated")),
        Translated(
            Paragraph("تبلغ رسوم جواز السفر **70,00** يورو.", PASSPORT, Language.AR),
            Paragraph("Ein Reisepass kostet **70,00** Euro.", PASSPORT, Language.DE),
        ),
        Translated(
            Facts((Fact("جواز سريع", "32,00 يورو"),), PASSPORT, Language.AR),
            Facts((Fact("Expressverfahren", "32,00 Euro"),), PASSPORT, Language.DE),
        ),
        Translated(
            Steps(("صورة", "[موعد](https://www.service.bremen.de/)"), DOCUMENTS, language=Language.AR),
            Steps(("Passfoto", "[Termin](https://www.service.bremen.de/)"), DOCUMENTS, language=Language.DE),
        ),
    ),
    service_id="reisepass",
)

RUSSIAN = Answer(
    AnswerStatus.ANSWERED,
    Language.RU,
    (
        Paragraph("Загранпаспорт стоит **70,00 евро**, до 24 лет – **37,50 евро**.", PASSPORT),
        OfficeCard(OFFICE, AT_OFFICE),
        LinkOut("Оформить загранпаспорт", PASSPORT_PAGE, LinkPurpose.APPOINTMENT, PASSPORT),
    ),
    quick_replies=(QuickReply("Какие документы?", "service:reisepass#documents"),),
    service_id="reisepass",
)
NORTH = replace(OFFICE, id="buergerservicecenter-nord", name="BürgerServiceCenter-Nord")
PLACES = Answer(
    AnswerStatus.ANSWERED,
    Language.DE,
    (
        Paragraph("Sie können zu jedem BürgerServiceCenter gehen.", PASSPORT),
        OfficeCard(OFFICE, AT_OFFICE),
        OfficeCard(NORTH, replace(AT_OFFICE, entry_id=NORTH.id, title=NORTH.name)),
    ),
    service_id="reisepass",
)

WAYS = ContactWays(Canned("contact.ways"), 2, 6, phone_is_open=True, answer_due=date(2026, 11, 24))
OFFER = Answer(
    AnswerStatus.HANDOFF_OFFERED,
    Language.DE,
    (Paragraph("Gern. So erreichen Sie einen Menschen.", Canned("dialogue.human_open")), WAYS),
    quick_replies=(QuickReply("Jetzt verbinden", "people:connect"),),
)
QUEUED = Answer(
    AnswerStatus.HANDOFF_QUEUED,
    Language.DE,
    (Paragraph("Gern. Ich verbinde Sie mit dem Bürgertelefon.", Canned("dialogue.handoff_queued")),),
)
OFFER_ARABIC = replace(
    OFFER,
    language=Language.AR,
    blocks=(Paragraph("هكذا تصلون إلى شخص.", Canned("dialogue.human_open")), WAYS),
    quick_replies=(QuickReply("التوصيل الآن", "people:connect"),),
)
QUEUED_ARABIC = replace(
    QUEUED, language=Language.AR, blocks=(Paragraph("سأوصلكم بهاتف المواطنين.", Canned("dialogue.handoff_queued")),)
)

SCRIPT = {
    "Mensch": OFFER,
    "إنسان": OFFER_ARABIC,
    "Was kostet ein Reisepass?": FEE,
    "Welche Unterlagen?": PAPERS,
    "Hund": WHICH,
    "Beides": BOTH,
    "Mond": NOTHING,
    "Hilfe!": DANGER,
    "kaputt": BROKEN,
    "Wo?": PLACES,
    "كم يكلف جواز السفر؟": ARABIC,
    "Сколько стоит паспорт?": RUSSIAN,
    "ترجمة": MACHINE,
}
CHOICES = {"people:connect": QUEUED, "service:reisepass#documents": PAPERS, "service:hundesteuer": BOTH}


HELP = ("Hilfe bei", "ساعدني", "Help me")


class ScriptedDialogue:
    """Answers by the script, everything else with what a passport costs; holds answers back while told to.

    What is said and pressed about forms is left to ``guide``, the real dialogue, where there is one.
    """

    def __init__(self, guide: Dialogue | None = None) -> None:
        self._guide = guide
        self.heard: list[Utterance] = []
        self._free = asyncio.Event()
        self._free.set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def respond(
        self, conversation: Conversation, turns: Sequence[Turn], utterance: Utterance
    ) -> tuple[Answer, DialogueState]:
        self._loop = asyncio.get_running_loop()
        self.heard.append(utterance)
        if "warten" in utterance.text:
            await self._free.wait()
        if self._guide is not None and is_about_forms(conversation, utterance):
            return await self._guide.respond(conversation, turns, utterance)
        script, key = (CHOICES, utterance.choice) if utterance.choice else (SCRIPT, utterance.text)
        answer = script.get(key, FEE)
        if answer is QUEUED and conversation.state.language is Language.AR:
            answer = QUEUED_ARABIC
        return answer, replace(conversation.state, offered=answer.quick_replies)

    def hold(self) -> None:
        """Answers to a text with "warten" wait from now on."""
        self._free.clear()

    def release(self) -> None:
        """They wait no longer; may be called from any thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._free.set)
        else:
            self._free.set()


def is_about_forms(conversation: Conversation, utterance: Utterance) -> bool:
    """Whether it is for the guide: help is asked for, or somebody is in a form and says nothing the script knows."""
    if utterance.choice:
        return utterance.choice.startswith("form:")
    return utterance.text.startswith(HELP) or (conversation.state.walk is not None and utterance.text not in SCRIPT)
