"""What a city can set about its telephone line."""

from ipaddress import IPv4Network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from assistant.config.section import Section
from assistant.model import Language


class SpeechModelSettings(Section):
    """A model of the recogniser."""

    folder: Path
    """Its folder, as its maker publishes it; relative to the configuration file."""
    rate: int = Field(default=8_000, ge=8_000, multiple_of=8_000)
    """The samples a second it was trained for: 8000 for telephone sound, 16000 for others."""


class SpeechSettings(Section):
    """What hears and speaks on the telephone."""

    models: dict[Language, SpeechModelSettings] = {}
    """The recogniser's models (Vosk) by language; without one for German the line cannot be opened."""
    recognizer_workers: int = Field(default=0, ge=0, le=64)
    """How many processes listen for each language; 0: one for each processor core."""
    speaker_workers: int = Field(default=2, ge=1, le=32)
    """How many processes speak."""
    words_per_minute: int = Field(default=150, ge=80, le=260)
    """How fast the built-in voices speak."""
    piper_program: Path | None = None
    """The full path of Piper's program, where its voices speak; the built-in ones help out when it fails."""
    piper_voices: dict[Language, Path] = {}
    """Piper's voices (``.onnx``) by language; relative to the configuration file."""


class SipPeerSettings(Section):
    """Somebody who may call the SIP endpoint: an exchange, a session border controller, a telephone."""

    name: str = Field(min_length=1)
    """A name for those who read the file."""
    networks: tuple[IPv4Network, ...] = Field(min_length=1)
    """Where it calls from; whoever calls from elsewhere gets no answer."""
    username: str | None = None
    """With one, calls must prove it (digest authentication)."""
    password: SecretStr = SecretStr("")
    """The password that goes with it; better in the environment than in the file."""
    digests: tuple[Literal["SHA-256", "MD5"], ...] = ("SHA-256", "MD5")
    """How it may prove it, in this order; some older exchanges know MD5 only, and look at the first."""
    most_calls: int = Field(default=200, ge=1)
    """How many calls at once it may have."""
    calls_a_second: float = Field(default=20.0, gt=0)
    """How many calls a second it may begin, on average."""
    domain: str | None = None
    """What stands behind the number a caller is passed on to; without one, the address the call came from."""

    @model_validator(mode="after")
    def _has_something_to_prove(self) -> Self:
        if self.username and not self.password.get_secret_value():
            raise ValueError(f"the peer {self.name!r} has a username and no password")
        return self


class SipSettings(Section):
    """The own SIP endpoint, for a trunk behind a session border controller or an exchange."""

    enabled: bool = False
    """Whether it takes calls."""
    host: str = "127.0.0.1"
    """The address it listens at."""
    port: int = Field(default=5060, ge=0, le=65_535)
    """The UDP port it listens at."""
    advertised: str | None = None
    """The address others know it by, where a firewall translates."""
    rtp_ports: tuple[int, int] = (10_000, 10_399)
    """The first and the last UDP port for sound; each call takes an even one."""
    user: str = "115"
    """The name in its own address."""
    peers: tuple[SipPeerSettings, ...] = (SipPeerSettings(name="local", networks=(IPv4Network("127.0.0.0/8"),)),)
    """Who may call."""
    most_calls: int = Field(default=200, ge=1)
    """How many calls it takes at once, those included that only hear that all lines are busy."""
    sound_from_anywhere: bool = False
    """Whether a caller's sound may come from other hosts than the call itself."""
    transfer_s: float = Field(default=30.0, gt=0)
    """How long somebody may take to answer a call that is passed on."""


class AudioSocketSettings(Section):
    """AudioSocket and FastAGI, for a city's own Asterisk."""

    enabled: bool = False
    """Whether it takes calls."""
    host: str = "127.0.0.1"
    """The address it listens at."""
    port: int = Field(default=9092, ge=0, le=65_535)
    """The TCP port for sound."""
    agi_port: int = Field(default=4573, ge=0, le=65_535)
    """The TCP port for the dialplan's questions."""
    networks: tuple[IPv4Network, ...] = (IPv4Network("127.0.0.0/8"),)
    """Where the Asterisk is."""
    token: SecretStr = SecretStr("")
    """A word that the dialplan has to say with every question."""
    most_calls: int = Field(default=200, ge=1)
    """How many calls it takes at once; more are told to go to a person."""


class StreamSettings(Section):
    """Calls over the web server: the page to try the line, and telephone systems in a cloud."""

    page: bool = False
    """Whether everybody may try the line from the page /line."""
    token: SecretStr = SecretStr("")
    """The word that telephone systems say when they connect; without one none may."""
    most_calls: int = Field(default=50, ge=1)
    """How many calls it takes at once."""

    @property
    def is_open(self) -> bool:
        """Whether anybody may call over the web server."""
        return self.page or bool(self.token.get_secret_value())


class PhoneSettings(Section):
    """The telephone line."""

    calls_to: str = ""
    """The number or SIP address that callers are passed on to; without one they are offered to be rung back."""
    most_calls: int = Field(default=50, ge=1)
    """How many callers it talks with at once."""
    most_turned_away: int = Field(default=150, ge=0)
    """How many more at once hear that all lines are busy, and are passed on; beyond these, calls are refused."""
    longest_call_minutes: int = Field(default=30, ge=1)
    """After this time a call is politely ended."""
    longest_answer_s: float = Field(default=12.0, ge=5, le=30)
    """How long Roland speaks at once before asking whether to go on."""
    texts: dict[Language, dict[str, str]] = {}
    """Sentences of the line that replace Roland's own, by language (`de`, `en`) and key."""
    frequent: tuple[str, ...] = ()
    """Ids of the services that the menu for the keys begins with."""
    speech: SpeechSettings = SpeechSettings()
    """What hears and speaks."""
    sip: SipSettings = SipSettings()
    """The own SIP endpoint."""
    audiosocket: AudioSocketSettings = AudioSocketSettings()
    """The way in from an Asterisk."""
    stream: StreamSettings = StreamSettings()
    """The way in over the web server."""

    @property
    def is_open(self) -> bool:
        """Whether calls are taken by any way."""
        return self.sip.enabled or self.audiosocket.enabled or self.stream.is_open

    def beside(self, folder: Path) -> "PhoneSettings":
        """The settings with the places of models and voices seen from a folder."""
        speech = self.speech
        models = {
            language: model.model_copy(update={"folder": folder / model.folder})
            for language, model in speech.models.items()
        }
        voices = {language: folder / voice for language, voice in speech.piper_voices.items()}
        found = speech.model_copy(update={"models": models, "piper_voices": voices})
        return self.model_copy(update={"speech": found})
