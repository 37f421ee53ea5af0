"""What the telephone line needs, looked at without opening it."""

import errno
import socket

from assistant.bootstrap.check import Check
from assistant.config import Settings
from assistant.config.phone import SpeechModelSettings
from assistant.errors import SpeechUnavailableError
from assistant.model import Language, Voice
from voice.model.folder import read_model_folder
from voice.synthesis.espeak import EspeakSpeaker, SpeakerOptions

_TRIED = "Guten Tag."


async def line_checks(settings: Settings) -> list[Check]:
    """Ears, mouth, ports, and where callers are passed on to; Roland's chat works without all of it."""
    phone = settings.phone
    checks = [_hearing(language, model) for language, model in phone.speech.models.items()]
    if Language.DE not in phone.speech.models:
        checks.append(_found("telephone (hearing)", "no model for German: phone.speech.models"))
    checks.append(await _speaking())
    if phone.sip.enabled:
        checks.append(_port("telephone (SIP)", socket.SOCK_DGRAM, phone.sip.host, phone.sip.port))
    if phone.audiosocket.enabled:
        sound = phone.audiosocket
        checks.append(_port("telephone (AudioSocket)", socket.SOCK_STREAM, sound.host, sound.port))
        checks.append(_port("telephone (FastAGI)", socket.SOCK_STREAM, sound.host, sound.agi_port))
    if not phone.calls_to:
        checks.append(_found("telephone (people)", "nobody to pass callers on to: phone.calls_to"))
    return checks


def _hearing(language: Language, model: SpeechModelSettings) -> Check:
    part = f"telephone (hearing {language})"
    try:
        found = read_model_folder(model.folder)
    except SpeechUnavailableError as error:
        return _found(part, str(error))
    if found.rate != model.rate:
        return _found(part, f"trained for {found.rate} samples a second, configured with {model.rate}")
    return Check(part, ok=True, detail=f"{found.kind}, {found.size // 1_000_000} MB", required=False)


async def _speaking() -> Check:
    part = "telephone (speaking)"
    try:
        async with EspeakSpeaker(SpeakerOptions(workers=1)) as speaker:
            await speaker.speak(_TRIED, Voice())
    except SpeechUnavailableError as error:
        return _found(part, str(error))
    return Check(part, ok=True, detail="espeak-ng speaks", required=False)


def _port(part: str, kind: socket.SocketKind, host: str, port: int) -> Check:
    """Free, or taken: by a line that runs already, it is to be hoped."""
    with socket.socket(socket.AF_INET, kind) as tried:
        if kind is socket.SOCK_STREAM:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return _found(part, f"{host}:{port}: {error.strerror}")
            return Check(part, ok=True, detail=f"{host}:{port}, taken: a line runs, or something else", required=False)
    return Check(part, ok=True, detail=f"{host}:{port}, free", required=False)


def _found(part: str, what: str) -> Check:
    return Check(part, ok=False, detail=what, required=False)
