"""Everything a city can set: one TOML file, overridden by environment variables ``ROLAND__SECTION__KEY``."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, HttpUrl, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError
from rapidfuzz import fuzz, process

from assistant.config.phone import PhoneSettings
from assistant.config.section import Section
from assistant.errors import ConfigError
from assistant.model import AgentRole, Distress, Language, OpeningHours, Weekday

_ENV_PREFIX = "ROLAND__"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        raise ValueError(f"there is no time zone {name!r}") from error
    return name


def _secure_issuer(url: str) -> str:
    # Kept letter by letter, since it is compared so; pydantic's own type would add a slash.
    parts = urlsplit(url)
    is_here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or is_here) or parts.query or parts.fragment:
        raise ValueError("an issuer is an https address without a query (http on this machine only)")
    return url


Ars = Annotated[str, Field(pattern=r"^\d{12}$")]
Issuer = Annotated[str, AfterValidator(_secure_issuer)]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
Probability = Annotated[float, Field(ge=0, le=1)]


class CitySettings(Section):
    """Which city this is."""

    name: str
    """The name people know, as it stands in texts."""
    area: Ars
    """12-digit regional key (ARS) of the city itself."""
    areas: dict[Ars, str] = {}
    """All territories the catalogue speaks about, by regional key: their names."""
    places: dict[Ars, tuple[str, ...]] = {}
    """Districts and places by regional key, so that "in Lehe" means Bremerhaven; the areas' own names count too."""
    languages: tuple[Language, ...] = (Language.DE, Language.EN)
    """Languages offered in the menu, the first one being the page's own."""
    timezone: TimeZone = "Europe/Berlin"
    """The time zone of opening hours and of every time shown."""


class HoursSettings(Section):
    """A span of opening hours."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    """Days of the week: mo tu we th fr sa su."""
    opens: time
    """Local time from which somebody is there."""
    closes: time
    """Local time until which somebody is there."""


class ContactSettings(Section):
    """How people reach a human."""

    phone: str
    """The number of the city's telephone service, as it is written."""
    short_number: str = "115"
    """The short number of the public authorities; empty where the city has none."""
    hours: tuple[HoursSettings, ...] = ()
    """When somebody answers the telephone."""
    holidays: str = "HB"
    """The Land whose public holidays close the telephone, by its ISO 3166-2 code without "DE-"; empty where none do."""
    closed_on: tuple[date, ...] = ()
    """Further days on which nobody is there."""
    complaint_service: str | None = None
    """Id of the service that tells how to complain; named when somebody does."""
    help_offices: dict[Distress, tuple[str, ...]] = {}
    """Ids of the offices named to people in need, by the need: `violence`, `child`, `homelessness`."""

    @property
    def opening_hours(self) -> tuple[OpeningHours, ...]:
        """The hours as values of the domain."""
        return tuple(OpeningHours(span.days, span.opens, span.closes) for span in self.hours)


class PeopleSettings(Section):
    """How people are reached in the chat."""

    chats_per_agent: int = Field(default=3, ge=1, le=20)
    """How many chats one agent answers at once."""
    gone_after_s: int = Field(default=90, ge=20)
    """An agent whose desk gave no sign of life for so long is gone; what they had goes back to the queue."""
    reserved_for_s: int = Field(default=120, ge=10)
    """How long a chat waits for the colleague it was passed to, before anybody may take it."""
    teams: tuple[str, ...] = Field(default=("btb",), min_length=1)
    """Teams that chats can be passed to; new ones wait for the first."""
    topics: tuple[str, ...] = ()
    """Ids of services at which a person is offered with every answer."""


class TextsSettings(Section):
    """What the city says in other words, and where its own pages are."""

    imprint_url: HttpUrl | None = None
    """The city's imprint, linked at the foot of the page."""
    privacy_url: HttpUrl | None = None
    """The city's privacy notice, linked at the foot of the page."""
    accessibility_url: HttpUrl | None = None
    """The city's accessibility statement, linked at the foot of the page."""
    portal_url: HttpUrl | None = None
    """The city's service portal, linked in the head of the page."""
    overrides: dict[Language, dict[str, str]] = {}
    """Messages that replace Roland's own, by language and key."""


class ChannelSettings(Section):
    """Which ways in are open."""

    web: bool = True
    """The portal page and the chat page."""
    widget: bool = True
    """The chat to embed in other pages."""
    rest: bool = False
    """Rasa's REST channel, for clients that speak it."""


