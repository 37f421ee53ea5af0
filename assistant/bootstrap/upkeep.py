"""What operators do besides serving: set up, look after, clear away."""

from assistant.bootstrap.accounts import desk_upkeep, open_provider
from assistant.bootstrap.bus import open_bus
from assistant.bootstrap.casework import open_case_systems
from assistant.bootstrap.catalogue import open_catalogue
from assistant.bootstrap.check import Check, checked
from assistant.bootstrap.conversations import conversation_store, database_state, open_database
from assistant.bootstrap.forms import open_forms
from assistant.bootstrap.line_checks import line_checks
from assistant.bootstrap.tickets import open_mailer, ticket_store
from assistant.bootstrap.translation import open_translator
from assistant.bootstrap.turn import SystemClock
from assistant.bootstrap.understanding import embedded_engine, open_wish_reader
from assistant.bus_redis import RedisBus
from assistant.config import Settings
from assistant.errors import RolandError
from assistant.storage.outbox import SqlOutbox
from connectors.chatwoot import Chatwoot
from connectors.zammad import Zammad
from knowledge.retriever import IndexRetriever
from nlu.rasa_engine import RasaEngine


async def purge(settings: Settings) -> int:
    """Remove what is past its retention date, and what is over at the desk; returns how many conversations went."""
    now = SystemClock().now()
    async with open_database(settings) as database:
        await desk_upkeep(settings, database, SystemClock()).sweep()
        await ticket_store(settings, database).forget(now)
        await SqlOutbox(database).forget(now)
        return await conversation_store(settings, database).delete_expired(now)


async def examine(settings: Settings) -> tuple[Check, ...]:
    """The state of every part, each looked at even where another is missing."""
    catalogue = open_catalogue(settings)
    checks = [
        await checked("catalogue", lambda: catalogue, f"revision {catalogue.revision[:12]}"),
        await checked("search index", lambda: IndexRetriever(settings.storage.data_dir), "built"),
        await checked("understanding (spacy)", lambda: embedded_engine(settings), "trained"),
        await checked("understanding (wishes)", lambda: open_wish_reader(settings), "trained"),
    ]
    if settings.forms.folders or settings.forms.schemas:
        checks.append(_forms(settings))
    try:
        checks.append(Check("conversations", ok=True, detail=database_state(settings)))
    except RolandError as error:
        checks.append(Check("conversations", ok=False, detail=str(error)))
    if settings.nlu.engine == "rasa":
        url = str(settings.nlu.rasa_url)
        async with RasaEngine(url, settings.nlu.timeout_ms / 1000) as rasa:
            checks.append(await checked("understanding (rasa)", lambda: rasa, url, required=False))
    if (opened := open_translator(settings)) is not None:
        async with opened as translator:
            checks.append(
                await checked("translation", lambda: translator, str(settings.translator.url), required=False)
            )
    checks += [await _answers(system) for system in open_case_systems(settings).all]
    if (city := open_provider(settings, SystemClock())) is not None:
        async with city as provider:
            issuer = str(settings.accounts.oidc_issuer)
            checks.append(await checked("sign-in of the city", lambda: provider, issuer, required=False))
    if isinstance(bus := open_bus(settings), RedisBus):
        async with bus:
            checks.append(await checked("bus", lambda: bus, "Redis answers", required=False))
    if (mailer := open_mailer(settings, SystemClock())) is not None:
        checks.append(
            await checked("mail", lambda: mailer, f"{settings.mail.host}:{settings.mail.port}", required=False)
        )
    if settings.phone.is_open:
        checks += await line_checks(settings)
    return tuple(checks)


def _forms(settings: Settings) -> Check:
    library = open_forms(settings)
    found = f"{len(library.forms())} forms"
    if library.problems:
        found += f", {len(library.problems)} files with problems: roland form check"
    return Check("forms", ok=not library.problems, detail=found, required=False)


async def _answers(opened: Zammad | Chatwoot) -> Check:
    async with opened as system:
        return await checked(system.name, lambda: system, "answers", required=False)
