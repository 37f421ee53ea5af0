"""One call of the softphone, from either side."""

import asyncio
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote

from evaluation.calls.media import SILENT_FRAME, Media, Said, Way
from evaluation.calls.messages import Header, Message, description, sound_place, tag_of, uri_of, written
from evaluation.calls.recording import Recording

if TYPE_CHECKING:
    from evaluation.calls.softphone import Softphone

_FIRST_WAITS_S = (0.5, 1.0, 2.0, 4.0)
_LOOK_S = 0.02
_USER_TO_USER = re.compile(r"[?&]User-to-User=([^&]*)", re.IGNORECASE)
_FRAGMENT: Header = ("Content-Type", "message/sipfrag;version=2.0")
SDP: Header = ("Content-Type", "application/sdp")

Place = tuple[str, int]


class CallRefusedError(Exception):
    """Nobody took the call; ``status`` is the answer's, 408 where there was none."""

    def __init__(self, status: int, retry_after: str = "") -> None:
        super().__init__(f"refused with {status}")
        self.status, self.retry_after = status, retry_after


class Ended(StrEnum):
    """Who hung up."""

    US = "us"
    THEM = "them"


class WhenReferred(StrEnum):
    """What the telephone does when it is told to call somebody else (REFER)."""

    CALL = "call"
    """Calls them, and tells what becomes of it."""
    TAKEN = "taken"
    """Says that somebody has answered, without calling."""
    NOBODY = "nobody"
    """Says that nobody has answered, without calling."""
    DECLINE = "decline"
    """Does not take the request."""
    SILENT = "silent"
    """Takes the request and never tells what became of it."""


@dataclass(frozen=True, slots=True)
class Referral:
    """Whom the telephone was told to call, and the reference that is to go along (user-to-user, RFC 7433)."""

    target: str
    reference: str
    asked_at: float


@dataclass(frozen=True, slots=True)
class PhoneOptions:
    """What a telephone does.

    ``port``: 0 for a free one. ``rings_s`` is how long it rings before a call is taken; None: it is never taken.
    ``refuses_with``: instead of ringing, a status with its words ("486 Busy Here").
    """

    host: str = "127.0.0.1"
    port: int = 0
    user: str = "buergerin"
    way: Way = field(default_factory=Way)
    when_referred: WhenReferred = WhenReferred.CALL
    rings_s: float | None = 0.1
    refuses_with: str = ""
    background: bytes = SILENT_FRAME
    """What is sent while nothing is said (A-law, repeated)."""