class StorageSettings(Section):
    """Where conversations and the catalogue are kept."""

    data_dir: Path = Path("var/roland")
    """Folder of databases, search indexes and trained models; relative to the working directory."""
    url: SecretStr = SecretStr("")
    """SQLAlchemy URL of the conversations' database; empty means SQLite in the data directory."""
    durability: Literal["process", "power"] = "process"
    """What an accepted message survives: the end of the process (fast), or a power failure too (SQLite only)."""
    lock_timeout_ms: int = Field(default=2000, ge=0, le=60_000)
    """How long to wait for a database that another process has locked."""


class BusSettings(Section):
    """How worker processes tell each other at once what has changed."""

    url: SecretStr = SecretStr("")
    """URL of a Redis (redis://, rediss:// or unix://); empty means that they look into the database now and then."""
    prefix: str = Field(default="roland", pattern=r"^[A-Za-z0-9_.:-]{1,64}$")
    """Keeps installations apart that share a Redis."""


class RetentionSettings(Section):
    """How long personal data is kept; the date is written on every row."""

    conversations_days: int = Field(default=30, ge=1)
    """Conversations, counted from the last message."""
    feedback_days: int = Field(default=180, ge=1)
    """Ratings of answers with their (masked) reasons."""
    audit_days: int = Field(default=365, ge=1)
    """The log of who did what at the desk; nothing is removed from it earlier."""
    log_days: int = Field(default=7, ge=1)
    """Log files, where Roland writes them itself."""
    purge_every_minutes: int = Field(default=60, ge=1)
    """How often a running server removes what is due."""


class NluSettings(Section):
    """How questions are understood."""

    engine: Literal["rasa", "spacy"] = "spacy"
    """The first engine to ask: the embedded one (spacy), or a Rasa server, behind which the embedded one stands in."""
    rasa_url: HttpUrl = HttpUrl("http://127.0.0.1:5005")
    """Where the Rasa NLU server listens."""
    rasa_managed: bool = True
    """Whether `roland serve` runs the Rasa server itself, once its environment is there and a model is trained."""
    model_dir: Path = Path("var/nlu")
    """Folder of the trained models; they are the same for every city."""
    timeout_ms: int = Field(default=400, ge=10)
    """How long to wait for Rasa before the embedded engine answers."""
    breaker_failures: int = Field(default=3, ge=1)
    """After that many failures in a row Rasa is left alone for a while."""
    breaker_reset_s: float = Field(default=15, gt=0)
    """How long it is left alone."""


class RetrievalSettings(Section):
    """How services are found."""

    encoder: str = "own"
    """``own`` for the encoder trained at set-up, else the folder of a sentence-transformers model."""
    query_prefix: str = ""
    """Put before every question for encoders that want it ("query: ")."""
    passage_prefix: str = ""
    """Put before every passage for encoders that want it ("passage: ")."""
    lexicon_files: tuple[Path, ...] = ()
    """Files of the city's own entries, beside the bundled lexicon; relative to the configuration file."""
    lexicon_matches: Path | None = None
    """File of corrections to what lexicon entries are matched with; relative to the configuration file."""
    answer_probability: Probability = 0.45
    """From this share of all that was found on, a service is answered without asking back."""
    near_tie_ratio: Probability = 0.6
    """A second candidate with this share of the first one's probability leads to a question back."""
    admit_probability: Probability = 0.5
    """Where the catalogue answers less probably than this, Roland says that it found nothing."""


class FormsSettings(Section):
    """Which forms Roland explains."""

    folders: tuple[Path, ...] = ()
    """Folders with forms of Roland's own format; relative to the configuration file."""
    schemas: tuple[Path, ...] = ()
    """FIM schemas (XDatenfelder): files, or folders of them; relative to the configuration file."""
    pdfs: Path | None = None
    """Folder with the official PDFs of forms, named by their ids; relative to the configuration file."""
    code_hours: int = Field(default=24, ge=1, le=24 * 14)
    """How long the code works with which a form is gone on with elsewhere; wrong ones count like those of tickets."""


