"""The telephone line, wired: in an event loop of its own, so that the dialogue's work does not break its sound."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog

from assistant.config import PhoneSettings, Settings
from assistant.errors import ConfigError
from assistant.model import Language, Voice
from assistant.ports import CallOffice, Catalogue, Clock, EmergencyDetector, Pingable, Speaker, StreamTrunk, Trunk
from connectors.telephony.audiosocket import AudioSocketOptions, AudioSocketTrunk
from connectors.telephony.sip.options import SipOptions, SipPeer
from connectors.telephony.sip.trunk import SipTrunk
from connectors.telephony.stream import MessageStreams, StreamOptions
from voice.activity import SileroActivity
from voice.directory import CatalogueDirectory
from voice.line import LineOptions, LineTools, PhoneLine
from voice.model.folder import read_model_folder
from voice.prompts import SPOKEN, Prompts
from voice.recognition.recognizer import RecognitionModel, RecognizerOptions, VoskRecognizer
from voice.session.observe import CallerSaid, CallEvent, CallObserver, RolandSaid
from voice.session.options import SessionOptions
from voice.silero import SileroNetwork
from voice.spoken.render import SpokenAnswers, SpokenOptions
from voice.synthesis.cache import CachedSpeaker
from voice.synthesis.espeak import EspeakSpeaker, SpeakerOptions
from voice.synthesis.fallback import FallbackSpeaker
from voice.synthesis.piper import PiperOptions, PiperSpeaker

_STOP_S = 60.0

_log = structlog.get_logger(__name__)


class LineThread:
    """Everything of the line, running in a thread with an event loop of its own while inside."""

    def __init__(
        self,
        settings: Settings,
        office: CallOffice,
        catalogue: Catalogue,
        emergency: EmergencyDetector,
        clock: Clock,
        observers: Sequence[CallObserver] = (),
    ) -> None:
        """Nothing is opened yet. Raises ConfigError where what hears is not configured."""
        phone = settings.phone
        self._city = settings.city.name
        self._recognizer = VoskRecognizer(_recognizer_options(phone))
        self._espeak = EspeakSpeaker(_speaker_options(phone))
        self._piper = _piper(phone)
        self.streams: StreamTrunk | None = _streams(phone)
        self._trunks: tuple[Trunk, ...] = (*_own_trunks(phone, clock), *((self.streams,) if self.streams else ()))
        self._prompts = Prompts(phone.texts)
        self._cached = CachedSpeaker(
            FallbackSpeaker(self._piper, self._espeak) if self._piper is not None else self._espeak
        )
        self.languages = languages = tuple(
            language
            for language in SPOKEN
            if language in self._recognizer.languages and language in self._cached.languages
        )
        if Language.DE not in languages:
            raise ConfigError("phone.speech.models: the line needs a model for German (de)")
        shown = (_Shown(self.streams),) if self.streams is not None else ()
        tools = LineTools(
            office=office,
            recognizer=self._recognizer,
            speaker=self._cached,
            activity=partial(SileroActivity, SileroNetwork()),
            wording=SpokenAnswers(self._prompts, clock, SpokenOptions(settings.zone, phone.longest_answer_s)),
            prompts=self._prompts,
            directory=CatalogueDirectory(catalogue, phone.frequent),
            emergency=emergency,
        )
        self._line = PhoneLine(tools, _line_options(settings, languages), (*shown, *observers))
        self._thread: threading.Thread | None = None
        self._leave: Callable[[], object] = lambda: None

    @property
    def parts(self) -> tuple[Pingable, ...]:
        """What the health page shows."""
        return (self._recognizer, self._cached, *self._trunks)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take calls while inside; raises RolandError where the line cannot be opened."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="line")
        self._thread.start()
        try:
            await opened
            yield
        finally:
            self._leave()
            await asyncio.to_thread(self._thread.join, _STOP_S)

    def _run(self, opened: "asyncio.Future[None]") -> None:
        owner = opened.get_loop()
        try:
            asyncio.run(self._serve(lambda: owner.call_soon_threadsafe(_fulfil, opened, None)))
        except BaseException as error:  # noqa: BLE001 - it is told to whoever waits for the line
            owner.call_soon_threadsafe(_fulfil, opened, error)

    async def _serve(self, tell_opened: Callable[[], object]) -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        self._leave = lambda: loop.call_soon_threadsafe(over.set)
        async with AsyncExitStack() as stack:
            for part in (self._recognizer, self._espeak, self._piper):
                if part is not None:
                    await stack.enter_async_context(part)
            await self._warm()
            for trunk in self._trunks:
                await stack.enter_async_context(trunk.serving(self._line.answer))
            # Last, so that it is left first: a trunk that closes cuts its calls off, and nobody would be told why.
            await stack.enter_async_context(self._line.open())
            _log.info("line open", trunks=[trunk.name for trunk in self._trunks])
            tell_opened()
            await over.wait()

    async def _warm(self) -> None:
        """Make the sentences that are said to everybody before anybody calls."""
        for language in SPOKEN:
            if language in self._cached.languages:
                await self._cached.warm(self._prompts.fixed(language, city=self._city), Voice(language))


class _Shown:
    """Lets the page to try the line show what is heard and said."""

    def __init__(self, streams: StreamTrunk) -> None:
        self._streams = streams

    def notice(self, call_id: str, at: float, event: CallEvent) -> None:
        match event:
            case CallerSaid():
                self._streams.show(call_id, Speaker.CALLER, event.text)
            case RolandSaid():
                self._streams.show(call_id, Speaker.ROLAND, event.text)


def _fulfil(opened: "asyncio.Future[None]", error: BaseException | None) -> None:
    if opened.done():
        return
    if error is None:
        opened.set_result(None)
    else:
        opened.set_exception(error)


def _recognizer_options(phone: PhoneSettings) -> RecognizerOptions:
    models = phone.speech.models.items()
    known = tuple((language, RecognitionModel(model.folder, model.rate)) for language, model in models)
    return RecognizerOptions(models=known, workers=phone.speech.recognizer_workers)


def _speaker_options(phone: PhoneSettings) -> SpeakerOptions:
    return SpeakerOptions(words_per_minute=phone.speech.words_per_minute, workers=phone.speech.speaker_workers)


def _piper(phone: PhoneSettings) -> PiperSpeaker | None:
    speech = phone.speech
    if speech.piper_program is None:
        return None
    return PiperSpeaker(PiperOptions(speech.piper_program, speech.piper_voices))


def _line_options(settings: Settings, languages: tuple[Language, ...]) -> LineOptions:
    phone = settings.phone
    session = SessionOptions(
        city=settings.city.name,
        languages=languages,
        is_test_line=any(read_model_folder(model.folder).is_test_model for model in phone.speech.models.values()),
        longest_call_s=phone.longest_call_minutes * 60,
    )
    return LineOptions(session=session, most_calls=phone.most_calls, most_answered=phone.most_turned_away)


def _streams(phone: PhoneSettings) -> MessageStreams | None:
    stream = phone.stream
    if not stream.is_open:
        return None
    return MessageStreams(StreamOptions(token=stream.token.get_secret_value(), most_calls=stream.most_calls))


def _own_trunks(phone: PhoneSettings, clock: Clock) -> tuple[Trunk, ...]:
    trunks: list[Trunk] = []
    if phone.sip.enabled:
        trunks.append(SipTrunk(_sip_options(phone), clock))
    if phone.audiosocket.enabled:
        trunks.append(AudioSocketTrunk(_audiosocket_options(phone)))
    return tuple(trunks)


def _sip_options(phone: PhoneSettings) -> SipOptions:
    sip = phone.sip
    peers = tuple(
        SipPeer(
            name=peer.name,
            networks=peer.networks,
            username=peer.username,
            password=peer.password.get_secret_value(),
            digests=peer.digests,
            most_calls=peer.most_calls,
            calls_a_second=peer.calls_a_second,
            domain=peer.domain,
        )
        for peer in sip.peers
    )
    return SipOptions(
        host=sip.host,
        port=sip.port,
        advertised=sip.advertised,
        rtp_ports=sip.rtp_ports,
        user=sip.user,
        peers=peers,
        most_calls=sip.most_calls,
        sound_from_anywhere=sip.sound_from_anywhere,
        transfer=timedelta(seconds=sip.transfer_s),
    )


def _audiosocket_options(phone: PhoneSettings) -> AudioSocketOptions:
    sound = phone.audiosocket
    usual = AudioSocketOptions(
        host=sound.host,
        port=sound.port,
        agi_port=sound.agi_port,
        networks=tuple(map(str, sound.networks)),
        most_calls=sound.most_calls,
    )
    return replace(usual, token=sound.token.get_secret_value())