class Call:
    """One call of a softphone. All times are the event loop's."""

    def __init__(
        self, phone: "Softphone", call_id: str, there: Place, target: str, *, invite: Message | None = None
    ) -> None:
        """``invite``: of a call that came in."""
        options = phone.options
        self.phone, self.call_id, self.there, self.target = phone, call_id, there, target
        self.invite = invite
        self.tag, self.cseq = secrets.token_hex(6), 0
        self.remote_tag = tag_of(invite.get("from")) if invite else ""
        self.remote = target
        self.ended: Ended | None = None
        self.ended_at: float | None = None
        self.answered_at: float | None = None
        self.referrals: list[Referral] = []
        self.sound_port = 0
        self._over: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._acknowledged = asyncio.Event()
        self._ack = b""
        self._media = Media(options.way, options.background)
        phone.calls[call_id] = self

    @property
    def recording(self) -> Recording:
        """What was heard so far."""
        return self._media.recording

    @property
    def is_frozen(self) -> bool:
        """Whether the telephone has died without a word."""
        return self._media.is_frozen

    @property
    def reference(self) -> str:
        """What came along with a call that was passed on (user-to-user); empty where nothing did."""
        said = self.invite.get("user-to-user") if self.invite else ""
        return _user_to_user(said)

    def say(self, coded: bytes) -> asyncio.Future[Said]:
        """Say something (A-law) after what is still to be said; the result comes when it has left the telephone."""
        return self._media.say(coded)

    def press(self, keys: str) -> asyncio.Future[Said]:
        """Press keys one after the other; the result is that of the last one."""
        return [self._media.press(key) for key in keys][-1]

    def hush(self) -> None:
        """Stop speaking in the middle of a word."""
        self._media.hush()

    def freeze(self) -> None:
        """Neither send nor answer anything from now on, as a telephone without a network."""
        self._media.is_frozen = True

    def thaw(self) -> None:
        """The network is back."""
        self._media.is_frozen = False

    async def hang_up(self) -> None:
        """End the call; harmless when it has ended."""
        if self.ended is not None:
            return
        branch = new_branch()
        bye = self.request("BYE", branch)
        if self.is_frozen or not self.remote_tag:
            self.close(Ended.US)
            return
        asking = self.phone.ask(bye, branch, "BYE", self.there)
        self.close(Ended.US)
        await asking

    async def over(self) -> Ended:
        """Return when the call has ended: who hung up."""
        return await asyncio.shield(self._over)

    async def until_speaking(self, since: float | None = None) -> float:
        """When the other side began to speak after a time, by default now; returns early when the call ends."""
        after = asyncio.get_running_loop().time() if since is None else since
        while self.ended is None:
            last = self.recording.last_loud_at
            if last is not None and last >= after and (found := self.recording.onset(after)):
                return found
            await asyncio.sleep(_LOOK_S)
        return asyncio.get_running_loop().time()

    async def until_silent(self, pause_s: float = 1.0) -> float:
        """Wait until the other side has been silent for so long: when it spoke last, or when the call ended."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while self.ended is None:
            last = max(self.recording.last_loud_at or 0.0, begun)
            if loop.time() - last >= pause_s:
                return last
            await asyncio.sleep(_LOOK_S)
        return loop.time()

    async def until_heard(self, packets: int) -> None:
        """Wait for so many packets of the other side's sound, or the end of the call."""
        while True:
            if self.ended is not None or len(self.recording.packets) >= packets:
                return
            await asyncio.sleep(_LOOK_S)

    async def open(self) -> None:
        """Take a port for the sound."""
        self.sound_port = await self._media.open(self.phone.options.host)

    def close(self, ended: Ended) -> None:
        """Forget the call; its recording stays."""
        if self.ended is None:
            self.ended, self.ended_at = ended, asyncio.get_running_loop().time()
            self._media.close()
            self._over.set_result(ended)
            self.phone.calls.pop(self.call_id, None)

    def request(
        self, method: str, branch: str, headers: Sequence[Header] = (), body: bytes = b"", cseq: int | None = None
    ) -> bytes:
        """A request of this call, the next one unless ``cseq`` says which."""
        if cseq is None:
            self.cseq += 1
        host, port = self.phone.options.host, self.phone.port
        us, them = (f"<{self.phone.address}>;tag={self.tag}", f"<{self.target}>" + _tagged(self.remote_tag))
        lines = [
            ("Via", f"SIP/2.0/UDP {host}:{port};branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", us),
            ("To", them),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self.cseq if cseq is None else cseq} {method}"),
            ("Contact", f"<{self.phone.address}>"),
            *headers,
        ]
        return written(f"{method} {self.remote} SIP/2.0", lines, body)

    def answered(self, response: Message) -> None:
        """The other side has taken our call."""
        self.remote_tag = tag_of(response.get("to"))
        self.remote = uri_of(response.get("contact")) or self.target
        self.answered_at = asyncio.get_running_loop().time()
        self._ack = self.request("ACK", new_branch(), cseq=self.cseq)
        self.acknowledge()
        self._media.start(sound_place(response.body))

    def acknowledge(self) -> None:
        """Tell, once more where it got lost, that we know that the call is taken."""
        self.phone.put(self._ack, self.there)

    def acknowledged(self) -> None:
        """The other side knows that we have taken the call."""
        self._acknowledged.set()

    async def take(self, invite: Message, there: Place) -> None:
        """Answer a call that came in, again and again until the other side knows."""
        self.answered_at = asyncio.get_running_loop().time()
        contact = ("Contact", f"<{self.phone.address}>")
        body = description(self.phone.options.host, self.sound_port)
        self._media.start(sound_place(invite.body))
        for wait_s in _FIRST_WAITS_S:
            self.phone.reply(invite, there, "200 OK", [contact, SDP], body, self.tag)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._acknowledged.wait(), wait_s)
                return

    def asked(self, method: str, request: Message, there: Place) -> None:
        """A request of the other side within the call."""
        if method == "INVITE":
            body = description(self.phone.options.host, self.sound_port)
            self.phone.reply(request, there, "200 OK", [("Contact", f"<{self.phone.address}>"), SDP], body)
        elif method == "REFER":
            self._referred(request, there)
        else:
            self.phone.reply(request, there, "200 OK")
        if method in {"BYE", "CANCEL"}:
            self.close(Ended.THEM)

    def _referred(self, refer: Message, there: Place) -> None:
        uri = uri_of(refer.get("refer-to"))
        now = asyncio.get_running_loop().time()
        self.referrals.append(Referral(uri.partition("?")[0], _user_to_user(unquote(_in_uri(uri))), now))
        if self.phone.options.when_referred is WhenReferred.DECLINE:
            self.phone.reply(refer, there, "603 Decline")
            return
        self.phone.reply(refer, there, "202 Accepted", [("Contact", f"<{self.phone.address}>")])
        self.phone.beside(asyncio.create_task(self._follow(self.referrals[-1], unquote(_in_uri(uri)))))

    async def _follow(self, referral: Referral, along: str) -> None:
        does = self.phone.options.when_referred
        if does is WhenReferred.SILENT:
            return
        await self._notify("100 Trying", "active;expires=60")
        status = "200 OK" if does is WhenReferred.TAKEN else "486 Busy Here"
        if does is WhenReferred.CALL:
            try:
                await self.phone.call(referral.target, [("User-to-User", along)] if along else [])
                status = "200 OK"
            except CallRefusedError as error:
                status = f"{error.status} Refused"
        await self._notify(status, "terminated;reason=noresource")

    async def _notify(self, status: str, state: str) -> None:
        if self.ended is None:
            branch = new_branch()
            headers = [("Event", "refer"), ("Subscription-State", state), _FRAGMENT]
            notify = self.request("NOTIFY", branch, headers, f"SIP/2.0 {status}\r\n".encode())
            await self.phone.ask(notify, branch, "NOTIFY", self.there)


def new_branch() -> str:
    """A name for a transaction."""
    return f"z9hG4bK{secrets.token_hex(8)}"


def _tagged(tag: str) -> str:
    return f";tag={tag}" if tag else ""


def _in_uri(uri: str) -> str:
    """What is to go along with a call, as it stands in a Refer-To."""
    return found[1] if (found := _USER_TO_USER.search(uri)) else ""


def _user_to_user(said: str) -> str:
    """The words in user-to-user information that says its octets in hex, behind the one that names their kind."""
    with suppress(ValueError):
        return bytes.fromhex(said.partition(";")[0])[1:].decode()
    return ""