class HttpSettings(Section):
    """The web server."""

    host: str = "127.0.0.1"
    """Address to listen on; loopback, so that a reverse proxy stands in front."""
    port: int = Field(default=8115, ge=0, le=65_535)
    """Port to listen on; 0 takes a free one."""
    workers: int = Field(default=1, ge=1)
    """Server processes; they share the database and, where one is configured, a bus."""
    https: bool = False
    """Whether people reach the server by HTTPS (cookies are then marked Secure, HSTS is sent)."""
    trusted_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Host names the server answers to; ``*`` for any."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1",)
    """Addresses whose X-Forwarded-For is believed."""
    cors_origins: tuple[str, ...] = ()
    """Origins of other sites whose scripts may use the JSON API."""
    frame_ancestors: tuple[str, ...] = ("'self'",)
    """Sites that may embed the widget, as sources of the CSP directive frame-ancestors."""
    max_body_bytes: int = Field(default=64_000, ge=1_000)
    """The largest request body that is read."""
    max_message_chars: int = Field(default=2_000, ge=100)
    """The longest message that is accepted."""
    messages_per_minute: int = Field(default=30, ge=1)
    """Messages allowed in one conversation within a minute."""
    requests_per_minute: int = Field(default=600, ge=1)
    """Requests allowed from one client address within a minute; people behind one router share it."""
    max_turns_at_once: int = Field(default=64, ge=1)
    """Turns worked on or waiting in one process; more are refused with 503 and a time to try again."""
    live_poll_s: float = Field(default=2, gt=0)
    """How often an event stream looks into the database for what another process stored."""
    live_heartbeat_s: float = Field(default=15, gt=0)
    """How often a silent event stream sends a sign of life."""


class TurnSettings(Section):
    """One turn of the dialogue."""

    deadline_ms: int = Field(default=5_000, ge=100)
    """After that long the person gets an apology and the ways to a human."""


class TranslatorSettings(Section):
    """Machine translation of what the catalogue says in German only."""

    url: HttpUrl | None = None
    """Where a server with LibreTranslate's interface listens; nothing is translated where it is not set."""
    api_key: SecretStr = SecretStr("")
    """The server's key, where it wants one."""
    timeout_ms: int = Field(default=2_000, ge=50)
    """How long an answer waits for its translation; the German text is shown after that."""
    languages: tuple[Language, ...] = tuple(language for language in Language if language is not Language.DE)
    """Languages to translate into."""


class AccountsSettings(Section):
    """Who may use the desk of the agents."""

    passwords: bool = True
    """Whether accounts that are kept here may sign in with their passwords."""
    session_idle_minutes: int = Field(default=60, ge=1)
    """After so long without anybody doing anything, an agent signs in again."""
    session_hours: int = Field(default=12, ge=1, le=24)
    """After so long an agent signs in again in any case."""
    oidc_issuer: Issuer | None = None
    """The OpenID Connect issuer of the city's own sign-in, exactly as it names itself; none where it is not set."""
    oidc_client_id: str = ""
    """The name under which Roland is registered there."""
    oidc_client_secret: SecretStr = SecretStr("")
    """The secret that goes with it; empty for a public client."""
    oidc_scopes: tuple[str, ...] = ("openid", "profile")
    """What Roland asks to be told."""
    oidc_name_claim: str = "name"
    """The claim with the name that people are told ("Frau Kaya")."""
    oidc_roles_claim: str = "groups"
    """The claim with groups or roles; dots lead inwards ("realm_access.roles")."""
    oidc_roles: dict[str, tuple[AgentRole, ...]] = {}
    """Which of its values stand for which roles at the desk: agent, supervisor, editor."""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_roles and "openid" in self.oidc_scopes):
            raise ValueError("with oidc_issuer, oidc_client_id and oidc_roles are needed, and openid in oidc_scopes")
        return self


class TicketsSettings(Section):
    """Concerns that cannot be settled now, and what is promised for them."""

    working_days: int = Field(default=2, ge=0, le=60)
    """The answer is promised by the end of service hours so many working days after the day of receipt."""
    phone_hours: int = Field(default=24, ge=1, le=1000)
    """Who called is promised an answer within so many hours of working days."""
    remind_before_hours: int = Field(default=4, ge=0, le=1000)
    """How long before the promised moment the back office is reminded."""
    keep_days: int = Field(default=90, ge=1)
    """How long a ticket is kept after it is settled; then only what the report of promises needs is left of it."""
    keep_promises_days: int = Field(default=730, ge=1)
    """How long that is kept: office, kind, promised moment and whether it was kept."""
    new_per_minute: int = Field(default=5, ge=1)
    """Tickets that one client address may open within a minute; people behind one router share it."""
    wrong_codes_per_hour: int = Field(default=10, ge=1)
    """Wrong status codes that one client address, or one conversation, may try within an hour."""
    all_wrong_codes_per_hour: int = Field(default=1000, ge=1)
    """Wrong status codes of all together within an hour; beyond them each may be wrong once only."""
    mail_names_code: bool = False
    """Whether mails to citizens carry their status code; whoever reads such a mail can read the answer."""
    reminders_to: str = ""
    """Address of mail that is reminded of what is due soon; empty for none."""
    escalations_to: str = ""
    """Address of mail that is told of broken promises; empty for none."""


