"""Telephone calls: how they come in, and what the talk on the telephone needs from the office behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assistant.model import (
    Answer,
    CallbackPromise,
    CallDetails,
    CallEnding,
    Language,
    LegEvent,
    NobodyThere,
    PhoneCall,
    TransferOutcome,
    TransferTarget,
)
from assistant.ports.operation import Pingable


class MediaLeg(Protocol):
    """Roland's end of one call that has been answered. All its methods belong to the event loop of its trunk."""

    @property
    def details(self) -> CallDetails:
        """The call as it came in."""
        ...

    def events(self) -> AsyncIterator[LegEvent]:
        """What comes from the caller, in order; ends after exactly one CallEnded. To be iterated once.

        A reader who does not keep up loses the oldest sound, never a key or the end.
        """
        ...

    def play(self, pcm: bytes) -> None:
        """Send sound (8 kHz PCM, any even length) in frames of 20 ms at their pace, after what is still queued.

        Sound for a call that has ended is forgotten.
        """
        ...

    def clear(self) -> int:
        """Forget what has not been sent; how many milliseconds that was."""
        ...

    @property
    def queued_ms(self) -> int:
        """How much is still to be sent."""
        ...

    async def played(self) -> None:
        """Return when nothing is left to be sent, or the call has ended."""
        ...

    async def transfer(self, target: str, reference: str) -> TransferOutcome:
        """Pass the caller on to a number or SIP address.

        ``reference`` goes with the call, where the way in can carry it, so that the desk finds what was said so far.
        After DONE the events end with TRANSFERRED; otherwise the caller is still here and hears silence.
        """
        ...

    async def hang_up(self) -> None:
        """End the call after what is being sent this moment; harmless when it has ended."""
        ...


class StreamCaller(StrEnum):
    """Who has opened a stream."""

    PAGE = "page"
    """Roland's own page, in a browser."""
    KNOWN = "known"
    """Somebody who has said the shared word."""
    UNKNOWN = "unknown"
    """Somebody who has to say it with the first message."""


class Speaker(StrEnum):
    """Whose words they are."""

    CALLER = "caller"
    ROLAND = "roland"


Answering = Callable[[MediaLeg], Awaitable[None]]
"""Takes a call from its first second to its end; when it returns or fails, the call is hung up."""


class Trunk(Pingable, Protocol):
    """A way calls come in: an own SIP endpoint, AudioSocket, a media stream."""

    def serving(self, answering: Answering) -> AbstractAsyncContextManager[None]:
        """Take calls while inside; leaving refuses new ones, ends those still going on and frees the ports.

        Raises TrunkError where the address cannot be used.
        """
        ...


class MessageStream(Protocol):
    """A connection of messages in both directions that somebody else opened: a WebSocket."""

    async def receive(self) -> str | bytes | None:
        """The next message; None when the other side has closed. Raises ConnectionError when the connection broke."""
        ...

    async def send(self, message: str | bytes) -> None:
        """Send a message; raises ConnectionError when the other side is gone."""
        ...


class StreamTrunk(Trunk, Protocol):
    """A trunk whose calls come over connections that the web server takes.

    ``take`` and ``show`` may be called from any event loop, whichever the trunk serves in.
    """

    async def take(self, stream: MessageStream, caller: StreamCaller) -> None:
        """Take one call, from its first message to its end; the stream is to be closed then.

        Raises OverloadedError where too many calls are going on, TrunkError while the trunk does not serve.
        """
        ...

    def show(self, call_id: str, speaker: Speaker, text: str) -> None:
        """Let the other side show what was heard or is being said; nothing where it does not want to, or is gone."""
        ...


class CallOffice(Protocol):
    """What the talk on the telephone needs from the office behind it: the conversation, people, call-backs."""

    async def open(self, call: CallDetails, language: Language) -> str:
        """By what the call is asked about from now on, its conversation's id where that can be kept.

        A call that comes back goes on with its conversation.
        """
        ...

    async def say(
        self,
        conversation_id: str,
        text: str,
        *,
        choice: str | None = None,
        language: Language | None = None,
        utterance_id: str = "",
    ) -> Answer:
        """The answer to what a caller said, or to the choice they made (see ``QuickReply``).

        ``language`` only where the caller switched it. Whatever fails behind it comes back as an answer of status
        ``error_*``; raises CallClosedError where the conversation is over.
        """
        ...

    async def target(self, conversation_id: str) -> TransferTarget | NobodyThere:
        """Where the caller can be passed on to now, with what was said waiting there; or why they cannot be."""
        ...

    async def passed_on(self, conversation_id: str, outcome: TransferOutcome) -> None:
        """What became of passing the caller on; the desk is told."""
        ...

    async def promise_callback(self, conversation_id: str, number: str, matter: str) -> CallbackPromise:
        """Open a ticket to call somebody back at a number (digits, perhaps a leading +), on what they said."""
        ...

    async def close(self, conversation_id: str, ending: CallEnding) -> None:
        """The call is over; harmless where the conversation is over too."""
        ...


class CallStore(Protocol):
    """Keeps which conversation is which call; what is kept goes with the conversation."""

    async def begin(self, call: PhoneCall) -> None:
        """Store a call, or, where its conversation has one already, what that call is now."""
        ...

    async def of_conversation(self, conversation_id: str) -> PhoneCall | None:
        """The call of a conversation."""
        ...

    async def of_id(self, call_id: str) -> PhoneCall | None:
        """The call of that id, the latest where it has come back."""
        ...

    async def of_reference(self, reference: str) -> PhoneCall | None:
        """The call that the desk knows by that reference."""
        ...

    async def running(self) -> tuple[PhoneCall, ...]:
        """All that have not ended, the oldest first."""
        ...

    async def passed_on(self, conversation_id: str, outcome: TransferOutcome, at: datetime) -> None:
        """Keep what became of passing it on; nothing where there is no call."""
        ...

    async def seen(self, conversation_ids: Collection[str], at: datetime) -> None:
        """These are still on the line."""
        ...

    async def end(self, conversation_id: str, ending: CallEnding, at: datetime) -> None:
        """It has ended; the first end counts."""
        ...
