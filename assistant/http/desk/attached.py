"""What goes out beside an agent's own words: sections of the catalogue, and what Roland suggested.

The page names a section, and it is quoted afresh when it is sent. A suggestion travels through the page under a seal,
so that exactly what the agent has seen goes out, and nothing else can.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.errors import StorageError
from assistant.http.desk.refusals import Refusal
from assistant.model import Block, Language, Register, SectionKind
from assistant.ports import Catalogue, Composer
from assistant.storage.codec import decode, encode

_SECTION, _SEALED = "section", "sealed"


@dataclass(frozen=True, slots=True)
class _Parcel:
    chat: str
    blocks: tuple[Block, ...]


class Attachments:
    """Makes the blocks of what a form names."""

    def __init__(self, catalogue: Catalogue, composer: Composer, secret: bytes) -> None:
        self._catalogue = catalogue
        self._composer = composer
        self._key = hashlib.sha256(b"desk suggestion" + secret).digest()

    def section(self, service_id: str, kind: SectionKind, language: Language, register: Register) -> tuple[Block, ...]:
        """A section as blocks in the person's language; empty where there is none."""
        service = self._catalogue.service(service_id)
        return self._composer.section(service, kind, language, register) if service else ()

    def seal(self, chat: str, blocks: tuple[Block, ...]) -> str:
        """Blocks as a form's value, for that chat alone."""
        content = base64.urlsafe_b64encode(encode(_Parcel(chat, blocks)).encode()).decode()
        return f"{_SEALED}:{content}.{self._sign(content)}"

    def blocks(self, chat: str, named: Iterable[str], language: Language, register: Register) -> tuple[Block, ...]:
        """The blocks of all that a form names, in its order; raises Refusal for what is not there, or forged."""
        found: list[Block] = []
        for name in named:
            way, _, rest = name.partition(":")
            blocks = self._named(rest, language, register) if way == _SECTION else self._unseal(chat, rest)
            if not blocks:
                raise Refusal(422, "stale", chat)
            found += blocks
        return tuple(found)

    def _named(self, name: str, language: Language, register: Register) -> tuple[Block, ...]:
        service_id, _, kind = name.rpartition("#")
        return self.section(service_id, SectionKind(kind), language, register) if kind in set(SectionKind) else ()

    def _unseal(self, chat: str, value: str) -> tuple[Block, ...]:
        content, _, seal = value.rpartition(".")
        if not hmac.compare_digest(seal.encode(), self._sign(content).encode()):
            return ()
        try:
            parcel = decode(base64.urlsafe_b64decode(content).decode(), _Parcel)
        except (StorageError, binascii.Error, UnicodeDecodeError):
            return ()
        return parcel.blocks if parcel.chat == chat else ()

    def _sign(self, content: str) -> str:
        return hmac.new(self._key, content.encode(), hashlib.sha256).hexdigest()