class MailSettings(Section):
    """The city's mail server."""

    host: str = ""
    """Host name of the SMTP server; no mail is sent, and none is offered, where it is not set."""
    port: int = Field(default=587, ge=1, le=65_535)
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """Encryption after the greeting, from the first byte, or none (only for a server on the same machine)."""
    user: str = ""
    """The login, where the server wants one."""
    password: SecretStr = SecretStr("")
    """Its password."""
    sender: str = ""
    """The address that mails come from."""
    sender_name: str = ""
    """The name beside it."""
    timeout_s: float = Field(default=20, gt=0)
    """How long to wait for the server."""
    public_url: HttpUrl | None = None
    """Where people reach Roland, for links in mails; without it mails have none."""

    @model_validator(mode="after")
    def _has_sender(self) -> "MailSettings":
        if self.host and "@" not in self.sender:
            raise ValueError("mail.sender must be an address where mail.host is set")
        return self


class ZammadSettings(Section):
    """The city's Zammad, where its people work on tickets, or answer chats."""

    url: HttpUrl | None = None
    """Where it is; Roland keeps everything to itself where it is not set."""
    token: SecretStr = SecretStr("")
    """The access token of Roland's account there."""
    webhook_secret: SecretStr = SecretStr("")
    """The HMAC SHA1 signature token of the webhook."""
    tickets: bool = True
    """Whether tickets are worked on there."""
    chats: bool = False
    """Whether chats are answered there."""
    group: str = "Users"
    """The group that gets them."""
    customer: str = ""
    """The login of the guest account under which all of them run."""
    team: str = "Bürgertelefon"
    """What people are told of who answers, where it has no name."""
    give_back_state: str = ""
    """The state by which an agent lets Roland answer a chat again; empty for none."""
    due_field: str = ""
    """The field of tickets that takes the promised moment, where the city has added one."""
    timeout_s: float = Field(default=10, gt=0)
    """How long to wait for an answer."""

    @model_validator(mode="after")
    def _is_whole(self) -> "ZammadSettings":
        if self.url and not (self.token.get_secret_value() and self.customer):
            raise ValueError("zammad.token and zammad.customer must be set where zammad.url is")
        return self


class ChatwootSettings(Section):
    """The city's Chatwoot, where its people answer chats."""

    url: HttpUrl | None = None
    """Where it is; chats are answered at Roland's own desk alone where it is not set."""
    account: int = Field(default=1, ge=1)
    """The number of the account."""
    inbox: str = ""
    """The identifier of the API inbox."""
    bot_token: SecretStr = SecretStr("")
    """The access token of the agent bot of that inbox."""
    staff_token: SecretStr = SecretStr("")
    """The access token of an agent's account, by which Roland sees who is assigned and who is online; may be empty."""
    webhook_secret: SecretStr = SecretStr("")
    """The secret of the inbox's webhook."""
    team: str = "Bürgertelefon"
    """What people are told of who answers, where it has no name."""
    timeout_s: float = Field(default=10, gt=0)
    """How long to wait for an answer."""

    @model_validator(mode="after")
    def _is_whole(self) -> "ChatwootSettings":
        if self.url and not (self.inbox and self.bot_token.get_secret_value()):
            raise ValueError("chatwoot.inbox and chatwoot.bot_token must be set where chatwoot.url is")
        return self


class LoggingSettings(Section):
    """What operators see; texts of citizens are never logged."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe level that is written."""
    format: Literal["json", "console"] = "json"
    """One JSON object a line, or lines for people."""
    file: Path | None = None
    """Where the log goes; stderr where it is not set. A new file begins every midnight."""


class Settings(BaseSettings):
    """All settings of one city, frozen."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix=_ENV_PREFIX, env_nested_delimiter="__")

    city: CitySettings
    contact: ContactSettings
    people: PeopleSettings = PeopleSettings()
    texts: TextsSettings = TextsSettings()
    channels: ChannelSettings = ChannelSettings()
    storage: StorageSettings = StorageSettings()
    bus: BusSettings = BusSettings()
    retention: RetentionSettings = RetentionSettings()
    nlu: NluSettings = NluSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    forms: FormsSettings = FormsSettings()
    http: HttpSettings = HttpSettings()
    turn: TurnSettings = TurnSettings()
    translator: TranslatorSettings = TranslatorSettings()
    accounts: AccountsSettings = AccountsSettings()
    tickets: TicketsSettings = TicketsSettings()
    mail: MailSettings = MailSettings()
    zammad: ZammadSettings = ZammadSettings()
    chatwoot: ChatwootSettings = ChatwootSettings()
    phone: PhoneSettings = PhoneSettings()
    logging: LoggingSettings = LoggingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file."""
        return env_settings, init_settings

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.city.timezone)

    @property
    def database_url(self) -> str:
        """The URL of the conversations' database."""
        return self.storage.url.get_secret_value() or f"sqlite:///{self.storage.data_dir / 'conversations.db'}"


def load_settings(path: Path, *, data_dir: Path | None = None) -> Settings:
    """The settings of a city's file and of the environment; ``data_dir`` goes before both.

    Raises ConfigError that names file, key, reason and, for an unknown key, the nearest known one.
    """
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    if strange := _unknown_variables(os.environ):
        raise ConfigError(f"environment: no section of the settings fits {', '.join(strange)}")
    try:
        settings = Settings(**values)
    except ValidationError as error:
        reasons = "; ".join(_explain(part["loc"], part["type"], part["msg"]) for part in error.errors())
        raise ConfigError(f"{path}: {reasons}") from error
    except SettingsError as error:
        raise ConfigError(f"environment: {error}") from error
    settings = _beside(settings, path.parent)
    if data_dir is not None:
        storage = settings.storage.model_copy(update={"data_dir": data_dir})
        settings = settings.model_copy(update={"storage": storage})
    return settings


def _beside(settings: Settings, folder: Path) -> Settings:
    """The settings with the places of lexicon, forms and models seen from the configuration file's folder."""
    files, matches = settings.retrieval.lexicon_files, settings.retrieval.lexicon_matches
    lexicon = {
        "lexicon_files": tuple(folder / file for file in files),
        "lexicon_matches": folder / matches if matches else None,
    }
    forms = {
        "folders": tuple(folder / place for place in settings.forms.folders),
        "schemas": tuple(folder / place for place in settings.forms.schemas),
        "pdfs": folder / settings.forms.pdfs if settings.forms.pdfs else None,
    }
    update = {
        "retrieval": settings.retrieval.model_copy(update=lexicon),
        "forms": settings.forms.model_copy(update=forms),
        "phone": settings.phone.beside(folder),
    }
    return settings.model_copy(update=update)


def setting_keys(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting as (dotted key, its pydantic field); ``contact.hours[].opens`` for the keys of a list's items."""
    for name, field in model.model_fields.items():
        inner = [part for part in (field.annotation, *get_args(field.annotation)) if _is_section(part)]
        if not inner or inner[0] is not field.annotation:
            yield f"{prefix}{name}", field
        for section in inner:
            dots = "." if section is field.annotation else "[]."
            yield from setting_keys(section, f"{prefix}{name}{dots}")


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def _explain(location: tuple[int | str, ...], kind: str, message: str) -> str:
    key = ".".join(str(part) for part in location)
    if kind == "missing":
        return f'"{key}" is missing'
    if kind != "extra_forbidden":
        return f'"{key}": {message}'
    siblings = [name for name, _ in setting_keys() if name.startswith(f"{location[0]}.") and len(location) > 1]
    nearest, *_ = process.extractOne(key, siblings or list(Settings.model_fields), scorer=fuzz.ratio)
    return f'unknown key "{key}", did you mean "{nearest}"?'


def _unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    # pydantic-settings passes over these in silence
    sections = tuple(f"{_ENV_PREFIX}{name.upper()}__" for name in Settings.model_fields)
    return tuple(
        name for name in environment if name.upper().startswith(_ENV_PREFIX) and not name.upper().startswith(sections)
    )
